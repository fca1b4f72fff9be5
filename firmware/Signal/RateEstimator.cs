// Pulse rate from the beats of the last eight seconds, repaired for single missed and split beats, and held
// against the independent period.

namespace Pulsegate.Signal;

/// <summary>Mean pulse rate over a window of beats.</summary>
public sealed class RateEstimator
{
    /// <summary>
    /// How far the rate looks back, ms: 8 s of beats, and the 0.6 s in which beats are still being decided.
    /// </summary>
    public const int WindowMs = 8600;

    // 8 s at 240 /min, and some; when there are more the older ones are left out.
    private const int IntervalsMax = 40;
    // The median is of the newest intervals: sorting more costs too much in one block.
    private const int MedianMax = 15;
    private const int IntervalsMin = 1;
    private const int StartDropsMax = 5;
    private const int UnsettledShare = 25;       // percent off the period
    private const int DropsMax = 1;              // the oldest may be one part of a split one
    private const int RateDeciMin = 300;
    private const int RateDeciMax = 2400;
    private const int SpanMsMin = 2500;         // less says too little about a rate
    // An interval this long, in percent of the median, hides a missed beat.
    private const int MissedShare = 165;
    private const int SplitShare = 75;          // one this short is part of a split beat...
    private const int SplitSumShare = 135;      // ...if it and its neighbour together are no longer than this
    private const int RepairConfidenceMin = 30;
    private const int RepairsShareMax = 30;     // percent of intervals; beyond it nothing is said
    // One interval says enough of a slow pulse, at the start, when the period is sure.
    private const int StartSpanMsMin = 1200;
    private const int StartConfidenceMin = 40;
    private const int AgreeShare = 12;          // beats and period may differ by this much, percent
    // Of a pulse this fast, whose period is sure, the newest beats say enough: five to ten in 2.5 s.
    private const int FastPeriodMs = 500, FastConfidenceMin = 50;
    // Beats so far apart with so much between them may be every other beat of a bigeminy.
    private const int SlowDeci = 500, SlowContrastMin = 83;
    // A pulse that has not been felt for 2 s, or nearly two of its own beats, and the time in which beats are
    // still being decided, is not there any more.
    private const int SilentMsMin = 2000, SilentShare = 175, DecidingMs = 600;
    private const int UnevenMs = 5500;          // unevenness is of this long, and of no fewer
    private const int UnevenIntervalsMin = 4;   // intervals
    // Fewer say nothing of how even they are; of a slow pulse there are no more in time.
    private const int UnrepairedMin = 3, UnrepairedSlowMin = 1;
    private readonly int[] _intervals = new int[IntervalsMax];
    private readonly int[] _heights = new int[IntervalsMax];
    private readonly int[] _contrasts = new int[IntervalsMax];
    private readonly int[] _sorted = new int[MedianMax];
    private int _compared;                      // the newest intervals that count for unevenness
    private int _repairs;
    private int _firstRepair;                   // index of the newest interval that was repaired
    private int _spanMsMin = SpanMsMin;

    /// <summary>Pulse rate, 0.1 /min, 300 to 2 400; 0 when nothing can be said.</summary>
    public int RateDeci;

    /// <summary>How much the beats of the window stand out, 0 to 100.</summary>
    public int Contrast;

    /// <summary>Intervals in the window.</summary>
    public int Intervals;

    /// <summary>
    /// By how much a beat differs from the one before it, percent, mean of 5.5 s without the greatest: its
    /// interval, and half of what its height differs. 1 to 15 in a pulse at rest, 20 and more in noise.
    /// </summary>
    public int Unevenness;

    /// <summary>Forgets the rate: the beats it was computed from do not count any more.</summary>
    public void Restart()
    {
        RateDeci = 0;
        Intervals = 0;
        _compared = 0;
    }

    /// <summary>Computes the rate.</summary>
    /// <param name="beats">The beats.</param>
    /// <param name="nowMs">The chain's clock, ms.</param>
    /// <param name="periodMs">The independent period, 0 when unknown.</param>
    /// <param name="confidence">Of the period, 0 to 100.</param>
    /// <param name="isStart">True in the first seconds: the oldest beats, found without a period, may be left
    /// out.</param>
    public void Update(BeatRing beats, long nowMs, int periodMs, int confidence, bool isStart)
    {
        int n = beats.CopyIntervals(_intervals, _heights, _contrasts, nowMs - WindowMs, out int spanMs);
        Intervals = n;
        Contrast = MeanContrast(n);
        _spanMsMin = isStart && confidence >= StartConfidenceMin && periodMs >= StartSpanMsMin
            ? StartSpanMsMin : SpanMsMin;
        int drops = isStart ? StartDropsMax : DropsMax;
        if (IsSilent(nowMs - beats.NewestMs, periodMs))
        {
            n = 0;
        }

        int all = n, allMs = spanMs;
        if (isStart)
        {
            n = Settled(n, periodMs, out int droppedMs);
            spanMs -= droppedMs;
        }

        RateDeci = Judge(n, spanMs, periodMs, confidence);
        if (RateDeci == 0 && n < all)
        {
            n = all;
            spanMs = allMs;
            RateDeci = Judge(n, spanMs, periodMs, confidence);
        }

        while (RateDeci == 0 && drops > 0 && n > IntervalsMin)
        {
            n--;
            drops--;
            spanMs -= _intervals[n];
            RateDeci = Judge(n, spanMs, periodMs, confidence);
        }

        if (RateDeci == 0 && periodMs < FastPeriodMs && confidence >= FastConfidenceMin)
        {
            // It has just become fast: the beats before need not leave the window first.
            while (n > 0 && spanMs - _intervals[n - 1] >= SpanMsMin)
            {
                n--;
                spanMs -= _intervals[n];
            }

            RateDeci = Judge(n, spanMs, periodMs, confidence);
        }

        if (RateDeci > 0 && RateDeci < SlowDeci && MeanContrast(n) < SlowContrastMin)
        {
            RateDeci = 0;
        }

        int unrepairedMin = periodMs < StartSpanMsMin ? UnrepairedMin : UnrepairedSlowMin;
        bool isNewestEnough = isStart && RateDeci > 0 && _firstRepair >= unrepairedMin && _firstRepair < n;
        _compared = isNewestEnough ? _firstRepair : n;
    }

    /// <summary>Computes <see cref="Unevenness"/> of the beats that the last rate is of.</summary>
    public void Compare()
    {
        // Of the newest beats: a pulse is shown again soon after it is one again. At the start, of those
        // since the last that had to be repaired, where these are enough.
        int newest = 0;
        int n = _compared;
        for (int span = 0; newest < n && (newest < UnevenIntervalsMin || span < UnevenMs); newest++)
        {
            span += _intervals[newest];
        }

        Unevenness = MeanChange(_intervals, newest) + (MeanChange(_heights, newest) / 2);
    }

    // The first beats of a finger come while the filters settle, at other times than they were, or are none:
    // the intervals without the oldest, and without those before it that are no period.
    private int Settled(int n, int periodMs, out int droppedMs)
    {
        droppedMs = 0;
        int end = n > StartDropsMax ? n - StartDropsMax : IntervalsMin;
        int settled = n;
        bool isNone = true;
        while (settled > end && isNone)
        {
            settled--;
            droppedMs += _intervals[settled];
            int change = (_intervals[settled - 1] - periodMs) * 100;
            isNone = change > periodMs * UnsettledShare || -change > periodMs * UnsettledShare;
        }

        return settled;
    }

    private static bool IsSilent(long silentMs, int periodMs)
    {
        int slowMs = FixedPoint.Divide(periodMs * SilentShare, 100);
        return silentMs > DecidingMs + (slowMs > SilentMsMin ? slowMs : SilentMsMin);
    }

    private int MeanContrast(int n)
    {
        int sum = 0;
        int[] contrasts = _contrasts;
        for (int i = 0; i < n; i++)
        {
            sum += contrasts[i];
        }

        return FixedPoint.Divide(sum, n);
    }

    // Mean step from one value to the next, the longest left out, percent of the mean.
    private static int MeanChange(int[] values, int n)
    {
        long sum = 0, steps = 0;
        int last = values[0];
        int longest = 0;
        for (int i = 0; i < n; i++)
        {
            int value = values[i];
            int step = value > last ? value - last : last - value;
            sum += value;
            steps += step;
            longest = step > longest ? step : longest;
            last = value;
        }

        return n < 3 ? 0 : FixedPoint.Divide((steps - longest) * 100 * n, sum * (n - 2));
    }

    // The rate over the newest n intervals, 0 where beats and period disagree.
    private int Judge(int n, int spanMs, int periodMs, int confidence)
    {
        if (n < IntervalsMin || spanMs < _spanMsMin || periodMs <= 0)
        {
            return 0;
        }

        // An irregular rhythm has nothing to be repaired to.
        _repairs = 0;
        _firstRepair = n;
        int counted = confidence >= RepairConfidenceMin ? n + Repair(n) : n;
        int meanMs = FixedPoint.Divide(spanMs, counted);
        int difference = meanMs > periodMs ? meanMs - periodMs : periodMs - meanMs;
        int rate = FixedPoint.Divide((counted * 600_000) + (spanMs / 2), spanMs);
        bool isTrusted = _repairs * 100 <= n * RepairsShareMax && difference * 100 < periodMs * AgreeShare;
        return isTrusted && rate >= RateDeciMin && rate <= RateDeciMax ? rate : 0;
    }

    // How many intervals to add for missed beats, less those to take off for split ones; counts the repairs.
    private int Repair(int n)
    {
        int median = Median(n);
        int added = 0;
        int repairs = 0;
        int[] intervals = _intervals;
        for (int i = 0; i < n; i++)
        {
            int interval = intervals[i];
            if (interval * 100 > median * MissedShare)
            {
                _firstRepair = i < _firstRepair ? i : _firstRepair;
                int missed = FixedPoint.Divide(interval + (median / 2), median) - 1;
                added += missed;
                repairs += missed;
            }
            else if (i + 1 < n && interval * 100 < median * SplitShare
                && (interval + intervals[i + 1]) * 100 < median * SplitSumShare)
            {
                _firstRepair = i < _firstRepair ? i : _firstRepair;
                i++;
                added--;
                repairs++;
            }
        }

        _repairs = repairs;
        return added;
    }

    private int Median(int n)
    {
        int[] sorted = _sorted;
        int[] intervals = _intervals;
        int count = n < MedianMax ? n : MedianMax;
        for (int i = 0; i < count; i++)
        {
            int value = intervals[i];
            int j = i;
            for (; j > 0 && sorted[j - 1] > value; j--)
            {
                sorted[j] = sorted[j - 1];
            }

            sorted[j] = value;
        }

        return sorted[count / 2];
    }
}
