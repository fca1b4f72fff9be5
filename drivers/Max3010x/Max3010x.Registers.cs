// Register access of the MAX3010x driver: every transfer is checked for its status and its length.

using System;
using System.Device.I2c;

namespace Iot.Device.Max3010x;

/// <content>Register access.</content>
public sealed partial class Max3010x
{
    private bool TryVerify(Register first, Register last)
    {
        int count = last - first + 1;
        if (!TryRead(first, _status, count))
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (_status[i] != _settings[(int)first + i])
            {
                return Fail(Max3010xError.Verification, (Register)((int)first + i));
            }
        }

        return true;
    }

    private bool TryWriteSetting(Register register) => TryWrite(register, _settings[(int)register]);

    private bool TryWrite(Register register, int value)
    {
        _write[0] = (byte)register;
        _write[1] = (byte)value;
        try
        {
            return Check(_i2c.Write(_write), _write.Length, register);
        }
        catch (InvalidOperationException)
        {
            return FailBus(I2cTransferStatus.UnknownError, register);
        }
    }

    // Reads registers from one on in one burst. The ESP32 port throws InvalidOperationException for bus
    // errors that its status has no value for; to the caller they are bus failures like the others.
    private bool TryRead(Register register, byte[] buffer, int byteCount)
    {
        _pointer[0] = (byte)register;
        try
        {
            I2cTransferResult result = _i2c.WriteRead(_pointer, new SpanByte(buffer, 0, byteCount));
            return Check(result, byteCount + 1, register);
        }
        catch (InvalidOperationException)
        {
            return FailBus(I2cTransferStatus.UnknownError, register);
        }
    }

    private bool Check(I2cTransferResult result, int byteCount, Register register)
    {
        if (result.Status != I2cTransferStatus.FullTransfer)
        {
            return FailBus(result.Status, register);
        }

        if (result.BytesTransferred != byteCount)
        {
            _lastBusStatus = result.Status;
            return Fail(Max3010xError.ShortTransfer, register);
        }

        return true;
    }

    private bool FailBus(I2cTransferStatus status, Register register)
    {
        _lastBusStatus = status;
        return Fail(Max3010xError.Bus, register);
    }

    private bool Fail(Max3010xError error, Register register)
    {
        _lastError = error;
        _lastErrorRegister = (int)register;
        return false;
    }
}
