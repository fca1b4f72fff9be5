// Stand-in for System.Device.I2c of nanoFramework: same names, shapes and results, so that drivers compile
// unchanged. Also in the device subset: compiled for the real nanoCLR it carries driver and emulator there.

namespace System.Device.I2c;

/// <summary>Bus speed.</summary>
public enum I2cBusSpeed
{
    /// <summary>100 kHz.</summary>
    StandardMode = 0,

    /// <summary>400 kHz.</summary>
    FastMode = 1,

    /// <summary>1 MHz.</summary>
    FastModePlus = 2,
}
