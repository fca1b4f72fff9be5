// Pulse rate from the beats of the last eight seconds, repaired for single missed and split beats, and held against the independent period.

namespace Pulsegate.Signal;

/// <summary>Mean pulse rate over a window of beats.</summary>
public sealed class RateEstimator
{
    /// <summary>The window over which the rate is a mean, ms.</summary>
    public const int WindowMs = 8000;

    private const int IntervalsMax = 40;        // 8 s at 240 /min, and some; when there are more the older ones are left out
    private const int IntervalsMin = 2;
    private const int SpanMsMin = 2500;         // less says too little about a rate
    private const int MissedShare = 165;        // an interval this long, in percent of the median, hides a missed beat
    private const int SplitShare = 75;          // one this short is part of a split beat...
    private const int SplitSumShare = 135;      // ...if it and its neighbour together are no longer than this
    private const int RepairConfidenceMin = 30;
    private const int RepairsShareMax = 30;     // percent of intervals; beyond it nothing is said
    private const int AgreeShare = 12;          // beats and period may differ by this much, percent
    private readonly int[] _intervals = new int[IntervalsMax];
    private readonly int[] _sorted = new int[IntervalsMax];

    /// <summary>Pulse rate, 0.1 /min, 300 to 2 400; 0 when nothing can be said.</summary>
    public int RateDeci { get; private set; }

    /// <summary>How much the beats of the window stand out, 0 to 100.</summary>
    public int Contrast { get; private set; }

    /// <summary>Intervals in the window.</summary>
    public int Intervals { get; private set; }

    /// <summary>Computes the rate.</summary>
    /// <param name="beats">The beats.</param>
    /// <param name="nowMs">The chain's clock, ms.</param>
    /// <param name="periodMs">The independent period, 0 when unknown.</param>
    /// <param name="confidence">Of the period, 0 to 100.</param>
    /// <param name="windowMs">How far to look back, up to <see cref="WindowMs"/>.</param>
    public void Update(BeatRing beats, long nowMs, int periodMs, int confidence, int windowMs)
    {
        RateDeci = 0;
        int spanMs = Collect(beats, nowMs, windowMs);
        int n = Intervals;
        if (n < IntervalsMin || spanMs < SpanMsMin || periodMs <= 0)
        {
            return;
        }

        int median = Median(n);
        int counted = 0;
        int repairs = 0;
        int[] intervals = _intervals;
        for (int i = 0; i < n; i++)
        {
            int interval = intervals[i];
            counted++;
            if (confidence < RepairConfidenceMin)
            {
                continue;   // an irregular rhythm has nothing to be repaired to
            }

            if (interval * 100 > median * MissedShare)
            {
                int missed = FixedPoint.Divide(interval + (median / 2), median) - 1;
                counted += missed;
                repairs += missed;
            }
            else if (i + 1 < n && interval * 100 < median * SplitShare
                && (interval + intervals[i + 1]) * 100 < median * SplitSumShare)
            {
                i++;
                repairs++;
            }
        }

        // Compared as periods: span / counted against the autocorrelation's.
        int meanMs = FixedPoint.Divide(spanMs, counted);
        int difference = meanMs > periodMs ? meanMs - periodMs : periodMs - meanMs;
        int rate = FixedPoint.Divide((counted * 600_000) + (spanMs / 2), spanMs);
        if (repairs * 100 <= n * RepairsShareMax && difference * 100 < periodMs * AgreeShare && rate >= 300 && rate <= 2400)
        {
            RateDeci = rate;
        }
    }

    // Newest first; stops at the first interval in which samples were lost.
    private int Collect(BeatRing beats, long nowMs, int windowMs)
    {
        int n = 0;
        int spanMs = 0;
        int contrast = 0;
        int limit = beats.Count < IntervalsMax ? beats.Count : IntervalsMax;
        while (n < limit && nowMs - beats.TimeMs(n) < windowMs)
        {
            int interval = beats.IntervalMs(n);
            if (interval <= 0)
            {
                break;
            }

            _intervals[n] = interval;
            spanMs += interval;
            contrast += beats.Contrast(n);
            n++;
        }

        Intervals = n;
        Contrast = FixedPoint.Divide(contrast, n);
        return spanMs;
    }

    private int Median(int n)
    {
        int[] sorted = _sorted;
        for (int i = 0; i < n; i++)
        {
            int value = _intervals[i];
            int j = i;
            for (; j > 0 && sorted[j - 1] > value; j--)
            {
                sorted[j] = sorted[j - 1];
            }

            sorted[j] = value;
        }

        return sorted[n / 2];
    }
}
