// The ratio of ratios, from which oxygen saturation is read, and the perfusion index: once a beat, by least
// squares of red on infrared.

namespace Pulsegate.Signal;

/// <summary>
/// R = (sum red x ir / sum ir x ir) x (level ir / level red) over each beat, and its robust mean over eight
/// seconds. A least-squares slope uses every sample of the beat; peak and valley would use two, at the mercy
/// of noise.
/// </summary>
public sealed class RatioEstimator
{
    // Beats: 8 s up to 120 /min; above it the window is the newest 16 beats.
    private const int Capacity = 16;
    private const int NewestMax = 5;              // beats in the medians of perfusion index and newest ratio
    private const int BeatsMin = 3;
    private const int SamplesMax = 150;           // 3 s without a beat: the sums start again
    // Percent of red explained by infrared; below, two things move at two ratios.
    private const int CoherenceMin = 96;
    private const int WeakPerfusion = 20;         // 0.01 %; below it noise takes its part,
    private const int WeakCoherenceMin = 80;      // and this much is asked
    // Beats further than this from the median, percent, are left out...
    private const int OutlierShare = 15;
    private const int CalmSecondsMin = 10;
    private const int AgreeingShareMin = 60;      // ...and at least this share must be left in
    private readonly long[] _timesMs = new long[Capacity];
    private readonly int[] _ratios = new int[Capacity];
    private readonly int[] _perfusions = new int[Capacity];
    private readonly int[] _sorted = new int[Capacity];
    private int _calmSeconds = CalmSecondsMin;
    // Pulses are compared by their differences over 160 ms: slow wander of the level, at a ratio of its own,
    // weighs little. Every other sample says all: the pulse ends at 4 Hz.
    private const int Decimation = 2;
    private const int RingSize = 4;
    private readonly int[] _infraredRing = new int[RingSize];
    private readonly int[] _redRing = new int[RingSize];
    private int _slot;
    private int _skip;
    private int _newest = -1;
    private int _stored;
    private bool _hasStart;                       // the sums began at a beat
    private int _samples;
    private long _infraredSquares;
    private long _products;
    private long _redSquares;
    private int _lowest;
    private int _highest;

    /// <summary>Ratio of ratios over the last eight seconds, thousandths; 0 when there is none.</summary>
    public int RatioMilli;

    /// <summary>
    /// Perfusion index, 0.01 % (infrared, peak to peak over level), median of the window; 0 when there is
    /// none.
    /// </summary>
    public int PerfusionCenti;

    /// <summary>
    /// Median ratio of the newest five beats, thousandths; 0 when in most of them red and infrared do not
    /// move together.
    /// </summary>
    public int NewestRatioMilli;

    /// <summary>
    /// Peak to peak infrared of the last beat, or of the last 3 s without one, filter units.
    /// </summary>
    public int Swing;

    /// <summary>
    /// True when red did not follow the last beat at all: its light is steady, or has no pulse in it.
    /// </summary>
    public bool IsRedSteady;

    /// <summary>Creates an estimator that has seen nothing.</summary>
    public RatioEstimator()
    {
        Restart();
    }

    /// <summary>Forgets the beat in progress: samples were lost.</summary>
    public void Break()
    {
        _hasStart = false;
        Clear();
    }

    /// <summary>Forgets everything: another finger.</summary>
    public void Restart()
    {
        Break();
        _stored = 0;
        RatioMilli = 0;
        NewestRatioMilli = 0;
        PerfusionCenti = 0;
    }

    /// <summary>
    /// Beats of motion, and of the ten seconds after it, do not count. Once a second, before <see
    /// cref="Update"/>.
    /// </summary>
    /// <param name="isMoving">True while a second source spoils the ratio.</param>
    public void FollowMotion(bool isMoving)
    {
        _calmSeconds = isMoving ? 0 : _calmSeconds < CalmSecondsMin ? _calmSeconds + 1 : CalmSecondsMin;
        if (_calmSeconds < CalmSecondsMin)
        {
            Restart();
        }
    }

    /// <summary>Adds a block of both pulses, filter units.</summary>
    public void Process(int[] red, int[] infrared, int count)
    {
        if (_samples > SamplesMax)
        {
            Swing = _highest - _lowest;
            Break();
        }

        long infraredSquares = _infraredSquares, products = _products, redSquares = _redSquares;
        int lowest = _lowest, highest = _highest;
        int[] infraredRing = _infraredRing, redRing = _redRing;
        int slot = _slot;
        int i = _skip;
        for (; i < count; i += Decimation)
        {
            int value = infrared[i];
            if (value < lowest)
            {
                lowest = value;
            }

            if (value > highest)
            {
                highest = value;
            }

            long y = value - infraredRing[slot];
            infraredRing[slot] = value;
            value = red[i];
            long x = value - redRing[slot];
            redRing[slot] = value;
            slot = (slot + 1) & (RingSize - 1);
            infraredSquares += y * y;
            products += x * y;
            redSquares += x * x;
        }

        _slot = slot;
        _skip = i - count;

        _infraredSquares = infraredSquares;
        _products = products;
        _redSquares = redSquares;
        _lowest = lowest;
        _highest = highest;
        _samples += count;
    }

    /// <summary>A beat has been found: the samples since the last one make a ratio.</summary>
    /// <param name="timeMs">The chain's clock, ms.</param>
    /// <param name="redLevel">Red level, counts.</param>
    /// <param name="infraredLevel">Infrared level, counts.</param>
    public void EndBeat(long timeMs, int redLevel, int infraredLevel)
    {
        if (_hasStart)
        {
            Swing = _highest - _lowest;
            Store(timeMs, redLevel, infraredLevel);
        }

        _hasStart = true;
        Clear();
    }

    private void Store(long timeMs, int redLevel, int infraredLevel)
    {
        // Sums are scaled to 20 bits, so that their products stay inside 64.
        long y2 = _infraredSquares, xy = _products, x2 = _redSquares;
        while (y2 > 1 << 20 || x2 > 1 << 20)
        {
            y2 >>= 1;
            xy >>= 1;
            x2 >>= 1;
        }

        // Below a ratio of about 0.05, which no blood has.
        IsRedSteady = x2 < y2 / 400;
        int perfusion = BandPass.ToCentiPercent(_highest - _lowest, infraredLevel);
        int needed = perfusion < WeakPerfusion ? WeakCoherenceMin : CoherenceMin;
        bool coherent = xy > 0 && xy * xy * 100 >= y2 * x2 * needed;
        _newest = (_newest + 1) & (Capacity - 1);
        _timesMs[_newest] = timeMs;
        _ratios[_newest] = coherent ? FixedPoint.Divide(xy * 1000 * infraredLevel, y2 * redLevel) : 0;
        _perfusions[_newest] = perfusion;
        _stored = _stored < Capacity ? _stored + 1 : Capacity;
    }

    private void Clear()
    {
        _samples = 0;
        _infraredSquares = 0;
        _products = 0;
        _redSquares = 0;
        _lowest = int.MaxValue;
        _highest = int.MinValue;
    }

    /// <summary>
    /// Computes <see cref="PerfusionCenti"/> and <see cref="NewestRatioMilli"/> from the newest beats of a
    /// window.
    /// </summary>
    /// <param name="nowMs">The chain's clock, ms.</param>
    /// <param name="windowMs">Length of the window, ms.</param>
    public void UpdateNewest(long nowMs, int windowMs)
    {
        int n = Within(nowMs, windowMs, NewestMax);
        PerfusionCenti = n < BeatsMin ? 0 : Sort(_perfusions, n, 0)[n / 2];
        NewestRatioMilli = n < BeatsMin ? 0 : Sort(_ratios, n, 0)[n / 2];
    }

    /// <summary>Computes <see cref="RatioMilli"/> from the beats of a window.</summary>
    /// <param name="nowMs">The chain's clock, ms.</param>
    /// <param name="windowMs">Length of the window, ms.</param>
    public void Update(long nowMs, int windowMs)
    {
        int n = Within(nowMs, windowMs, Capacity);
        int usable = 0;
        for (int i = 0; i < n; i++)
        {
            usable += _ratios[(_newest - i) & (Capacity - 1)] > 0 ? 1 : 0;
        }

        RatioMilli = usable < BeatsMin || usable * 100 < n * AgreeingShareMin ? 0 : MeanNearMedian(n, usable);
    }

    private int Within(long nowMs, int windowMs, int max)
    {
        int n = 0;
        max = _stored < max ? _stored : max;
        while (n < max && nowMs - _timesMs[(_newest - n) & (Capacity - 1)] < windowMs)
        {
            n++;
        }

        return n;
    }

    private int MeanNearMedian(int n, int usable)
    {
        int[] sorted = Sort(_ratios, n, 1);
        int median = sorted[usable / 2];
        int tolerance = (median * OutlierShare / 100) + 1;
        int sum = 0;
        int count = 0;
        for (int i = 0; i < usable; i++)
        {
            int difference = sorted[i] - median;
            if (difference <= tolerance && difference >= -tolerance)
            {
                sum += sorted[i];
                count++;
            }
        }

        return count < BeatsMin || count * 100 < usable * AgreeingShareMin ? 0
            : FixedPoint.Divide(sum, count);
    }

    // The newest n values that are at least min, rising.
    private int[] Sort(int[] values, int n, int min)
    {
        int[] sorted = _sorted;
        int count = 0;
        for (int i = 0; i < n; i++)
        {
            int value = values[(_newest - i) & (Capacity - 1)];
            if (value < min)
            {
                continue;
            }

            int j = count++;
            for (; j > 0 && sorted[j - 1] > value; j--)
            {
                sorted[j] = sorted[j - 1];
            }

            sorted[j] = value;
        }

        return sorted;
    }
}
