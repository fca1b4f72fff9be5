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
    // 160 ms: the shortest period is one lag more, 200 ms, 300 /min, so that what is too fast is seen to be.
    private const int LagMin = 4;
    private const int FineMax = 26;                // above 1.04 s every other lag says enough
    // No lag, each lag from LagMin to FineMax, every other one to LagMax.
    private const int LagCount = 1 + (FineMax - LagMin + 1) + ((LagMax - FineMax) / 2);
    private const int FineLast = FineMax - LagMin + 1;   // index of FineMax
    private const int BatchSize = 8;
    private const int HistorySize = 64;             // LagMax + BatchSize, rounded up
    private const int LagsPerSample = 3;            // LagCount lags in fewer than 16 samples
    private const int PeaksMax = LagCount / 2;      // neighbours cannot both be one
    private const int UnitShift = 6;                // the mean magnitude becomes 64
    private const int Limit = 4 << UnitShift;       // a wild sample counts as four usual ones
    private const int MagnitudeShift = 5;           // time constant 32 decimated samples, 1.28 s
    private const int BatchesRemembered = 11;       // 3.5 s
    // The smallest lag this high, in percent of the highest, is the period: not its double.
    private const int SmallestShare = 55;
    private readonly int[] _lags = new int[LagCount];
    private readonly int[] _history = new int[HistorySize];
    private readonly int[] _incoming = new int[BatchSize];
    private readonly int[] _correlation = new int[LagCount];
    private readonly int[] _peaks = new int[PeaksMax];
    private int _peakCount;
    private int _incomingCount;
    private const int SettlingMax = 8;             // 320 ms in which the filters start
    private int _settling = SettlingMax;
    private int _pending;
    private bool _hasPending;
    private int _magnitude;
    private int _magnitudeCount;
    private int _batches;
    private int _next = LagCount;
    private int _periodMs;
    private int _confidence;

    /// <summary>Creates a tracker that has seen nothing.</summary>
    public PeriodTracker()
    {
        int lag = LagMin;
        for (int i = 1; i < LagCount; i++)
        {
            _lags[i] = lag;
            lag += lag < FineMax ? 1 : 2;
        }
    }

    /// <summary>Pulse period, ms, 200 to 2 060; 0 when none has been found.</summary>
    public int PeriodMs => _periodMs;

    /// <summary>
    /// Height of the autocorrelation at the period, 0 (none) to 100 (each pulse is like the last).
    /// </summary>
    public int Confidence => _confidence;

    /// <summary>Forgets the past.</summary>
    public void Restart()
    {
        for (int i = 0; i < HistorySize; i++)
        {
            _history[i] = 0;
        }

        for (int i = 0; i < LagCount; i++)
        {
            _correlation[i] = 0;
        }

        _incomingCount = 0;
        _hasPending = false;
        _magnitude = 0;
        _settling = SettlingMax;
        _magnitudeCount = 0;
        _batches = 0;
        _next = LagCount;
        _periodMs = 0;
        _confidence = 0;
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
        if (_settling > 0)
        {
            _settling--;
            return;
        }

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
        Correlate(LagCount);   // nothing is left of the last batch unless blocks were very uneven
        Array.Copy(_history, BatchSize, _history, 0, HistorySize - BatchSize);
        Array.Copy(_incoming, 0, _history, HistorySize - BatchSize, BatchSize);
        _incomingCount = 0;
        _next = 0;
        _peakCount = 0;
        if (_batches < BatchesRemembered)
        {
            _batches++;
        }
    }

    // r(lag) += (sum over the batch of y(n) y(n - lag) - r(lag)) / batches: a plain mean at first, an
    // exponential one later. Products have no more than twice the pulse's 4 Hz, so every other one says all.
    // Peaks are noted on the way.
    private void Correlate(int lags)
    {
        int next = _next;
        if (next >= LagCount)
        {
            return;
        }

        int[] h = _history, all = _lags, r = _correlation;
        int divisor = _batches;
        int end = next + lags > LagCount ? LagCount : next + lags;
        int h0 = h[56], h2 = h[58], h4 = h[60], h6 = h[62];
        int last = next > 0 ? r[next - 1] : 0;
        bool isRising = next > 1 && last >= r[next - 2];
        for (; next < end; next++)
        {
            int k = HistorySize - BatchSize - all[next];
            int sum = (h0 * h[k]) + (h2 * h[k + 2]) + (h4 * h[k + 4]) + (h6 * h[k + 6]);
            int value = r[next];
            value += (sum - value) / divisor;
            r[next] = value;
            if (value > last)
            {
                isRising = next > 1;
            }
            else if (isRising)
            {
                isRising = false;
                _peaks[_peakCount++] = next - 1;
            }

            last = value;
        }

        _next = next;
        if (next == LagCount)
        {
            FindPeriod();
        }
    }

    private void FindPeriod()
    {
        int[] r = _correlation, peaks = _peaks;
        int n = _peakCount;
        int best = 0;
        for (int i = 0; i < n; i++)
        {
            int value = r[peaks[i]];
            best = value > best ? value : best;
        }

        _periodMs = 0;
        _confidence = 0;
        int unit = r[0] / 100;
        if (best < 50 || unit <= 0)
        {
            return;
        }

        int enough = best / 100 * SmallestShare;
        int found = 0;
        while (r[peaks[found]] < enough)
        {
            found++;   // ends at the highest peak at the latest
        }

        Refine(peaks[found]);
        _confidence = FixedPoint.Clamp(r[peaks[found]] / unit, 0, 100);
    }

    // The vertex of the parabola through the three points of the peak, where they are evenly spaced.
    private void Refine(int found)
    {
        int[] r = _correlation;
        int spacingMs = found < FineLast ? DecimatedMs : found > FineLast ? 2 * DecimatedMs : 0;
        int left = r[found] - r[found - 1];
        int right = r[found] - r[found + 1];
        _periodMs = (_lags[found] * DecimatedMs)
            + FixedPoint.Divide((left - right) * (spacingMs / 2), left + right);
    }
}
