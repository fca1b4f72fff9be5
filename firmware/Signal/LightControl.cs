// How bright the LEDs are and which range the converter has: bright enough to use it, never so bright that it
// clips, and next to nothing while no finger is there. Decides only; OximeterFeed carries it out.

namespace Pulsegate.Signal;

/// <summary>
/// Follows the level of both channels and says what to set. Currents are in steps of the chip, 0.2 mA. Each
/// step is computed from the level, bounded, and followed by a pause, so that it cannot swing.
/// </summary>
public sealed class LightControl
{
    /// <summary>Most current, steps of 0.2 mA: 51 mA.</summary>
    public const int StepsMax = 255;

    /// <summary>Current of the infrared LED while there is no finger, steps: 1 mA. Red is off.</summary>
    public const int IdleSteps = 5;

    /// <summary>Range while nothing else is needed, 4 096 nA, as a power of two of 2 048 nA.</summary>
    public const int UsualRange = 1;

    /// <summary>Samples after a change that may have been taken, or averaged, across it.</summary>
    public const int MixedSamples = 2;

    /// <summary>Changes in a row for one finger; one more may be made every 10 s.</summary>
    public const int ChangesMax = 8;

    private const int FullScale = 262_143;
    private const int Aim = FullScale / 100 * 62;
    private const int Low = FullScale / 100 * 35;
    private const int High = FullScale / 100 * 85;
    private const int GoodLow = FullScale / 2;
    private const int GoodHigh = FullScale / 4 * 3;
    private const int RangeMax = 3;
    // A level out of bounds for 0.5 s is changed, for 0.2 s where the finger has just come.
    private const int OutSamples = 25, SeekSamples = 10;
    // Between two changes, 2 s.
    private const int PauseSamples = 100;
    private const int RefillSamples = 500;
    private const int FactorMax = 4;               // of one change
    // a step of the current is an eighth: the least that is still fine
    private const int GentleSteps = 8;
    // Without a finger, 2 s, and then dark for 0.5 s at least.
    private const int DarkSamples = 100, IdleSamplesMin = 25;
    // Ours: a finger gives 30 000 to 3 500 000 pA for each mA of LED current, and nothing gives 2 000. It is
    // lost at 12 000 and found, ambient light taken off, at 20 000. Counts are of 7.8125 pA in the lowest
    // range.
    private const int DarkCountsPerStep = 307;
    private const int WakeCounts = 1280;
    private readonly int _startSteps;
    private int _sinceChange = PauseSamples;
    private int _outSamples;
    private int _darkSamples;
    private int _wakeBlocks;
    private int _refillSamples;
    private int _changesLeft = ChangesMax;
    private bool _isSeeking = true;
    private bool _isTested;
    private int _redBefore, _infraredBefore;       // levels before a change upward, and what was hoped for
    private int _redHoped, _infraredHoped;
    private int _redSteps;
    private int _infraredSteps;
    private int _range;
    private bool _isIdle;

    /// <summary>Control that begins at the chip's settings, as for a finger.</summary>
    /// <param name="startSteps">Current of both LEDs, 1 to <see cref="StepsMax"/>.</param>
    public LightControl(int startSteps)
    {
        _startSteps = startSteps;
        _redSteps = _infraredSteps = _startSteps;
        _range = UsualRange;
    }

    /// <summary>Red current, 0 to <see cref="StepsMax"/>.</summary>
    public int RedSteps => _redSteps;

    /// <summary>Infrared current, 1 to <see cref="StepsMax"/>.</summary>
    public int InfraredSteps => _infraredSteps;

    /// <summary>Full scale is 2 048 nA times two to this power, 0 to 3.</summary>
    public int Range => _range;

    /// <summary>True while there is no finger, and the light is only enough to notice one.</summary>
    public bool IsIdle => _isIdle;

    /// <summary>Counts of one LED below which there is no finger.</summary>
    public int DarkCounts(int steps)
    {
        return _isIdle ? int.MaxValue : (steps * DarkCountsPerStep) >> _range;
    }

    /// <summary>Takes the newest levels.</summary>
    /// <param name="state">What the chain makes of them.</param>
    /// <param name="red">Newest red counts, as the chip gave them.</param>
    /// <param name="infrared">Newest infrared counts.</param>
    /// <param name="samples">Samples since the last call.</param>
    /// <returns>True when currents or range have changed and are to be set.</returns>
    public bool Follow(SignalState state, int red, int infrared, int samples)
    {
        _sinceChange = _sinceChange > PauseSamples ? _sinceChange : _sinceChange + samples;
        if (_sinceChange <= MixedSamples)
        {
            return false;
        }

        if (_isIdle)
        {
            return Wakes(red, infrared);
        }

        Refill(samples);
        bool isDark = state == SignalState.NoFinger;
        _darkSamples = isDark ? _darkSamples + samples : 0;
        _isSeeking |= isDark;
        if (_darkSamples >= DarkSamples || IsForeign(red, infrared))
        {
            BeginIdle();
            return true;
        }

        bool isOut = infrared >= DarkCounts(_infraredSteps)
            && (red < Low || red > High || infrared < Low || infrared > High);
        _outSamples = isOut ? _outSamples + samples : 0;
        bool isDue = _outSamples >= (_isSeeking ? SeekSamples : OutSamples)
            && _sinceChange >= (_isSeeking ? SeekSamples : PauseSamples) && _changesLeft > 0;
        _isSeeking &= isOut || state != SignalState.Finger;
        return isDue && Change(red, infrared);
    }

    private void Refill(int samples)
    {
        _refillSamples += samples;
        if (_refillSamples >= RefillSamples)
        {
            _refillSamples = 0;
            _changesLeft = _changesLeft < ChangesMax ? _changesLeft + 1 : ChangesMax;
        }
    }

    // Red is off, so that its slot shows what light there is besides: lamps and the sun light both alike.
    private bool Wakes(int red, int infrared)
    {
        bool isLit = infrared - red >= WakeCounts || infrared > High;
        _wakeBlocks = isLit && _sinceChange >= IdleSamplesMin ? _wakeBlocks + 1 : 0;
        if (_wakeBlocks < 2)
        {
            return false;
        }

        int level = infrared > High && infrared - red < WakeCounts ? FullScale : infrared - red;
        int needed = IdleSteps * Aim / level;
        _isIdle = false;
        _isSeeking = true;
        _changesLeft = ChangesMax;
        Set(needed, needed);
        return true;
    }

    private void BeginIdle()
    {
        _isIdle = true;
        _redSteps = 0;
        _infraredSteps = IdleSteps;
        _range = UsualRange;
        Begin();
    }

    private void Begin()
    {
        _sinceChange = 0;
        _outSamples = 0;
        _darkSamples = 0;
        _wakeBlocks = 0;
        _isTested = true;
    }

    private bool Change(int red, int infrared)
    {
        int redSteps = _redSteps, infraredSteps = _infraredSteps, range = _range;
        Set(Needed(redSteps, red), Needed(infraredSteps, infrared));
        if (redSteps == _redSteps && infraredSteps == _infraredSteps && range == _range)
        {
            return false;   // both ends are reached
        }

        _changesLeft--;
        _isTested = false;
        _redBefore = red;
        _infraredBefore = infrared;
        _redHoped = Hoped(red, redSteps, _redSteps, range);
        _infraredHoped = Hoped(infrared, infraredSteps, _infraredSteps, range);
        return true;
    }

    // Steps at the present range; a level that is well stays, and one that soon would not be goes along.
    private static int Needed(int steps, int level)
    {
        if (level >= GoodLow && level <= GoodHigh)
        {
            return steps;
        }

        // A clipped level says nothing of how much there is.
        int needed = level >= FullScale / 20 * 19 ? steps / FactorMax
            : level <= Aim / FactorMax ? steps * FactorMax : steps * Aim / level;
        return needed < 1 ? 1 : needed;
    }

    // The range follows where the current comes to its ends, and goes back to the usual one with a margin of
    // two.
    private void Set(int red, int infrared)
    {
        int range = _range;
        int least = red < infrared ? red : infrared, most = red < infrared ? infrared : red;
        int shift = 0;
        while (range + shift < RangeMax && least << shift < GentleSteps)
        {
            shift++;
        }

        while (range + shift > 0 && Shifted(most, shift) > StepsMax)
        {
            shift--;
        }

        if (range + shift > UsualRange && Shifted(least, shift) >= 4 * GentleSteps)
        {
            shift--;
        }

        if (range + shift < UsualRange && Shifted(most, shift) <= StepsMax * 2 / 5)
        {
            shift++;
        }

        _redSteps = FixedPoint.Clamp(Shifted(red, shift), 1, StepsMax);
        _infraredSteps = FixedPoint.Clamp(Shifted(infrared, shift), 1, StepsMax);
        _range = range + shift;
        Begin();
    }

    private static int Shifted(int steps, int shift) => shift >= 0 ? steps << shift : steps >> -shift;

    // Where a level should be after a change; 0 where it was not raised by half, and nothing can be told.
    private int Hoped(int level, int stepsBefore, int steps, int rangeBefore)
    {
        int hoped = (level * steps / stepsBefore << rangeBefore) >> _range;
        return hoped >= level + (level / 2) ? hoped : 0;
    }

    // Light that does not follow its LED comes from elsewhere: not a quarter of the rise that was hoped for.
    private bool IsForeign(int red, int infrared)
    {
        if (_isTested)
        {
            return false;
        }

        _isTested = true;
        return (red - _redBefore) * 4 < _redHoped - _redBefore && _redHoped > 0
            || ((infrared - _infraredBefore) * 4 < _infraredHoped - _infraredBefore && _infraredHoped > 0);
    }
}
