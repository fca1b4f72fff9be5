// The emulated SPI chips of this process by bus id, where the SpiDevice stand-in finds them; one chip a bus.

namespace Pulsegate.Emulation;

/// <summary>Registry of emulated SPI chips, bus ids 1 to 255.</summary>
public static class EmulatedSpiBuses
{
    /// <summary>Highest bus id.</summary>
    public const int BusIdMax = 255;

    private static readonly IEmulatedSpiChip[] Chips = new IEmulatedSpiChip[BusIdMax + 1];

    /// <summary>Registers a chip, replacing what was there.</summary>
    public static void Register(int busId, IEmulatedSpiChip chip) => Chips[busId] = chip;

    /// <summary>The chip on that bus; null when there is none.</summary>
    public static IEmulatedSpiChip Get(int busId) => busId >= 0 && busId <= BusIdMax ? Chips[busId] : null;
}
