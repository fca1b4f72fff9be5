// The TMP117, register by register, on an emulated bus. Time moves only with the transactions: whatever the
// chip would have done since the last one is done at the start of the next.
// Source: SNOSD82D, September 2022, sections 7.3 to 7.6. Not modelled: noise (so averaging changes times
// only), therm mode, the ALERT pin, SMBus alert, general call and bus timeout. Several cycles between two
// transactions count as one conversion, the last.

using System.Device.I2c;
using Pulsegate.Emulation;

namespace Iot.Device.Tmp117.Emulator;

/// <summary>An emulated TMP117. Not thread-safe: one owner, one thread.</summary>
public sealed class Tmp117Chip : IEmulatedI2cChip
{
    /// <summary>Time of one conversion; a result takes this for each one averaged.</summary>
    public const int ConversionMicroseconds = 15_500;

    /// <summary>Time that programming an EEPROM word takes.</summary>
    public const int EepromMicroseconds = 7_000;

    private const int RegisterCount = 16;

    private readonly int[] _registers = new int[RegisterCount];
    private readonly int[] _eeprom = new int[RegisterCount];
    private int _pointer;
    private bool _isStarted;
    private bool _isConverting;
    private bool _isUnlocked;
    private long _nextResultMicroseconds;
    private long _eepromEndMicroseconds;

    /// <summary>A chip as the factory ships it, just powered up.</summary>
    public Tmp117Chip()
    {
        _eeprom[(int)Register.Configuration] = Bits.ConfigurationDefault;
        _eeprom[(int)Register.HighLimit] = Bits.HighLimitDefault;
        _eeprom[(int)Register.LowLimit] = Bits.LowLimitDefault;
        PowerCycle();
    }

    /// <summary>Temperature of the die, 0.001 °C; clipped to the range of the registers.</summary>
    public int MilliCelsius = 36_600;

    /// <summary>True lets no conversion end any more: the last result stays.</summary>
    public bool IsStuck;

    /// <summary>What the id register reads: revision and device.</summary>
    public int DeviceIdValue = Bits.DeviceId;

    /// <summary>Faults of the chip.</summary>
    public readonly EmulatedI2cFaults Faults = new EmulatedI2cFaults();

    /// <summary>Takes the supply away and back. The first conversion starts at the next
    /// transaction.</summary>
    public void PowerCycle()
    {
        for (int i = 0; i < RegisterCount; i++)
        {
            _registers[i] = _eeprom[i];
        }

        _registers[(int)Register.TemperatureResult] = Bits.NotConverted;
        _pointer = 0;
        _isUnlocked = false;
        _isStarted = false;
    }

    /// <inheritdoc/>
    public I2cTransferStatus Transfer(
        long nowMicroseconds, byte[] write, int writeCount, byte[] read, int readCount, out int transferred)
    {
        I2cTransferStatus status = Faults.Next(writeCount + readCount, out transferred);
        if (status == I2cTransferStatus.SlaveAddressNotAcknowledged)
        {
            return status;
        }

        Advance(nowMicroseconds);
        int written = transferred < writeCount ? transferred : writeCount;
        if (written > 0)
        {
            _pointer = write[0] & (RegisterCount - 1);
        }

        if (written == 3)
        {
            Write((write[1] << 8) | write[2], nowMicroseconds);   // a word cut short is not taken
        }

        // The pointer does not advance: more than two bytes repeat the register.
        int value = transferred > written ? Read(nowMicroseconds) : 0;
        for (int i = 0; i < transferred - written; i++)
        {
            read[i] = (byte)((i & 1) == 0 ? value >> 8 : value);
        }

        return status;
    }

    private static int CycleMicroseconds(int configuration)
    {
        int cycle = ((configuration >> Bits.CycleShift) & Bits.CycleMask) switch
        {
            0 => 15_500,
            1 => 125_000,
            2 => 250_000,
            3 => 500_000,
            4 => 1_000_000,
            5 => 4_000_000,
            6 => 8_000_000,
            _ => 16_000_000,
        };
        int shortest = AveragingCode(configuration) switch
        {
            0 => 15_500,
            1 => 125_000,
            2 => 500_000,
            _ => 1_000_000,
        };
        return cycle < shortest ? shortest : cycle;
    }

    private static int AveragingCode(int configuration) =>
        (configuration >> Bits.AveragingShift) & Bits.AveragingMask;

    private static int ResultMicroseconds(int configuration) => AveragingCode(configuration) switch
    {
        0 => ConversionMicroseconds,
        1 => 8 * ConversionMicroseconds,
        2 => 32 * ConversionMicroseconds,
        _ => 64 * ConversionMicroseconds,
    };

    private void Advance(long nowMicroseconds)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            StartConversion(nowMicroseconds);
        }

        if (IsStuck || !_isConverting || nowMicroseconds < _nextResultMicroseconds)
        {
            return;
        }

        int configuration = _registers[(int)Register.Configuration];
        int inRange = MilliCelsius < Tmp117.MilliCelsiusMin ? Tmp117.MilliCelsiusMin
            : MilliCelsius > Tmp117.MilliCelsiusMax ? Tmp117.MilliCelsiusMax : MilliCelsius;
        int raw = Tmp117.FromMilliCelsius(inRange) + (short)_registers[(int)Register.TemperatureOffset];
        raw = raw > short.MaxValue ? short.MaxValue : raw < short.MinValue ? short.MinValue : raw;
        _registers[(int)Register.TemperatureResult] = raw & 0xFFFF;
        configuration |= Bits.DataReady;
        configuration |= raw > (short)_registers[(int)Register.HighLimit] ? Bits.HighAlert : 0;
        configuration |= raw < (short)_registers[(int)Register.LowLimit] ? Bits.LowAlert : 0;
        if ((configuration & Bits.ModeMask) == Bits.OneShotMode)
        {
            configuration = (configuration & ~Bits.ModeMask) | Bits.ShutdownMode;
            _isConverting = false;
        }
        else
        {
            int cycle = CycleMicroseconds(configuration);
            _nextResultMicroseconds += ((nowMicroseconds - _nextResultMicroseconds) / cycle * cycle) + cycle;
        }

        _registers[(int)Register.Configuration] = configuration;
    }

    private void StartConversion(long nowMicroseconds)
    {
        int configuration = _registers[(int)Register.Configuration];
        _isConverting = (configuration & Bits.ModeMask) != Bits.ShutdownMode;
        _nextResultMicroseconds = nowMicroseconds + ResultMicroseconds(configuration);
    }

    private int Read(long nowMicroseconds)
    {
        int value = _registers[_pointer];
        switch ((Register)_pointer)
        {
            case Register.TemperatureResult:
                _registers[(int)Register.Configuration] &= ~Bits.DataReady;
                return value;
            case Register.Configuration:
                _registers[_pointer] = value & Bits.WritableMask;
                return value | (nowMicroseconds < _eepromEndMicroseconds ? Bits.EepromBusy : 0);
            case Register.EepromUnlock:
                return (_isUnlocked ? Bits.EepromUnlocked : 0) |
                    (nowMicroseconds < _eepromEndMicroseconds ? Bits.EepromUnlocked >> 1 : 0);
            case Register.DeviceId:
                return DeviceIdValue;
            default:
                return value;
        }
    }

    private void Write(int value, long nowMicroseconds)
    {
        switch ((Register)_pointer)
        {
            case Register.TemperatureResult:
            case Register.DeviceId:
                return;
            case Register.Configuration:
                if ((value & Bits.SoftReset) != 0)
                {
                    PowerCycle();
                    return;
                }

                _registers[_pointer] =
                    (_registers[_pointer] & ~Bits.WritableMask) | (value & Bits.WritableMask);
                StartConversion(nowMicroseconds);
                break;
            case Register.EepromUnlock:
                _isUnlocked = (value & Bits.EepromUnlocked) != 0;
                return;
            default:
                _registers[_pointer] = value;
                break;
        }

        if (_isUnlocked)
        {
            _eeprom[_pointer] = _pointer == (int)Register.Configuration ? value & Bits.WritableMask : value;
            _eepromEndMicroseconds = nowMicroseconds + EepromMicroseconds;
        }
    }
}
