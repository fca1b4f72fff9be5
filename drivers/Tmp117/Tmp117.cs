// TMP117 digital temperature sensor, I2C. Reads the body-contact probe in thousandths of a degree.
// Source: Texas Instruments, "TMP117 High-Accuracy, Low-Power, Digital Temperature Sensor", SNOSD82D,
// September 2022. Not run on hardware yet.

using System;
using System.Device.I2c;

namespace Iot.Device.Tmp117;

/// <summary>
/// Driver for the TMP117. Not thread-safe: one owner, one thread. Allocates only in its constructor. A call
/// that fails returns false and leaves the reason in <see cref="LastError"/>; none waits for anything but its
/// transfers (about 0.1 ms each at 400 kHz).
/// </summary>
public sealed class Tmp117 : IDisposable
{
    /// <summary>7-bit address with ADD0 tied to ground; 0x49 to V+, 0x4A to SDA, 0x4B to SCL.</summary>
    public const int DefaultI2cAddress = 0x48;

    /// <summary>Lowest temperature of the registers, 0.001 °C.</summary>
    public const int MilliCelsiusMin = -256_000;

    /// <summary>Highest temperature of the registers, 0.001 °C.</summary>
    public const int MilliCelsiusMax = 255_992;

    private readonly I2cDevice _i2c;
    private readonly byte[] _pointer = new byte[1];
    private readonly byte[] _write = new byte[3];
    private readonly byte[] _data = new byte[2];
    private readonly int _configuration;
    private bool _isOneShotPending;
    private Tmp117Error _lastError;
    private int _lastErrorRegister;
    private I2cTransferStatus _lastBusStatus;

    /// <summary>A driver with the chip's own defaults: 8 conversions averaged, once a second.</summary>
    /// <param name="i2c">The chip's bus device; owned and disposed of by the driver. Nothing is sent
    /// yet.</param>
    public Tmp117(I2cDevice i2c)
        : this(i2c, 8, 1000)
    {
    }

    /// <summary>A driver with averaging and cycle.</summary>
    /// <param name="i2c">The chip's bus device; owned and disposed of by the driver. Nothing is sent
    /// yet.</param>
    /// <param name="averagingCount">Conversions of 15.5 ms averaged to a result: 1, 8, 32 or 64.</param>
    /// <param name="cycleMilliseconds">Time between results: 16 (15.5), 125, 250, 500, 1000, 4000, 8000 or
    /// 16000. The chip stretches it to 125, 500 or 1000 where 8, 32 or 64 conversions need that.</param>
    /// <exception cref="ArgumentException">The bus device is null, or a number is none of those.</exception>
    public Tmp117(I2cDevice i2c, int averagingCount, int cycleMilliseconds)
    {
        if (i2c == null)
        {
            throw new ArgumentNullException();
        }

        _i2c = i2c;
        _configuration = (CycleCode(cycleMilliseconds) << Bits.CycleShift) |
            (AveragingCode(averagingCount) << Bits.AveragingShift);
    }

    /// <summary>Why the last call that returned false did so.</summary>
    public Tmp117Error LastError => _lastError;

    /// <summary>Address of the register that the last failed call was at.</summary>
    public int LastErrorRegister => _lastErrorRegister;

    /// <summary>How the transfer of the last failed call ended.</summary>
    public I2cTransferStatus LastBusStatus => _lastBusStatus;

    /// <summary>Reads which chip answers.</summary>
    /// <param name="deviceId">0x117 for a TMP117.</param>
    /// <param name="revision">Die revision, 0 to 15.</param>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryReadIdentity(out int deviceId, out int revision)
    {
        bool isRead = TryRead(Register.DeviceId, out int value);
        deviceId = value & Bits.DeviceIdMask;
        revision = value >> 12;
        return isRead;
    }

    /// <summary>Checks the chip's id, starts continuous conversion with the settings of the constructor, and
    /// reads them back.</summary>
    /// <returns>False when the chip did not answer, is another one, or does not keep its settings. Blocks for
    /// three transfers.</returns>
    public bool TryInitialize()
    {
        _isOneShotPending = false;
        if (!TryReadIdentity(out int deviceId, out _))
        {
            return false;
        }

        if (deviceId != Bits.DeviceId)
        {
            return Fail(Tmp117Error.WrongPart, Register.DeviceId);
        }

        if (!TryWrite(Register.Configuration, _configuration) ||
            !TryRead(Register.Configuration, out int value))
        {
            return false;
        }

        return (value & Bits.WritableMask) == _configuration ||
            Fail(Tmp117Error.Verification, Register.Configuration);
    }

    /// <summary>Reads the latest result.</summary>
    /// <param name="milliCelsius">Temperature, 0.001 °C; resolution 7.8125, range -256 000 to 255 992. 0 when
    /// false.</param>
    /// <returns>False when the chip did not answer or (NotReady) has not converted since power-up or since
    /// the one-shot was started. Blocks for one transfer, two while a one-shot is pending.</returns>
    public bool TryReadTemperature(out int milliCelsius)
    {
        milliCelsius = 0;
        if (_isOneShotPending && !TryReadFlags(out _))
        {
            return false;
        }

        if (_isOneShotPending)
        {
            return Fail(Tmp117Error.NotReady, Register.Configuration);
        }

        if (!TryRead(Register.TemperatureResult, out int raw))
        {
            return false;
        }

        if (raw == Bits.NotConverted)
        {
            return Fail(Tmp117Error.NotReady, Register.TemperatureResult);
        }

        milliCelsius = ToMilliCelsius((short)raw);
        return true;
    }

    /// <summary>Reads the status flags, which clears them in the chip. Reading a temperature clears DataReady
    /// too.</summary>
    /// <param name="flags">The flags. None when false.</param>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryReadFlags(out Tmp117Flags flags)
    {
        bool isRead = TryRead(Register.Configuration, out int value);
        flags = (Tmp117Flags)(value & (Bits.DataReady | Bits.LowAlert | Bits.HighAlert));
        _isOneShotPending &= (flags & Tmp117Flags.DataReady) == 0;
        return isRead;
    }

    /// <summary>Starts one result, after which the chip shuts down. It takes 15.5 ms for each conversion
    /// averaged.</summary>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryStartOneShot()
    {
        // The flag of an earlier result would pass for this one: reading the result clears it.
        _isOneShotPending = TryRead(Register.TemperatureResult, out _) &&
            TryWrite(Register.Configuration, _configuration | Bits.OneShotMode);
        return _isOneShotPending;
    }

    /// <summary>Stops converting (0.15 microamperes typical). The last result stays readable.</summary>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryShutdown()
    {
        _isOneShotPending = false;
        return TryWrite(Register.Configuration, _configuration | Bits.ShutdownMode);
    }

    /// <summary>Converts continuously again.</summary>
    /// <returns>False when the chip did not answer.</returns>
    public bool TryWake()
    {
        _isOneShotPending = false;
        return TryWrite(Register.Configuration, _configuration);
    }

    /// <summary>Sets the limits of the alert flags and the ALERT pin, rounded to 7.8125 m°C.</summary>
    /// <param name="lowMilliCelsius">A result below raises LowAlert. -256 000 to 255 992.</param>
    /// <param name="highMilliCelsius">A result above raises HighAlert. Not below the low limit, up to 255
    /// 992.</param>
    /// <returns>False when a write failed: then either limit may be the old or the new one.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A limit is outside its range.</exception>
    public bool TrySetAlertLimits(int lowMilliCelsius, int highMilliCelsius)
    {
        if (lowMilliCelsius < MilliCelsiusMin || highMilliCelsius > MilliCelsiusMax ||
            lowMilliCelsius > highMilliCelsius)
        {
            throw new ArgumentOutOfRangeException();
        }

        return TryWrite(Register.LowLimit, FromMilliCelsius(lowMilliCelsius)) &&
            TryWrite(Register.HighLimit, FromMilliCelsius(highMilliCelsius));
    }

    /// <summary>Releases the bus device. The chip goes on converting.</summary>
    public void Dispose() => _i2c.Dispose();

    /// <summary>One count is 7.8125 m°C = 125/16, so the result is exact but for the last truncation (section
    /// 7.3.3).</summary>
    internal static int ToMilliCelsius(short raw) => raw * 125 / 16;

    /// <summary>The nearest count.</summary>
    internal static short FromMilliCelsius(int milliCelsius) =>
        (short)(((milliCelsius * 16) + (milliCelsius < 0 ? -62 : 62)) / 125);

    private static int AveragingCode(int averagingCount) => averagingCount switch
    {
        1 => 0,
        8 => 1,
        32 => 2,
        64 => 3,
        _ => throw new ArgumentException("averagingCount is 1, 8, 32 or 64"),
    };

    private static int CycleCode(int cycleMilliseconds) => cycleMilliseconds switch
    {
        16 => 0,
        125 => 1,
        250 => 2,
        500 => 3,
        1000 => 4,
        4000 => 5,
        8000 => 6,
        16000 => 7,
        _ => throw new ArgumentException("cycleMilliseconds is 16, 125, 250, 500, 1000, 4000, 8000 or 16000"),
    };

    private bool TryRead(Register register, out int value)
    {
        value = 0;
        _pointer[0] = (byte)register;
        try
        {
            if (!Check(_i2c.WriteRead(_pointer, _data), _pointer.Length + _data.Length, register))
            {
                return false;
            }
        }
        catch (InvalidOperationException)
        {
            // The ESP32 port throws this for bus errors that its status has no value for.
            return FailBus(I2cTransferStatus.UnknownError, register);
        }

        value = (_data[0] << 8) | _data[1];
        return true;
    }

    private bool TryWrite(Register register, int value)
    {
        _write[0] = (byte)register;
        _write[1] = (byte)(value >> 8);
        _write[2] = (byte)value;
        try
        {
            return Check(_i2c.Write(_write), _write.Length, register);
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
            return Fail(Tmp117Error.ShortTransfer, register);
        }

        return true;
    }

    private bool FailBus(I2cTransferStatus status, Register register)
    {
        _lastBusStatus = status;
        return Fail(Tmp117Error.Bus, register);
    }

    private bool Fail(Tmp117Error error, Register register)
    {
        _lastError = error;
        _lastErrorRegister = (int)register;
        return false;
    }
}
