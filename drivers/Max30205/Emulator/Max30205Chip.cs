// The MAX30205, register by register, on an emulated bus. Time moves only with the transactions: whatever the
// chip would have done since the last one is done at the start of the next.
// Source: 19-8505, Rev 0, 3/16. Not modelled: noise, the OS pin's polarity and interrupt mode, the bus
// timeout. Several conversions between two transactions count as one, the last.

using System.Device.I2c;
using Pulsegate.Emulation;

namespace Iot.Device.Max30205.Emulator;

/// <summary>An emulated MAX30205. Not thread-safe: one owner, one thread.</summary>
public sealed class Max30205Chip : IEmulatedI2cChip
{
    private const int RegisterCount = 4;

    private readonly int[] _registers = new int[RegisterCount];
    private int _pointer;
    private int _faultCount;
    private bool _isStarted;
    private bool _isConverting;
    private long _conversionEndMicroseconds;

    /// <summary>A chip that has just been powered up.</summary>
    public Max30205Chip() => PowerCycle();

    /// <summary>Temperature of the die, 0.001 °C; clipped to the range of the registers.</summary>
    public int MilliCelsius = 36_600;

    /// <summary>Length of a conversion: 44 ms typical, 50 ms at most.</summary>
    public int ConversionMicroseconds = 44_000;

    /// <summary>Faults of the chip.</summary>
    public readonly EmulatedI2cFaults Faults = new EmulatedI2cFaults();

    /// <summary>True while the OS output is active in comparator mode, as of the last transaction.</summary>
    public bool IsOverTemperature { get; private set; }

    /// <summary>Takes the supply away and back. The first conversion starts at the next
    /// transaction.</summary>
    public void PowerCycle()
    {
        _registers[(int)Register.Temperature] = Bits.NotConverted;
        _registers[(int)Register.Configuration] = 0;
        _registers[(int)Register.Hysteresis] = Bits.HysteresisDefault;
        _registers[(int)Register.OverTemperature] = Bits.OverTemperatureDefault;
        _pointer = 0;
        _faultCount = 0;
        _isStarted = false;
        IsOverTemperature = false;
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

        if (_pointer == (int)Register.Configuration && written >= 2)
        {
            WriteConfiguration(write[1], nowMicroseconds);
        }
        else if (_pointer > (int)Register.Configuration && written >= 3)
        {
            _registers[_pointer] = (write[1] << 8) | write[2];   // a word cut short is not taken
        }

        // The pointer does not advance: more bytes repeat the register.
        int value = _registers[_pointer];
        for (int i = 0; i < transferred - written; i++)
        {
            read[i] = (byte)(_pointer != (int)Register.Configuration && (i & 1) == 0 ? value >> 8 : value);
        }

        return status;
    }

    private void Advance(long nowMicroseconds)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            StartConversion(nowMicroseconds);
        }

        if (!_isConverting || nowMicroseconds < _conversionEndMicroseconds)
        {
            return;
        }

        int configuration = _registers[(int)Register.Configuration];
        int raw = MilliCelsius * 32 / 125;
        int stored = (configuration & Bits.ExtendedFormat) != 0 ? raw - Bits.ExtendedOffset : raw;
        stored = stored > short.MaxValue ? short.MaxValue : stored < short.MinValue ? short.MinValue : stored;
        _registers[(int)Register.Temperature] = stored & 0xFFFF;
        Compare(stored, configuration);
        _isConverting = (configuration & Bits.Shutdown) == 0;
        long lateMicroseconds = nowMicroseconds - _conversionEndMicroseconds;
        long missedCount = lateMicroseconds / ConversionMicroseconds;
        _conversionEndMicroseconds += (missedCount + 1) * ConversionMicroseconds;
    }

    // The thresholds are in the format of the temperature register. The fault queue asks for 1, 2, 4 or 6
    // conversions in a row.
    private void Compare(int stored, int configuration)
    {
        int queue = ((configuration >> Bits.FaultQueueShift) & Bits.FaultQueueMask) switch
        {
            0 => 1,
            1 => 2,
            2 => 4,
            _ => 6,
        };
        bool isFault = IsOverTemperature
            ? stored < (short)_registers[(int)Register.Hysteresis]
            : stored > (short)_registers[(int)Register.OverTemperature];
        _faultCount = isFault ? _faultCount + 1 : 0;
        if (_faultCount >= queue)
        {
            IsOverTemperature = !IsOverTemperature;
            _faultCount = 0;
        }
    }

    private void StartConversion(long nowMicroseconds)
    {
        _isConverting = true;
        _conversionEndMicroseconds = nowMicroseconds + ConversionMicroseconds;
    }

    private void WriteConfiguration(int value, long nowMicroseconds)
    {
        bool wasShutDown = (_registers[(int)Register.Configuration] & Bits.Shutdown) != 0;
        bool isShutDown = (value & Bits.Shutdown) != 0;
        _registers[(int)Register.Configuration] = value & ~Bits.OneShot;   // ONE-SHOT always reads 0
        if (isShutDown)
        {
            _isConverting = false;
        }

        if ((wasShutDown && !isShutDown) || (isShutDown && (value & Bits.OneShot) != 0))
        {
            StartConversion(nowMicroseconds);
        }
    }
}
