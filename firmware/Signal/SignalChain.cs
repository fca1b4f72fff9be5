// The signal chain: blocks of raw counts in, beats, pulse rate, ratio of ratios, perfusion and quality out.
// Read Process first; what is done once a second is in SignalChain.Second.cs. docs/signal-chain.md gives each
// stage's formula, source and delay.

namespace Pulsegate.Signal;

/// <summary>
/// Turns red and infrared counts, 50 pairs a second, into vitals. Integers only, nothing allocated after
/// construction, bounded work a sample. Not thread-safe: one owner, one thread.
/// </summary>
public sealed partial class SignalChain
{
    /// <summary>Time between samples, ms.</summary>
    public const int SampleMs = 20;

    /// <summary>Most sample pairs in one block: the depth of the sensor's FIFO.</summary>
    public const int BlockMax = 32;

    private readonly ContactDetector _contact = new ContactDetector();
    private readonly BandPass _redFilter = new BandPass();
    private readonly BandPass _infraredFilter = new BandPass();
    private readonly int[] _red = new int[BlockMax];
    private readonly int[] _infrared = new int[BlockMax];
    private readonly int[] _mixed = new int[BlockMax];
    private readonly SourceSeparator _separator = new SourceSeparator();
    private readonly int[] _slopes = new int[BlockMax];
    private readonly BeatRing _beats = new BeatRing();
    private readonly BeatDetector _detector;
    private readonly PeriodTracker _period = new PeriodTracker();
    private readonly RateEstimator _rate = new RateEstimator();
    private readonly RatioEstimator _ratio = new RatioEstimator();
    private readonly RateGate _gate = new RateGate();
    private bool _isSeparating;
    private int _secondSamples;
    private int _secondSteps;
    private long _runningSinceMs;
    private long _discontinuityMs = -1;
    private long _touchedMs = -1;
    private long _timeMs;
    private int _rateDeci;
    private int _ratioMilli;
    private int _perfusionCenti;
    private int _swingCenti;
    private int _quality;
    private int _pulseCounts;
    private long _samples;

    /// <summary>Creates a chain that waits for a finger.</summary>
    public SignalChain()
    {
        _detector = new BeatDetector(_beats);
    }

    /// <summary>The chain's clock: samples taken times 20 ms. The next sample has this time.</summary>
    public long TimeMs => _timeMs;

    /// <summary>What is on the sensor.</summary>
    public SignalState State => _contact.State;

    /// <summary>
    /// Pulse rate, 0.1 /min, 300 to 2 400, mean of 8 s; 0 when none may be shown. Renewed by <see
    /// cref="Update"/>.
    /// </summary>
    public int RateDeci => _rateDeci;

    /// <summary>
    /// Red/infrared ratio of ratios, thousandths, of 8 s (or 4, <see cref="IsRatioFast"/>); 0 when none may
    /// be used. Renewed by <see cref="Update"/>.
    /// </summary>
    public int RatioMilli => _ratioMilli;

    /// <summary>
    /// Perfusion index, 0.01 %; 0 when there are too few beats. Renewed by <see cref="Update"/>.
    /// </summary>
    public int PerfusionCenti => _perfusionCenti;

    /// <summary>
    /// Swing of the infrared, beats or not, 0.01 % of its level. Renewed by <see cref="Update"/>.
    /// </summary>
    public int SwingCenti => _swingCenti;

    /// <summary>
    /// Quality, 0 (noise) to 100: how alike pulses are (autocorrelation) times how much beats stand out,
    /// halved while beats and autocorrelation disagree on the rate. Renewed by <see cref="Update"/>.
    /// </summary>
    public int Quality => _quality;

    /// <summary>
    /// Ms since filters last started (a finger came on, or samples were lost); 0 without a finger.
    /// </summary>
    public long RunningMs => State == SignalState.Finger ? _timeMs - _runningSinceMs : 0;

    /// <summary>Time of the last discontinuity on the chain's clock, ms; -1 when there was none.</summary>
    public long DiscontinuityMs => _discontinuityMs;

    /// <summary>Time of the last <see cref="MarkTouched"/>, ms; -1 when there was none.</summary>
    public long TouchedMs
    {
        get { return _touchedMs; }
    }

    /// <summary>Sample pairs taken since construction.</summary>
    public long Samples => _samples;

    /// <summary>True when infrared has a pulse and red has none: no ratio can be had.</summary>
    public bool IsRedSteady => State == SignalState.Finger && _ratio.IsRedSteady;

    /// <summary>
    /// Error of the chip's clock, parts per million (<see cref="SampleClock"/>): the rate is put into true
    /// time by it. Times of beats stay on the chip's clock.
    /// </summary>
    public int ClockErrorPpm;

    /// <summary>
    /// True averages the ratio over 4 s instead of 8 s: follows a fall in half the time, and is less steady.
    /// </summary>
    public bool IsRatioFast;

    /// <summary>Pulsatile light of the newest sample, counts, rising with the blood's volume; 0 without a
    /// finger. For a bar that beats: no number follows from it.</summary>
    public int PulseCounts => _pulseCounts;

    /// <summary>Samples were lost, and it is known how many at least: the clock goes on by them.</summary>
    /// <param name="lostSamples">Pairs lost, 0 or more.</param>
    public void MarkDiscontinuity(int lostSamples)
    {
        _timeMs += (lostSamples > 0 ? lostSamples : 0) * (long)SampleMs;
        MarkDiscontinuity();
    }

    /// <summary>
    /// Samples were lost or changed scale (FIFO overflow, bus fault, another LED current or range): filters
    /// restart, the beat in progress and the interval across the gap do not count.
    /// </summary>
    public void MarkDiscontinuity()
    {
        _discontinuityMs = _timeMs;
        Restart();
    }

    /// <summary>
    /// The current of an LED has changed, and what follows is scaled to go on from what came before (<see
    /// cref="ChannelScale"/>): filters run on, the beats around it and their intervals do not count.
    /// </summary>
    public void MarkTouched()
    {
        _touchedMs = _timeMs;
        _beats.Touch(_timeMs);
        _separator.Break();
        _ratio.Break();
    }

    /// <summary>Where light can be measured, and whether other light reaches into it; see <see
    /// cref="ContactDetector"/>.</summary>
    public ContactDetector Contact
    {
        get { return _contact; }
    }

    /// <summary>Takes a block of sample pairs, oldest first.</summary>
    /// <param name="red">Red counts, 0 to 262 143; what lies outside is unusable light.</param>
    /// <param name="infrared">Infrared counts, likewise.</param>
    /// <param name="count">Pairs in the block, 0 to <see cref="BlockMax"/>; more are cut off.</param>
    public void Process(int[] red, int[] infrared, int count)
    {
        count = count > BlockMax ? BlockMax : count;
        if (count <= 0)
        {
            return;
        }

        long startMs = _timeMs;
        _timeMs = startMs + (count * SampleMs);
        _samples += count;
        SignalState before = State;
        if (!_contact.Take(red, infrared, count))
        {
            FollowContact(before);
            return;
        }

        _redFilter.Process(red, _red, count);
        _infraredFilter.Process(infrared, _infrared, count);
        if (_infraredFilter.IsStep(infrared[count - 1]) || _redFilter.IsStep(red[count - 1]))
        {
            MarkDiscontinuity();
            return;
        }

        int redLevel = _redFilter.LevelCounts, infraredLevel = _infraredFilter.LevelCounts;
        int[] pulse = _separator.Process(_red, _infrared, count, redLevel, infraredLevel, _mixed);
        _pulseCounts = -pulse[count - 1];
        bool isSeparating = _separator.IsSeparating;
        if (isSeparating && !_isSeparating)
        {
            // The beats so far may have been the motion's.
            _detector.Restart();
            _period.Restart();
            _rate.Restart();
            _ratio.Restart();
        }

        _isSeparating = isSeparating;
        int beats = _beats.Total;
        _detector.Process(pulse, _slopes, count, startMs, _period.PeriodMs, _period.Confidence);
        _period.Process(_slopes, count);
        _ratio.Process(_red, _infrared, count);
        if (_beats.Total != beats)
        {
            _ratio.EndBeat(_timeMs, redLevel, infraredLevel);
        }

        Work(count);
    }

    /// <summary>
    /// Takes the oldest beat not yet taken; 64 are kept, and the oldest are lost when nobody asks.
    /// </summary>
    /// <param name="timeMs">Time of its steepest rise, ms of the chain's clock, the filters' delay taken off.
    /// Comes within 2 s of the beat.</param>
    /// <returns>False when there is none.</returns>
    public bool TryTakeBeat(out long timeMs)
    {
        return _beats.TryTake(out timeMs);
    }

    private void FollowContact(SignalState before)
    {
        if (_contact.HasBegun)
        {
            Restart();
            return;
        }

        if (before == SignalState.Finger)
        {
            MarkDiscontinuity();
        }

        if (State == SignalState.NoFinger)
        {
            Forget();
        }
    }

    private void Restart()
    {
        _pulseCounts = 0;
        _redFilter.Restart();
        _infraredFilter.Restart();
        _detector.Restart();
        _period.Restart();
        _separator.Restart();
        _ratio.Break();
        _secondSteps = 0;
        _runningSinceMs = _timeMs;
    }

    // Another finger: nothing of the old one may count.
    private void Forget()
    {
        _beats.Forget();
        _gate.Restart();
        _ratio.Restart();
    }
}
