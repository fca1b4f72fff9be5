// Stand-ins for System.Device.I2c of nanoFramework: same names, shapes and results, so that drivers compile unchanged.
// Also in the device subset: compiled for the real nanoCLR they carry driver and emulator there.

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

/// <summary>How a transfer ended.</summary>
public enum I2cTransferStatus
{
    /// <summary>Something else went wrong.</summary>
    UnknownError = 0,

    /// <summary>All bytes moved.</summary>
    FullTransfer = 1,

    /// <summary>The bus was held too long.</summary>
    ClockStretchTimeout = 2,

    /// <summary>The chip stopped acknowledging on the way.</summary>
    PartialTransfer = 3,

    /// <summary>Nothing answers at the address.</summary>
    SlaveAddressNotAcknowledged = 4,
}

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

/// <summary>How a transfer ended, and how many bytes moved in both directions.</summary>
public struct I2cTransferResult
{
    private readonly uint _bytesTransferred;
    private readonly I2cTransferStatus _status;

    internal I2cTransferResult(uint bytesTransferred, I2cTransferStatus status)
    {
        _bytesTransferred = bytesTransferred;
        _status = status;
    }

    /// <summary>Bytes written and read together.</summary>
    public uint BytesTransferred => _bytesTransferred;

    /// <summary>How it ended.</summary>
    public I2cTransferStatus Status => _status;
}
