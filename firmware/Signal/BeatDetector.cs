// Finds beats as the steepest rise of blood volume in each pulse: it is sharper than the peak, one a beat,
// and a dicrotic wave or a wandering baseline rises slowly beside it. Decisions wait half a period, so that a
// beat is compared with what comes after it as well.

namespace Pulsegate.Signal;

/// <summary>
/// Local maxima of a slope over 160 ms that stand above everything within a window of 0.55 of the pulse
/// period (200 to 500 ms) and above 0.4 of the recent beats. A beat is reported at most 0.7 s after it, plus
/// one block.
/// </summary>
public sealed class BeatDetector
{
    /// <summary>Delay of the slope's middle against the newest pulse sample, ms.</summary>
    public const int SlopeDelayMs = SlopeSamples * SignalChain.SampleMs / 2;

    private const int SlopeSamples = 8;           // a power of two: the ring index wraps by a mask
    private const int RiseSamples = 4;            // two maxima so near are one rise, with a ripple on it
    private const int WindowShare = 55;           // of the period, percent
    private const int WindowMsMin = 200;          // 240 /min is 250 ms
    private const int WindowMsMax = 500;          // a longer one would swallow the early beat of a bigeminy
    private const int WindowMsUnknown = 300;      // while the period is not known
    private const int ConfidenceMin = 30;         // of the period, to be believed here
    private const int ShapeMax = 500;
    private const int UnsettledBeats = 1;         // after a restart, whose shape is the filters'
    private const int StartSamples = 400;
    private const int ShapeBeats = 6;             // over which the shape is averaged
    private const int HeightShareMin = 40;        // of the usual height, percent
    // Of a fast pulse: it has no second wave that could be counted, and an early beat is a weak one. Not
    // among the first beats, when the period may still be wrong.
    private const int HeightShareMinFast = 33;
    private const int FastMs = 700;
    // Without a beat, after which the usual height is forgotten step by step.
    private const int SilenceMsUnknown = 1500;
    private readonly int[] _ring = new int[SlopeSamples];
    private readonly BeatRing _beats;
    private bool _fresh = true;
    // Samples since construction; wraps, only differences are used.
    private int _index;
    private int _slope1;
    private int _slope2;
    private int _candidate;                       // height, 0 when there is none
    private int _candidateIndex;
    private int _candidateOffsetMs;
    private bool _hasLast;
    private int _lastIndex;                       // of the last beat
    private int _usual;                           // usual height
    private int _usualCount;
    private int _runnerUp;                        // highest slope since the last beat that is not a beat
    private int _windowSamples;
    private int _heightShare = HeightShareMin;
    private int _unsettled = UnsettledBeats;
    private int _shapeCount;
    private int _samples;                         // since the restart, up to StartSamples
    private int _periodMs;                        // the last that was known, in the first seconds
    private int _steepestFall;                    // lowest slope since the last beat, 0 or negative
    private int _shape;

    /// <summary>
    /// Steepest rise over steepest fall in the last beats, percent, up to 500: a pulse rises faster than it
    /// falls (120 to 340 on recordings), a swinging hand does not (100). 0 when there are no beats.
    /// </summary>
    public int Shape => _shape;

    /// <summary>Creates a detector that writes its beats to a ring.</summary>
    public BeatDetector(BeatRing beats)
    {
        _beats = beats;
    }

    /// <summary>
    /// Forgets the past: samples were lost, or there is another finger. The beat in progress is dropped.
    /// </summary>
    public void Restart()
    {
        _fresh = true;
        _candidate = 0;
        _hasLast = false;
        _usual = 0;
        _usualCount = 0;
        _runnerUp = 0;
        _steepestFall = 0;
        _shape = 0;
        _shapeCount = 0;
        _unsettled = UnsettledBeats;
        _samples = 0;
        _periodMs = 0;
        _beats.Break();
    }

    /// <summary>Takes a block.</summary>
    /// <param name="pulse">Pulsatile infrared, falling as blood volume rises.</param>
    /// <param name="slopes">Receives the rise of blood volume over the last 160 ms.</param>
    /// <param name="count">Samples in the block.</param>
    /// <param name="startMs">Time of the block's first sample on the chain's clock, ms.</param>
    /// <param name="periodMs">Pulse period by autocorrelation, 0 when unknown.</param>
    /// <param name="confidence">Of the period, 0 to 100.</param>
    public void Process(int[] pulse, int[] slopes, int count, long startMs, int periodMs, int confidence)
    {
        if (count <= 0)
        {
            return;
        }

        if (_fresh)
        {
            Begin(pulse[0]);
        }

        bool known = periodMs > 0 && confidence >= ConfidenceMin;
        int windowMs = known ? FixedPoint.Clamp(periodMs * WindowShare / 100, WindowMsMin, WindowMsMax)
            : WindowMsUnknown;
        _windowSamples = windowMs / SignalChain.SampleMs;
        FollowPeriod(known ? periodMs : 0, count);
        bool isFast = known && periodMs < FastMs && _shapeCount == ShapeBeats;
        _heightShare = isFast ? HeightShareMinFast : HeightShareMin;
        int[] ring = _ring;
        int index = _index, slope1 = _slope1, slope2 = _slope2, steepestFall = _steepestFall;
        int first = index;
        for (int i = 0; i < count; i++)
        {
            int slot = index & (SlopeSamples - 1);
            int value = pulse[i];
            int slope = ring[slot] - value;
            ring[slot] = value;
            slopes[i] = slope;
            if (slope < steepestFall)
            {
                steepestFall = slope;
            }

            if (slope1 > slope2 && slope1 >= slope && slope1 > 0)
            {
                int left = slope1 - slope2;
                int right = slope1 - slope;
                _steepestFall = steepestFall;
                Consider(slope1, index - 1, (left - right) * (SignalChain.SampleMs / 2) / (left + right),
                    first, startMs);
                steepestFall = _steepestFall;
            }

            slope2 = slope1;
            slope1 = slope;
            index++;
        }

        _index = index;
        _slope1 = slope1;
        _slope2 = slope2;
        _steepestFall = steepestFall;
        if (_candidate != 0 && index - _candidateIndex > _windowSamples + 1)
        {
            Decide(first, startMs);
        }

        Forget(count, index, known ? periodMs * 3 / 2 : SilenceMsUnknown);
    }

    private void Begin(int value)
    {
        for (int i = 0; i < SlopeSamples; i++)
        {
            _ring[i] = value;
        }

        _slope1 = 0;
        _slope2 = 0;
        _lastIndex = _index;
        _fresh = false;
    }

    // A local maximum: refused near the last beat, else it replaces a lower candidate.
    private void Consider(int height, int index, int offsetMs, int first, long startMs)
    {
        if (_candidate != 0 && index - _candidateIndex > _windowSamples)
        {
            Decide(first, startMs);
        }

        int lower = height;
        bool isSameRise = _candidate != 0 && index - _candidateIndex <= RiseSamples;
        if (height > _candidate && !(_hasLast && index - _lastIndex <= _windowSamples))
        {
            lower = _candidate;
            _candidate = height;
            _candidateIndex = index;
            _candidateOffsetMs = offsetMs;
        }

        if (lower > _runnerUp && !isSameRise)
        {
            _runnerUp = lower;
        }
    }

    // Nothing higher came within the window: a beat, if it is high enough.
    private void Decide(int first, long startMs)
    {
        int height = _candidate;
        int index = _candidateIndex;
        _candidate = 0;
        if (height < _usual / 100 * _heightShare)
        {
            _runnerUp = height > _runnerUp ? height : _runnerUp;
            return;
        }

        // One wild slope moves the usual height by a quarter at most.
        int counted = _usualCount > 3 && height > 2 * _usual ? 2 * _usual : height;
        _usualCount = _usualCount < 4 ? _usualCount + 1 : 4;
        int share = _samples < StartSamples && counted > _usual ? 1 : _usualCount;
        _usual += (counted - _usual) / share;
        long timeMs = startMs + ((index - first) * SignalChain.SampleMs)
            + _candidateOffsetMs - SlopeDelayMs - BandPass.DelayMs;
        int contrast = 100 - FixedPoint.Divide(_runnerUp, (height / 100) + 1);
        FollowShape(height);
        _beats.Add(timeMs > 0 ? timeMs : 0, contrast > 0 ? contrast : 0, height);
        _hasLast = true;
        _lastIndex = index;
        _runnerUp = 0;
    }

    // In the first seconds, when the period turns out to be another, the shape so far was that of second
    // waves.
    private void FollowPeriod(int periodMs, int count)
    {
        _samples = _samples < StartSamples ? _samples + count : _samples;
        if (periodMs == 0 || _samples >= StartSamples)
        {
            return;
        }

        int change = periodMs - _periodMs;
        if (change * 4 > _periodMs || change * 4 < -_periodMs)
        {
            _shapeCount = 0;
            _shape = 0;
        }

        _periodMs = periodMs;
    }

    private void FollowShape(int height)
    {
        int fall = -_steepestFall;
        _steepestFall = 0;
        if (fall <= 0 || !_hasLast)
        {
            return;
        }

        if (_unsettled > 0)
        {
            _unsettled--;
            return;
        }

        int shape = FixedPoint.Divide(height * 100L, fall);
        shape = shape > ShapeMax ? ShapeMax : shape;
        _shapeCount = _shapeCount < ShapeBeats ? _shapeCount + 1 : ShapeBeats;
        _shape += (shape - _shape) / _shapeCount;
    }

    // Without a beat for one and a half periods the usual height sinks (time constant 64 samples), so that a
    // weaker pulse is found again.
    private void Forget(int count, int index, int silenceMs)
    {
        if ((index - _lastIndex) * SignalChain.SampleMs > silenceMs)
        {
            _usual -= (_usual >> 6) * count;
        }
    }
}
