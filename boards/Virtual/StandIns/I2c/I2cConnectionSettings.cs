// Stand-in for nanoFramework's I2cConnectionSettings; see I2cBusSpeed.cs.

namespace System.Device.I2c;

/// <summary>Bus, address and speed of one device.</summary>
public sealed class I2cConnectionSettings
{
    /// <summary>Settings at 400 kHz.</summary>
    public I2cConnectionSettings(int busId, int deviceAddress)
        : this(busId, deviceAddress, I2cBusSpeed.FastMode)
    {
    }

    /// <summary>Settings.</summary>
    public I2cConnectionSettings(int busId, int deviceAddress, I2cBusSpeed busSpeed)
    {
        BusId = busId;
        DeviceAddress = deviceAddress;
        BusSpeed = busSpeed;
    }

    /// <summary>Bus number, from 1.</summary>
    public int BusId { get; }

    /// <summary>7-bit address.</summary>
    public int DeviceAddress { get; }

    /// <summary>Speed.</summary>
    public I2cBusSpeed BusSpeed { get; }
}
