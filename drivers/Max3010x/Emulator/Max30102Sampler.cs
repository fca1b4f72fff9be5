// The emulated analogue side: light to photocurrent to counts, at the chip's own pace, averaged as
// configured. Source: 19-7740, Rev 1, Tables 3 and 5 to 9. Not modelled: noise of the ADC, LED settling, and
// the power-dependent wavelength.

namespace Iot.Device.Max3010x.Emulator;

/// <summary>Samples the light whenever the chip's oscillator says so.</summary>
internal sealed class Max30102Sampler
{
    /// <summary>Ambient residue above which ALC_OVF is raised, pA: 5 % of the smallest full scale. Ours; the
    /// data sheet gives no figure.</summary>
    public const int AmbientOverflowPicoamps = 102_400;

    private const long PicosecondsPerSecond = 1_000_000_000_000;
    private const int PartsPerMillion = 1_000_000;
    private const int MicroampsPerMilliamp = 1000;
    private const int FullBitCount = 18;

    private readonly int[] _light = new int[PpgLight.Count];
    private readonly int[] _sums = new int[Bits.SlotCountMax];
    private long _nextMicroseconds;
    private long _remainder;         // of the division below, so that the pace is exact for any run length
    private long _stepMicroseconds;
    private long _stepRemainder;
    private long _stepDivisor;
    private int _summedCount;

    /// <summary>Channels of the last sample, left-justified to 18 bits, by slot.</summary>
    public readonly int[] Channels = new int[Bits.SlotCountMax];

    /// <summary>Slots of a sample; 0 while nothing is sampled.</summary>
    public int SlotCount;

    /// <summary>True when ambient light reached into a conversion since this was last set to false.</summary>
    public bool HasAmbientOverflow;

    /// <summary>Starts anew with the settings in the registers: the first conversion ends one period from
    /// now.</summary>
    public void Restart(byte[] registers, long nowMicroseconds, int clockErrorPpm)
    {
        int mode = registers[(int)Register.ModeConfiguration];
        SlotCount = (mode & Bits.Shutdown) != 0 ? 0 : CountSlots(registers, mode & Bits.ModeMask);
        int rate = Max3010xConfiguration.SampleRateOfCode(
            (registers[(int)Register.SpO2Configuration] >> Bits.SampleRateShift) & Bits.SampleRateMask);

        // A fast oscillator shortens the period: period = 1 / (rate x (1 + ppm / 10^6)).
        _stepDivisor = (long)rate * (PartsPerMillion + clockErrorPpm);
        _stepMicroseconds = PicosecondsPerSecond / _stepDivisor;
        _stepRemainder = PicosecondsPerSecond % _stepDivisor;
        _nextMicroseconds = nowMicroseconds;
        _remainder = 0;
        _summedCount = 0;
        for (int i = 0; i < _sums.Length; i++)
        {
            _sums[i] = 0;
        }

        Advance();
    }

    /// <summary>Runs conversions up to a moment until one completes a sample.</summary>
    /// <returns>True when <see cref="Channels"/> holds a new sample: call again. False when the moment is
    /// reached.</returns>
    public bool TryNext(byte[] registers, IPpgSource source, bool isSwapped, long nowMicroseconds)
    {
        if (SlotCount == 0 || source == null)
        {
            return false;
        }

        int code = registers[(int)Register.FifoConfiguration] >> Bits.AveragingShift;
        int averagingShift = code > Bits.AveragingCodeMax ? Bits.AveragingCodeMax : code;
        while (_nextMicroseconds <= nowMicroseconds)
        {
            source.Sample(_nextMicroseconds, _light);
            Advance();
            Convert(registers, isSwapped);
            _summedCount++;
            if (_summedCount >> averagingShift != 0)
            {
                int mask = ResolutionMask(registers);
                for (int i = 0; i < SlotCount; i++)
                {
                    Channels[i] = (_sums[i] >> averagingShift) & mask;
                    _sums[i] = 0;
                }

                _summedCount = 0;
                return true;
            }
        }

        return false;
    }

    /// <summary>The LED code of a slot by index, whatever the mode.</summary>
    internal static int LedOfSlot(byte[] registers, int slotIndex)
    {
        int mode = registers[(int)Register.ModeConfiguration] & Bits.ModeMask;
        if (mode != Bits.MultiLedMode)
        {
            return slotIndex + 1;
        }

        int pair = registers[(int)Register.MultiLedControl1 + (slotIndex / 2)];
        return (pair >> (slotIndex % 2 * Bits.OddSlotShift)) & Bits.SlotMask;
    }

    private static int CountSlots(byte[] registers, int mode)
    {
        if (mode == Bits.HeartRateMode || mode == Bits.SpO2Mode)
        {
            return mode == Bits.HeartRateMode ? 1 : 2;
        }

        int count = 0;
        while (mode == Bits.MultiLedMode && count < Bits.SlotCountMax &&
            LedOfSlot(registers, count) != 0)
        {
            count++;
        }

        return count;
    }

    private static int ResolutionMask(byte[] registers)
    {
        int widthCode = registers[(int)Register.SpO2Configuration] & Bits.PulseWidthMask;
        int missingBitCount = Bits.PulseWidthMask - widthCode;
        return ((1 << FullBitCount) - 1) & ~((1 << missingBitCount) - 1);
    }

    private void Advance()
    {
        _nextMicroseconds += _stepMicroseconds;
        _remainder += _stepRemainder;
        if (_remainder >= _stepDivisor)
        {
            _remainder -= _stepDivisor;
            _nextMicroseconds++;
        }
    }

    private void Convert(byte[] registers, bool isSwapped)
    {
        int ambient = _light[PpgLight.Ambient];
        if (ambient > AmbientOverflowPicoamps)
        {
            HasAmbientOverflow = true;
        }

        int range = (registers[(int)Register.SpO2Configuration] >> Bits.AdcRangeShift) & Bits.AdcRangeMask;
        for (int slot = 0; slot < SlotCount; slot++)
        {
            long picoamps = ambient + LedPicoamps(registers, LedOfSlot(registers, slot), isSwapped);

            // 18 bits over 2048 nA are 7.8125 pA, 125/16, a count; each step of the range doubles that.
            long count = picoamps <= 0 ? 0 : picoamps * 16 / (125L << range);
            _sums[slot] += count > Bits.SampleMask ? Bits.SampleMask : (int)count;
        }
    }

    // Green light is not modelled: LED3 gives the ambient light alone.
    private long LedPicoamps(byte[] registers, int led, bool isSwapped)
    {
        if (led != (int)Max3010xSlot.Led1 && led != (int)Max3010xSlot.Led2)
        {
            return 0;
        }

        bool isRed = (led == (int)Max3010xSlot.Led1) != isSwapped;
        int register = (int)(led == (int)Max3010xSlot.Led1
            ? Register.Led1PulseAmplitude
            : Register.Led2PulseAmplitude);
        int microamps = registers[register] * Max3010xConfiguration.LedCurrentMicroampsStep;
        return (long)_light[isRed ? PpgLight.Red : PpgLight.Infrared] * microamps / MicroampsPerMilliamp;
    }
}
