// Stand-in for nanoFramework's I2cTransferResult; see I2cBusSpeed.cs.

namespace System.Device.I2c;

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
