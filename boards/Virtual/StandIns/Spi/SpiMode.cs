// Stand-in for System.Device.Spi of nanoFramework: same names, shapes and results, so that drivers compile
// unchanged. Also in the device subset: compiled for the real nanoCLR it carries driver and emulator there.

namespace System.Device.Spi;

/// <summary>Clock polarity and phase.</summary>
public enum SpiMode
{
    /// <summary>Idle low, data taken on the first edge.</summary>
    Mode0 = 0,

    /// <summary>Idle low, data taken on the second edge.</summary>
    Mode1 = 1,

    /// <summary>Idle high, data taken on the first edge.</summary>
    Mode2 = 2,

    /// <summary>Idle high, data taken on the second edge.</summary>
    Mode3 = 3,
}
