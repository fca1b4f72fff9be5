// The emulated buses of this process by bus id, where the I2cDevice stand-in finds them.

namespace Pulsegate.Emulation;

/// <summary>Registry of emulated buses, bus ids 1 to 255. Several virtual gateways in one process take
/// different ids.</summary>
public static class EmulatedI2cBuses
{
    /// <summary>Highest bus id.</summary>
    public const int BusIdMax = 255;

    private static readonly EmulatedI2cBus[] Buses = new EmulatedI2cBus[BusIdMax + 1];

    /// <summary>Registers a bus, replacing what was there.</summary>
    public static void Register(int busId, EmulatedI2cBus bus) => Buses[busId] = bus;

    /// <summary>The bus of that id; null when there is none.</summary>
    public static EmulatedI2cBus Get(int busId) => busId >= 0 && busId <= BusIdMax ? Buses[busId] : null;
}
