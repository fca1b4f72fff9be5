// Between the oximeter's driver and the signal chain: drains the FIFO block by block, declares every gap,
// keeps the light in the converter's range, and sets the chip up anew when it has fallen silent, ever more
// seldom so that a dead bus does not stall the unit.

using Iot.Device.Max3010x;
using Pulsegate.Diagnostics;

namespace Pulsegate.Signal;

/// <summary>Feeds the signal chain from the chip. Allocates nothing after construction; the acquisition loop
/// owns it.</summary>
public sealed class OximeterFeed
{
    /// <summary>Failed reads in a row after which the chip is set up anew.</summary>
    public const int FailureCountMax = 3;

    /// <summary>A chip that answers and gives no sample for this long has lost its settings (a brown-out),
    /// ms.</summary>
    public const int SilenceMsMax = 1000;

    /// <summary>First and longest wait between two attempts to set the chip up, ms. A dead bus costs 1 s of
    /// native timeout each.</summary>
    public const int RestartMsMin = 1000, RestartMsMax = 30000;

    private const int CurrentStepMicroamps = Max3010xConfiguration.LedCurrentMicroampsStep;

    private readonly Max3010x _driver;
    private readonly SignalChain _chain;
    private readonly Counters _counters;
    private readonly int[] _red = new int[Max3010x.FifoDepth];
    private readonly int[] _infrared = new int[Max3010x.FifoDepth];
    private readonly LightControl _light;
    private readonly ChannelScale _redScale = new ChannelScale(), _infraredScale = new ChannelScale();
    private readonly SampleClock _clock = new SampleClock();
    private long _discontinuityMs = -1;            // the chain's newest that the scales know of
    private bool _hasOtherLimits;
    private bool _isRunning;
    private bool _hasBeenRunning;
    private int _failureCount;
    private long _lastSampleMs;
    private long _restartAtMs;
    private int _restartWaitMs = RestartMsMin;

    /// <summary>A feed from a chip into a chain. Nothing is sent yet.</summary>
    public OximeterFeed(Max3010x driver, SignalChain chain, Counters counters)
    {
        _driver = driver;
        _chain = chain;
        _counters = counters;
        _light = new LightControl(driver.InfraredMicroamps / CurrentStepMicroamps);
        SetLimits();
    }

    /// <summary>What the LEDs and the range are set to.</summary>
    public LightControl Light => _light;

    /// <summary>True while the chip gives samples.</summary>
    public bool IsRunning => _isRunning;

    /// <summary>Counts a probe whose red and infrared are swapped.</summary>
    public void NoteSwap(bool isSwapped) => _counters.Max(Counter.ProbeSwapped, isSwapped ? 1 : 0);

    /// <summary>Moves what the chip has into the chain. Blocks for one transfer (5 ms at 400 kHz when full; 1
    /// s on a dead bus).</summary>
    /// <returns>True when samples were lost since the call before: the readings around say so.</returns>
    public bool Drain(long nowMs)
    {
        if (!_isRunning)
        {
            return TryRestart(nowMs);
        }

        if (!_driver.TryReadFifo(_red, _infrared, out int count, out int lostCount))
        {
            _counters.Add(Counter.OximeterFaults, 1);
            if (++_failureCount >= FailureCountMax || _driver.LastError == Max3010xError.PowerLost)
            {
                _isRunning = false;
                _restartAtMs = nowMs;
            }

            return false;
        }

        _failureCount = 0;
        if (count > 0)
        {
            _lastSampleMs = nowMs;
            _restartWaitMs = RestartMsMin;
            _counters.Add(Counter.Samples, count);
        }
        else if (nowMs - _lastSampleMs > SilenceMsMax)
        {
            _isRunning = false;
            _restartAtMs = nowMs;
        }

        if (lostCount > 0)
        {
            // The gap lies before this block: nothing is stitched across it.
            _clock.Restart();
            _counters.Add(Counter.LostSamples, lostCount);
            _chain.MarkDiscontinuity(lostCount);
        }

        TakeTime(nowMs, count);
        return (count > 0 && Pass(nowMs, count)) || lostCount > 0;
    }

    private void TakeTime(long nowMs, int count)
    {
        int fits = _clock.Fits;
        _clock.Take(nowMs, count);
        if (_clock.Fits != fits)
        {
            _chain.ClockErrorPpm = _clock.ErrorPpm;
            _counters.Add(Counter.SampleClockFits, 1);
            _counters.Add(Counter.SampleClockPpm, _clock.ErrorPpm - _counters.Get(Counter.SampleClockPpm));
        }
    }

    private bool Pass(long nowMs, int count)
    {
        int red = _red[count - 1], infrared = _infrared[count - 1];
        if (_chain.State != SignalState.Finger || _chain.DiscontinuityMs != _discontinuityMs)
        {
            RestartScales();
        }

        bool isAmbient = !_light.IsIdle
            && (_driver.TakeInterrupts() & Max3010xInterrupts.AmbientLightOverflow) != 0;
        _counters.Add(Counter.AmbientOverflows, isAmbient ? 1 : 0);
        _chain.Contact.IsAmbient = isAmbient;
        bool isBridging = _redScale.IsBridging;
        bool isWhole = _redScale.Process(_red, count) & _infraredScale.Process(_infrared, count);
        if (isBridging || _hasOtherLimits)
        {
            SetLimits();
        }

        if (isWhole)
        {
            _chain.Process(_red, _infrared, count);
        }
        else
        {
            _counters.Add(Counter.LostSamples, count);
            _chain.MarkDiscontinuity(count);
        }

        if (_light.Follow(_chain.State, red, infrared, count))
        {
            SetLight(nowMs);
        }

        return !isWhole;
    }

    private void SetLight(long nowMs)
    {
        _hasOtherLimits = true;
        int range = Max3010xConfiguration.AdcRangeNanoampsMin << _light.Range;
        bool isRanged = range != _driver.AdcRangeNanoamps;
        int redMicroamps = _light.RedSteps * CurrentStepMicroamps;
        int infraredMicroamps = _light.InfraredSteps * CurrentStepMicroamps;

        // Both are asked for even where the first fails: the driver keeps them for its next initialisation.
        bool isSet = !isRanged || _driver.TrySetAdcRange(range);
        isSet &= _driver.TrySetLedCurrents(redMicroamps, infraredMicroamps);
        if (!isSet)
        {
            // Which settings the chip has is not known: it is set up anew, as after any other failure.
            _counters.Add(Counter.OximeterFaults, 1);
            _isRunning = false;
            _restartAtMs = nowMs;
        }
        else if (_chain.State == SignalState.Finger)
        {
            _counters.Add(Counter.LightChanges, 1);
            Bridge(isRanged);
        }
    }

    // A change of range starts the chip's averaging anew: that is a gap, where a current is only another
    // scale.
    private void Bridge(bool isRanged)
    {
        if (isRanged)
        {
            _chain.MarkDiscontinuity();
            return;
        }

        // Both, even if one has stayed: what the lines leave out is then a share of the pulse in both, and no
        // second source.
        _chain.MarkTouched();
        _redScale.Bridge();
        _infraredScale.Bridge();
    }

    private void RestartScales()
    {
        _discontinuityMs = _chain.DiscontinuityMs;
        _redScale.Restart();
        _infraredScale.Restart();
        _hasOtherLimits = true;
    }

    private void SetLimits()
    {
        _hasOtherLimits = false;
        int saturated = ContactDetector.SaturatedCounts;
        _chain.Contact.SetLimits(
            _redScale.Scaled(_light.DarkCounts(_light.RedSteps)), _redScale.Scaled(saturated),
            _infraredScale.Scaled(_light.DarkCounts(_light.InfraredSteps)), _infraredScale.Scaled(saturated));
    }

    private bool TryRestart(long nowMs)
    {
        if (nowMs < _restartAtMs)
        {
            return false;
        }

        if (!_driver.TryInitialize())
        {
            _counters.Add(Counter.OximeterFaults, 1);
            _restartAtMs = nowMs + _restartWaitMs;
            _restartWaitMs = _restartWaitMs * 2 > RestartMsMax ? RestartMsMax : _restartWaitMs * 2;
            return false;
        }

        bool isAgain = _hasBeenRunning;
        if (isAgain)
        {
            _counters.Add(Counter.OximeterRestarts, 1);
            long lost = (nowMs - _lastSampleMs) / SignalChain.SampleMs;
            _chain.MarkDiscontinuity(lost > int.MaxValue ? int.MaxValue : (int)lost);
        }

        _clock.Restart();
        _isRunning = true;
        _hasBeenRunning = true;
        _failureCount = 0;
        _lastSampleMs = nowMs;
        return isAgain;
    }
}
