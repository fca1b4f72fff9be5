// The MAX30102, register by register, on an emulated bus. Time moves only with the transactions: whatever the
// chip would have done since the last one is done at the start of the next.
// Source: 19-7740, Rev 1, 10/18, "Register Maps and Descriptions". Undocumented behaviour that had to be
// decided: status flags appear only for enabled sources; a reset lasts a number of transactions, not a time;
// the FIFO's two points are in Max30102Fifo.

using System.Device.I2c;
using Pulsegate.Emulation;

namespace Iot.Device.Max3010x.Emulator;

/// <summary>An emulated MAX30102. Not thread-safe: one owner, one thread.</summary>
public sealed class Max30102Chip : IEmulatedI2cChip
{
    /// <summary>Length of a die temperature conversion.</summary>
    public const int DieTemperatureMicroseconds = 29_000;

    private const int RegisterCount = 256;

    private readonly byte[] _registers = new byte[RegisterCount];
    private readonly Max30102Fifo _fifo = new Max30102Fifo();
    private readonly Max30102Sampler _sampler = new Max30102Sampler();
    private int _address;
    private int _resetTransactionsLeft;
    private bool _isConverting;
    private long _conversionEndMicroseconds;

    /// <summary>A chip that has just been powered up.</summary>
    /// <param name="source">The light in front of it; null is darkness in which no sample is ever
    /// taken.</param>
    public Max30102Chip(IPpgSource source)
    {
        Source = source;
        PowerCycle();
    }

    /// <summary>The light in front of the chip.</summary>
    public IPpgSource Source;

    /// <summary>Temperature of the die, 0.001 °C.</summary>
    public int DieMilliCelsius = 30_000;

    /// <summary>Error of the chip's oscillator, parts per million; positive samples faster. Takes effect when
    /// sampling next starts.</summary>
    public int ClockErrorPpm;

    /// <summary>True on a clone board: LED1 is the infrared die, LED2 the red one.</summary>
    public bool IsRedInfraredSwapped;

    /// <summary>What the part id register reads.</summary>
    public byte PartIdValue = Max3010x.PartId;

    /// <summary>What the revision register reads.</summary>
    public byte RevisionValue = 0x03;

    /// <summary>Reads for which the reset bit stays set after a reset; int.MaxValue is a reset that never
    /// ends.</summary>
    public int ResetTransactionCount = 1;

    /// <summary>Faults of the chip.</summary>
    public readonly EmulatedI2cFaults Faults = new EmulatedI2cFaults();

    /// <summary>True while the chip pulls its INT pin low, as of the last transaction.</summary>
    public bool IsInterruptAsserted =>
        (_registers[(int)Register.InterruptStatus1] | _registers[(int)Register.InterruptStatus2]) != 0;

    /// <summary>Takes the supply away and back: power-up values, and the power-ready flag.</summary>
    public void PowerCycle()
    {
        Reset();
        _resetTransactionsLeft = 0;
        _registers[(int)Register.InterruptStatus1] = Bits.PowerReady;
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
        _fifo.BeginTransaction();
        int written = transferred < writeCount ? transferred : writeCount;
        for (int i = 0; i < written; i++)
        {
            if (i == 0)
            {
                _address = write[0];
            }
            else
            {
                WriteRegister(write[i], nowMicroseconds);
                NextAddress();
            }
        }

        for (int i = 0; i < transferred - written; i++)
        {
            read[i] = ReadRegister();
            NextAddress();
        }

        return status;
    }

    private void NextAddress()
    {
        if (_address != (int)Register.FifoData && _address != (int)Register.PartId)
        {
            _address++;
        }
    }

    private void Reset()
    {
        for (int i = 0; i < RegisterCount; i++)
        {
            _registers[i] = 0;
        }

        _fifo.Clear();
        _isConverting = false;
        _sampler.SlotCount = 0;
        _sampler.HasAmbientOverflow = false;
    }

    private void Advance(long nowMicroseconds)
    {
        byte[] registers = _registers;
        int enabled = registers[(int)Register.InterruptEnable1];
        int fifoConfiguration = registers[(int)Register.FifoConfiguration];
        int almostFullCount = Max3010x.FifoDepth - (fifoConfiguration & Bits.AlmostFullMask);
        while (_sampler.TryNext(registers, Source, IsRedInfraredSwapped, nowMicroseconds))
        {
            bool isTaken = _fifo.Push(_sampler.Channels, (fifoConfiguration & Bits.Rollover) != 0);
            int flags = isTaken ? Bits.NewSample : 0;
            flags |= _fifo.UnreadCount >= almostFullCount ? Bits.AlmostFull : 0;
            registers[(int)Register.InterruptStatus1] |= (byte)(flags & enabled);
        }

        if (_sampler.HasAmbientOverflow)
        {
            _sampler.HasAmbientOverflow = false;
            registers[(int)Register.InterruptStatus1] |= (byte)(Bits.AmbientOverflow & enabled);
        }

        if (_isConverting && nowMicroseconds >= _conversionEndMicroseconds)
        {
            _isConverting = false;
            int sixteenths = DieMilliCelsius * 16 / 1000;
            registers[(int)Register.DieTemperatureInteger] = (byte)(sixteenths >> 4);
            registers[(int)Register.DieTemperatureFraction] =
                (byte)(sixteenths & Bits.TemperatureFractionMask);
            registers[(int)Register.DieTemperatureConfiguration] = 0;
            registers[(int)Register.InterruptStatus2] |=
                (byte)(Bits.DieTemperatureReady & registers[(int)Register.InterruptEnable2]);
        }
    }

    private byte ReadRegister()
    {
        byte value = _registers[_address];
        switch ((Register)_address)
        {
            case Register.InterruptStatus1:
            case Register.InterruptStatus2:
                _registers[_address] = 0;
                return value;
            case Register.FifoWritePointer:
                return (byte)_fifo.WritePointer;
            case Register.OverflowCounter:
                return (byte)_fifo.OverflowCount;
            case Register.FifoReadPointer:
                return (byte)_fifo.ReadPointer;
            case Register.FifoData:
                _registers[(int)Register.InterruptStatus1] &= 0xFF & ~Bits.NewSample;
                return _fifo.ReadByte(_sampler.SlotCount == 0 ? 1 : _sampler.SlotCount);
            case Register.ModeConfiguration:
                if (_resetTransactionsLeft > 0)
                {
                    _resetTransactionsLeft--;
                    return (byte)(value | Bits.Reset);
                }

                return value;
            case Register.DieTemperatureFraction:
                _registers[(int)Register.InterruptStatus2] = 0;
                return value;
            case Register.RevisionId:
                return RevisionValue;
            case Register.PartId:
                return PartIdValue;
            default:
                return value;
        }
    }

    private void WriteRegister(byte value, long nowMicroseconds)
    {
        switch ((Register)_address)
        {
            case Register.InterruptStatus1:
            case Register.InterruptStatus2:
            case Register.DieTemperatureInteger:
            case Register.DieTemperatureFraction:
            case Register.FifoData:
            case Register.RevisionId:
            case Register.PartId:
                return;   // read-only; FIFO memory cannot be filled from outside
            case Register.FifoWritePointer:
                // Taken only in a sampling mode.
                if ((_registers[(int)Register.ModeConfiguration] & Bits.HeartRateMode) != 0)
                {
                    _fifo.SetPointers(value & Bits.PointerMask, _fifo.ReadPointer);
                }

                return;
            case Register.OverflowCounter:
                _fifo.OverflowCount = value & Bits.PointerMask;
                return;
            case Register.FifoReadPointer:
                _fifo.SetPointers(_fifo.WritePointer, value & Bits.PointerMask);
                return;
            case Register.ModeConfiguration:
                WriteMode(value, nowMicroseconds);
                return;
            case Register.SpO2Configuration:
                _registers[_address] = (byte)(value & 0b0_11_111_11);
                LimitSampleRate();
                _sampler.Restart(_registers, nowMicroseconds, ClockErrorPpm);
                return;
            case Register.MultiLedControl1:
            case Register.MultiLedControl2:
            case Register.FifoConfiguration:
                _registers[_address] = value;
                _sampler.Restart(_registers, nowMicroseconds, ClockErrorPpm);
                return;
            case Register.DieTemperatureConfiguration:
                if ((value & Bits.TemperatureEnable) != 0)
                {
                    _registers[_address] = Bits.TemperatureEnable;
                    _isConverting = true;
                    _conversionEndMicroseconds = nowMicroseconds + DieTemperatureMicroseconds;
                }

                return;
            default:
                _registers[_address] = value;
                return;
        }
    }

    private void WriteMode(byte value, long nowMicroseconds)
    {
        if ((value & Bits.Reset) != 0)
        {
            Reset();
            _resetTransactionsLeft = ResetTransactionCount;
            return;
        }

        _registers[(int)Register.ModeConfiguration] = (byte)(value & (Bits.Shutdown | Bits.ModeMask));
        if ((value & Bits.Shutdown) != 0)
        {
            // "All interrupts are cleared to zero in this mode" (Shutdown Control).
            _registers[(int)Register.InterruptStatus1] = 0;
            _registers[(int)Register.InterruptStatus2] = 0;
        }

        LimitSampleRate();
        _sampler.Restart(_registers, nowMicroseconds, ClockErrorPpm);
    }

    // A rate too high for the pulse width becomes the highest possible one, in the register too.
    private void LimitSampleRate()
    {
        int value = _registers[(int)Register.SpO2Configuration];
        bool isOneLed = (_registers[(int)Register.ModeConfiguration] & Bits.ModeMask) == Bits.HeartRateMode;
        int fastest = Max3010xConfiguration.FastestRateCode(value & Bits.PulseWidthMask, isOneLed ? 1 : 2);
        int rate = (value >> Bits.SampleRateShift) & Bits.SampleRateMask;
        if (rate > fastest)
        {
            value &= ~(Bits.SampleRateMask << Bits.SampleRateShift);
            _registers[(int)Register.SpO2Configuration] = (byte)(value | (fastest << Bits.SampleRateShift));
        }
    }
}
