// An opinion on the pulse period that knows nothing of single beats: autocorrelation of the slope at 25
// samples a second. It exists to contradict the beat detector, and to tell it how far apart beats may be.

using System;

namespace Pulsegate.Signal;

/// <summary>
/// Tracks the pulse period by recursive autocorrelation over the last 3.5 s. Work is spread: a batch of eight
/// decimated samples (320 ms) is correlated during the sixteen input samples that follow it, a few lags at a
/// time.
/// </summary>
public sealed class PeriodTracker
{
    private const int DecimatedMs = 2 * SignalChain.SampleMs;
    // 2 080 ms: 30 /min and one lag more, to see that it is a peak.
    private const int LagMax = 52;
    // 200 ms: 300 /min, so that what is too fast is seen to be.
    private const int LagMin = 5;
    private const int BatchSize = 8;
    private const int HistorySize = 64;             // LagMax + BatchSize, rounded up
    private const int LagsPerSample = 4;            // LagMax + 1 lags in fewer than 16 samples
    private const int UnitShift = 6;                // the mean magnitude becomes 64
    private const int Limit = 4 << UnitShift;       // a wild sample counts as four usual ones
    private const int MagnitudeShift = 5;           // time constant 32 decimated samples, 1.28 s
    private const int BatchesRemembered = 11;       // 3.5 s
    // The smallest lag this high, in percent of the highest, is the period: not its double.
    private const int SmallestShare = 55;
    private readonly int[] _history = new int[HistorySize];
    private readonly int[] _incoming = new int[BatchSize];
    private readonly int[] _correlation = new int[LagMax + 1];
    private int _incomingCount;
    private int _pending;
    private bool _hasPending;
    private int _magnitude;
    private int _magnitudeCount;
    private int _batches;
    private int _nextLag = LagMax + 1;

    /// <summary>Pulse period, ms, 200 to 2 060; 0 when none has been found.</summary>
    public int PeriodMs { get; private set; }

    /// <summary>
    /// Height of the autocorrelation at the period, 0 (none) to 100 (each pulse is like the last).
    /// </summary>
    public int Confidence { get; private set; }

    /// <summary>Forgets the past.</summary>
    public void Restart()
    {
        for (int i = 0; i < HistorySize; i++)
        {
            _history[i] = 0;
        }

        for (int i = 0; i <= LagMax; i++)
        {
            _correlation[i] = 0;
        }

        _incomingCount = 0;
        _hasPending = false;
        _magnitude = 0;
        _magnitudeCount = 0;
        _batches = 0;
        _nextLag = LagMax + 1;
        PeriodMs = 0;
        Confidence = 0;
    }

    /// <summary>Takes a block of slopes.</summary>
    public void Process(int[] slopes, int count)
    {
        int i = 0;
        if (_hasPending && count > 0)
        {
            Take(_pending + (slopes[0] >> 1));
            i = 1;
        }

        for (; i + 1 < count; i += 2)
        {
            Take((slopes[i] >> 1) + (slopes[i + 1] >> 1));
        }

        _hasPending = i < count;
        _pending = _hasPending ? slopes[i] >> 1 : 0;
        Correlate(count * LagsPerSample);
    }

    // Scales by the mean magnitude and limits, so that steps in amplitude and single artefacts weigh little.
    private void Take(int value)
    {
        int magnitude = value < 0 ? -value : value;
        if (_magnitudeCount < 1 << MagnitudeShift)
        {
            _magnitudeCount++;
            _magnitude += (magnitude - _magnitude) / _magnitudeCount;
        }
        else
        {
            _magnitude += (magnitude - _magnitude) >> MagnitudeShift;
        }

        int scaled = value / ((_magnitude >> UnitShift) + 1);
        _incoming[_incomingCount++] = scaled > Limit ? Limit : scaled < -Limit ? -Limit : scaled;
        if (_incomingCount == BatchSize)
        {
            BeginBatch();
        }
    }

    private void BeginBatch()
    {
        Correlate(LagMax + 1);   // nothing is left of the last batch unless blocks were very uneven
        Array.Copy(_history, BatchSize, _history, 0, HistorySize - BatchSize);
        Array.Copy(_incoming, 0, _history, HistorySize - BatchSize, BatchSize);
        _incomingCount = 0;
        _nextLag = 0;
        if (_batches < BatchesRemembered)
        {
            _batches++;
        }
    }

    // r(lag) += (sum over the batch of y(n) y(n - lag) - r(lag)) / batches: a plain mean at first, an
    // exponential one later.
    private void Correlate(int lags)
    {
        int lag = _nextLag;
        if (lag > LagMax)
        {
            return;
        }

        int[] h = _history;
        int[] correlation = _correlation;
        int divisor = _batches;
        int end = lag + lags > LagMax + 1 ? LagMax + 1 : lag + lags;
        int h0 = h[56], h1 = h[57], h2 = h[58], h3 = h[59], h4 = h[60], h5 = h[61], h6 = h[62], h7 = h[63];
        for (; lag < end; lag++)
        {
            int k = HistorySize - BatchSize - lag;
            int sum = (h0 * h[k]) + (h1 * h[k + 1]) + (h2 * h[k + 2]) + (h3 * h[k + 3])
                + (h4 * h[k + 4]) + (h5 * h[k + 5]) + (h6 * h[k + 6]) + (h7 * h[k + 7]);
            int old = correlation[lag];
            correlation[lag] = old + ((sum - old) / divisor);
            lag = lag == 0 ? LagMin - 2 : lag;   // the lags between say nothing of a pulse
        }

        _nextLag = lag;
        if (lag > LagMax)
        {
            FindPeriod();
        }
    }

    private void FindPeriod()
    {
        int[] r = _correlation;
        int unit = r[0] / 100;
        int best = 0;
        for (int lag = LagMin; lag < LagMax; lag++)
        {
            int value = r[lag];
            if (value > best && value >= r[lag - 1] && value >= r[lag + 1])
            {
                best = value;
            }
        }

        PeriodMs = 0;
        Confidence = 0;
        if (best < 100 || unit <= 0)
        {
            return;
        }

        int enough = best / 100 * SmallestShare;
        int found = LagMin;
        while (r[found] < enough || r[found] < r[found - 1] || r[found] < r[found + 1])
        {
            found++;   // ends at the highest peak at the latest
        }

        // The vertex of the parabola through the three points of the peak.
        int left = r[found] - r[found - 1];
        int right = r[found] - r[found + 1];
        PeriodMs = (found * DecimatedMs)
            + FixedPoint.Divide((left - right) * (DecimatedMs / 2), left + right);
        Confidence = FixedPoint.Clamp(r[found] / unit, 0, 100);
    }
}
