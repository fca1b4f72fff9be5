// Stand-in for nanoFramework's SpiConnectionSettings; see SpiMode.cs.

using System.Device.Gpio;

namespace System.Device.Spi;

/// <summary>Bus, chip select, clock and format of one device.</summary>
public sealed class SpiConnectionSettings
{
    /// <summary>Settings with the defaults of the platform: mode 0, 8 bits, 500 kHz.</summary>
    public SpiConnectionSettings(int busId, int chipSelectLine = -1)
    {
        BusId = busId;
        ChipSelectLine = chipSelectLine;
    }

    /// <summary>Bus number, from 1.</summary>
    public int BusId { get; set; }

    /// <summary>Pin of the chip select; -1 for none.</summary>
    public int ChipSelectLine { get; set; }

    /// <summary>Clock polarity and phase.</summary>
    public SpiMode Mode { get; set; }

    /// <summary>Bits a word.</summary>
    public int DataBitLength { get; set; } = 8;

    /// <summary>Clock, Hz.</summary>
    public int ClockFrequency { get; set; } = 500_000;

    /// <summary>Order of the bits.</summary>
    public DataFlow DataFlow { get; set; }

    /// <summary>Level at which the chip is selected.</summary>
    public PinValue ChipSelectLineActiveState { get; set; }

    /// <summary>How many data lines.</summary>
    public SpiBusConfiguration Configuration { get; set; }
}
