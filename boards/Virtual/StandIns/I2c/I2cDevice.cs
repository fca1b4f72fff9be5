// Stand-in for nanoFramework's I2cDevice. Transactions go to the emulated bus that the board registered under
// the bus id.

using Pulsegate.Emulation;

namespace System.Device.I2c;

/// <summary>One device on an I2C bus.</summary>
public class I2cDevice : IDisposable
{
    private const int BufferByteCount = 256;   // a longer transfer grows its buffer once

    private readonly EmulatedI2cBus _bus;
    private readonly int _address;
    private byte[] _write = new byte[BufferByteCount];
    private byte[] _read = new byte[BufferByteCount];

    /// <summary>Opens a device. Nothing is sent.</summary>
    public I2cDevice(I2cConnectionSettings settings)
    {
        ConnectionSettings = settings;
        _address = settings.DeviceAddress;
        _bus = EmulatedI2cBuses.Get(settings.BusId);
    }

    /// <summary>The settings given at construction.</summary>
    public I2cConnectionSettings ConnectionSettings { get; }

    /// <summary>Opens a device.</summary>
    public static I2cDevice Create(I2cConnectionSettings settings) => new I2cDevice(settings);

    /// <summary>Reads one byte.</summary>
    public byte ReadByte()
    {
        Transfer(0, 1);
        return _read[0];
    }

    /// <summary>Reads.</summary>
    public I2cTransferResult Read(SpanByte buffer)
    {
        I2cTransferResult result = Transfer(0, buffer.Length);
        CopyBack(buffer, 0, result);
        return result;
    }

    /// <summary>Writes one byte.</summary>
    public I2cTransferResult WriteByte(byte value)
    {
        _write[0] = value;
        return Transfer(1, 0);
    }

    /// <summary>Writes.</summary>
    public I2cTransferResult Write(SpanByte buffer)
    {
        CopyIn(buffer);
        return Transfer(buffer.Length, 0);
    }

    /// <summary>Writes, then reads after a repeated start.</summary>
    public I2cTransferResult WriteRead(SpanByte writeBuffer, SpanByte readBuffer)
    {
        CopyIn(writeBuffer);
        I2cTransferResult result = Transfer(writeBuffer.Length, readBuffer.Length);
        CopyBack(readBuffer, writeBuffer.Length, result);
        return result;
    }

    /// <summary>Closes the device.</summary>
    public void Dispose()
    {
    }

    private I2cTransferResult Transfer(int writeCount, int readCount)
    {
        if (_read.Length < readCount)
        {
            _read = new byte[readCount];
        }

        if (_bus == null)
        {
            return new I2cTransferResult(0, I2cTransferStatus.SlaveAddressNotAcknowledged);
        }

        I2cTransferStatus status = _bus.Transfer(
            _address, _write, writeCount, _read, readCount, out int transferred);
        return new I2cTransferResult((uint)transferred, status);
    }

    private void CopyIn(SpanByte buffer)
    {
        if (_write.Length < buffer.Length)
        {
            _write = new byte[buffer.Length];
        }

        buffer.CopyTo(new SpanByte(_write));
    }

    private void CopyBack(SpanByte buffer, int writeCount, I2cTransferResult result)
    {
        int count = (int)result.BytesTransferred - writeCount;
        if (count > 0)
        {
            new SpanByte(_read, 0, count).CopyTo(buffer);
        }
    }
}
