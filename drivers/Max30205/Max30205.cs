// MAX30205 human body temperature sensor, I2C. Reads the body-contact probe in thousandths of a degree.
// Source: Maxim Integrated, "MAX30205 Human Body Temperature Sensor", 19-8505, Rev 0, 3/16. Not run on
// hardware yet.

using System;
using System.Device.I2c;

namespace Iot.Device.Max30205;

/// <summary>
/// Driver for the MAX30205, in its normal data format. Not thread-safe: one owner, one thread. Allocates only
/// in its constructor. A call that fails returns false and leaves the reason in <see cref="LastError"/>; none
/// waits for anything but its transfers (about 0.1 ms each at 400 kHz).
/// </summary>
public sealed class Max30205 : IDisposable
{
    /// <summary>7-bit address with A0, A1 and A2 tied to ground; the pins choose among 32.</summary>
    public const int DefaultI2cAddress = 0x48;

    /// <summary>Longest time of a conversion. The chip has no ready flag: after a one-shot the caller waits
    /// this long.</summary>
    public const int ConversionMillisecondsMax = 50;

    /// <summary>Lowest temperature of the registers, 0.001 °C; the chip is specified from 0 to 50
    /// °C.</summary>
    public const int MilliCelsiusMin = -128_000;

    /// <summary>Highest temperature of the registers, 0.001 °C.</summary>
    public const int MilliCelsiusMax = 127_996;

    private readonly I2cDevice _i2c;
    private readonly byte[] _pointer = new byte[1];
    private readonly byte[] _writeByte = new byte[2];
    private readonly byte[] _writeWord = new byte[3];
    private readonly byte[] _byte = new byte[1];
    private readonly byte[] _word = new byte[2];
    private Max30205Error _lastError;
    private int _lastErrorRegister;
    private I2cTransferStatus _lastBusStatus;

    /// <summary>A driver.</summary>
    /// <param name="i2c">The chip's bus device, at most 400 kHz; owned and disposed of by the driver. Nothing
    /// is sent yet.</param>
    /// <exception cref="ArgumentNullException">The bus device is null.</exception>
    public Max30205(I2cDevice i2c)
    {
        if (i2c == null)
        {
            throw new ArgumentNullException();
        }

        _i2c = i2c;
    }

    /// <summary>Why the last call that returned false did so.</summary>
    public Max30205Error LastError => _lastError;

    /// <summary>Address of the register that the last failed call was at.</summary>
    public int LastErrorRegister => _lastErrorRegister;

    /// <summary>How the transfer of the last failed call ended.</summary>
    public I2cTransferStatus LastBusStatus => _lastBusStatus;

    /// <summary>
    /// Starts continuous conversion in the normal format and reads the setting back. The chip has no id
    /// register: this shows that something with a configuration byte answers, not that it is a MAX30205.
    /// </summary>
    /// <returns>False when the chip did not answer or does not keep its setting. Blocks for four
    /// transfers.</returns>
    public bool TryInitialize()
    {
        // Shutdown first: a byte that reads back in two values is a register, not a bus that sticks.
        return TryWriteConfiguration(Bits.Shutdown) && TryVerifyConfiguration(Bits.Shutdown) &&
            TryWriteConfiguration(0) && TryVerifyConfiguration(0);
    }

    /// <summary>Reads the latest conversion.</summary>
    /// <param name="milliCelsius">Temperature, 0.001 °C; resolution 3.90625, range -128 000 to 127 996. 0
    /// when false.</param>
    /// <returns>False when the chip did not answer or (NotReady) its register still has the power-up value.
    /// That value is exactly 0.000 °C, so this one temperature is never reported. Blocks for one
    /// transfer.</returns>
    public bool TryReadTemperature(out int milliCelsius)
    {
        milliCelsius = 0;
        if (!TryRead(Register.Temperature, _word))
        {
            return false;
        }

        int raw = (_word[0] << 8) | _word[1];
        if (raw == Bits.NotConverted)
        {
            return Fail(Max30205Error.NotReady, Register.Temperature);
        }

        milliCelsius = ToMilliCelsius((short)raw);
        return true;
    }

    /// <summary>
    /// Shuts down and starts one conversion. The old value stays readable until it ends: wait
    /// <see cref="ConversionMillisecondsMax"/> before the next read.
    /// </summary>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryStartOneShot() =>
        TryWriteConfiguration(Bits.Shutdown) && TryWriteConfiguration(Bits.Shutdown | Bits.OneShot);

    /// <summary>Stops converting (3.5 microamperes at most). The last conversion stays readable.</summary>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryShutdown() => TryWriteConfiguration(Bits.Shutdown);

    /// <summary>Converts continuously again.</summary>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryWake() => TryWriteConfiguration(0);

    /// <summary>Sets the thresholds of the OS pin, rounded to 3.90625 m°C.</summary>
    /// <param name="hysteresisMilliCelsius">Below this the pin is released. -128 000 to 127 996.</param>
    /// <param name="overMilliCelsius">Above this the pin is active. Not below the hysteresis, up to 127
    /// 996.</param>
    /// <returns>False when a write failed: then either threshold may be the old or the new one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A threshold is outside its range.</exception>
    public bool TrySetThresholds(int hysteresisMilliCelsius, int overMilliCelsius)
    {
        if (hysteresisMilliCelsius < MilliCelsiusMin || overMilliCelsius > MilliCelsiusMax ||
            hysteresisMilliCelsius > overMilliCelsius)
        {
            throw new ArgumentOutOfRangeException();
        }

        return TryWriteWord(Register.Hysteresis, FromMilliCelsius(hysteresisMilliCelsius)) &&
            TryWriteWord(Register.OverTemperature, FromMilliCelsius(overMilliCelsius));
    }

    /// <summary>Releases the bus device. The chip goes on converting.</summary>
    public void Dispose() => _i2c.Dispose();

    /// <summary>One count is 1/256 °C = 125/32 m°C, so the result is exact but for the last
    /// truncation.</summary>
    internal static int ToMilliCelsius(short raw) => raw * 125 / 32;

    /// <summary>The nearest count.</summary>
    internal static short FromMilliCelsius(int milliCelsius) =>
        (short)(((milliCelsius * 32) + (milliCelsius < 0 ? -62 : 62)) / 125);

    private bool TryWriteConfiguration(int value)
    {
        _writeByte[0] = (byte)Register.Configuration;
        _writeByte[1] = (byte)value;
        return TryWrite(Register.Configuration, _writeByte);
    }

    private bool TryVerifyConfiguration(int expected) =>
        TryRead(Register.Configuration, _byte) &&
        (_byte[0] == expected || Fail(Max30205Error.Verification, Register.Configuration));

    private bool TryWriteWord(Register register, int value)
    {
        _writeWord[0] = (byte)register;
        _writeWord[1] = (byte)(value >> 8);
        _writeWord[2] = (byte)value;
        return TryWrite(register, _writeWord);
    }

    private bool TryWrite(Register register, byte[] bytes)
    {
        try
        {
            return Check(_i2c.Write(bytes), bytes.Length, register);
        }
        catch (InvalidOperationException)
        {
            // The ESP32 port throws this for bus errors that its status has no value for.
            return FailBus(I2cTransferStatus.UnknownError, register);
        }
    }

    private bool TryRead(Register register, byte[] bytes)
    {
        _pointer[0] = (byte)register;
        try
        {
            return Check(_i2c.WriteRead(_pointer, bytes), _pointer.Length + bytes.Length, register);
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
            return Fail(Max30205Error.ShortTransfer, register);
        }

        return true;
    }

    private bool FailBus(I2cTransferStatus status, Register register)
    {
        _lastBusStatus = status;
        return Fail(Max30205Error.Bus, register);
    }

    private bool Fail(Max30205Error error, Register register)
    {
        _lastError = error;
        _lastErrorRegister = (int)register;
        return false;
    }
}
