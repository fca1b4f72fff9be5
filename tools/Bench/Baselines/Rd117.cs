// The method of Maxim's reference design MAXREFDES117 (RD117), as published, written anew in the device
// subset: what most users of this sensor run. For comparison only; the firmware has no part of it.
// Method: 4 s at 25 samples a second, once a second. Infrared less its mean, turned over, averaged over 4
// samples (the last ones stay raw); peaks above a threshold of 30 to 60 counts and 4 samples apart are the
// valleys of the light; the rate is their mean distance; the ratio is peak over valley, red to infrared, the
// middle of at most 5.

namespace Pulsegate.Bench.Baselines;

/// <summary>RD117's method. Allocates nothing after construction.</summary>
public sealed class Rd117 : IBaseline
{
    private const int SampleRateHz = 25;
    private const int WindowSize = 4 * SampleRateHz;
    private const int AverageSize = 4;
    private const int ThresholdMin = 30;
    private const int ThresholdMax = 60;
    private const int DistanceMin = 4;
    private const int PeakCountMax = 15;         // further ones are not looked for
    private const int RatioCountMax = 5;
    private const int RatioPercentMin = 2;
    private const int RatioPercentMax = 184;
    private readonly int[] _red = new int[WindowSize];
    private readonly int[] _infrared = new int[WindowSize];
    private readonly int[] _turned = new int[WindowSize];
    private readonly int[] _peaks = new int[PeakCountMax];
    private readonly int[] _ratios = new int[RatioCountMax];
    private readonly int[] _beats = new int[PeakCountMax];
    private int _filled;
    private int _peakCount;
    private int _beatCount;

    /// <inheritdoc/>
    public int RateDeci { get; private set; }

    /// <inheritdoc/>
    public int RatioMilli { get; private set; }

    /// <inheritdoc/>
    public int BeatCount => _beatCount;

    /// <inheritdoc/>
    public int BeatAgeSamples(int index) => WindowSize - _beats[index];

    /// <inheritdoc/>
    public void Process(int[] red, int[] infrared, int offset)
    {
        Array.Copy(_red, SampleRateHz, _red, 0, WindowSize - SampleRateHz);
        Array.Copy(_infrared, SampleRateHz, _infrared, 0, WindowSize - SampleRateHz);
        Array.Copy(red, offset, _red, WindowSize - SampleRateHz, SampleRateHz);
        Array.Copy(infrared, offset, _infrared, WindowSize - SampleRateHz, SampleRateHz);
        _filled = _filled < WindowSize ? _filled + SampleRateHz : WindowSize;
        RateDeci = 0;
        RatioMilli = 0;
        _beatCount = 0;
        if (_filled < WindowSize)
        {
            return;
        }

        FindPeaks(Prepare());
        RemoveClosePeaks();
        if (_peakCount >= 2)
        {
            int span = _peaks[_peakCount - 1] - _peaks[0];
            int interval = span / (_peakCount - 1);
            RateDeci = interval > 0 ? 600 * SampleRateHz / interval : 0;
        }

        FindRatio();
        ReportBeats();
    }

    private int Prepare()
    {
        int[] x = _turned;
        int[] infrared = _infrared;
        int sum = 0;
        for (int i = 0; i < WindowSize; i++)
        {
            sum += infrared[i];
        }

        int mean = sum / WindowSize;
        for (int i = 0; i < WindowSize; i++)
        {
            x[i] = mean - infrared[i];
        }

        int threshold = 0;
        for (int i = 0; i < WindowSize - AverageSize; i++)
        {
            x[i] = (x[i] + x[i + 1] + x[i + 2] + x[i + 3]) / AverageSize;
            threshold += x[i];
        }

        threshold /= WindowSize;
        return threshold < ThresholdMin ? ThresholdMin : threshold > ThresholdMax ? ThresholdMax : threshold;
    }

    private void FindPeaks(int threshold)
    {
        int[] x = _turned;
        int count = 0;
        int i = 1;
        while (i < WindowSize - 1 && count < PeakCountMax)
        {
            if (x[i] <= threshold || x[i] <= x[i - 1])
            {
                i++;
                continue;
            }

            int width = 1;
            while (i + width < WindowSize && x[i + width] == x[i])
            {
                width++;
            }

            bool isPeak = i + width < WindowSize && x[i + width] < x[i];
            if (isPeak)
            {
                _peaks[count] = i;
                count++;
            }

            i += isPeak ? width + 1 : width;
        }

        _peakCount = count;
    }

    // The higher of two peaks that are too close stays.
    private void RemoveClosePeaks()
    {
        int kept = 0;
        for (int i = 0; i < _peakCount; i++)
        {
            bool isClose = kept > 0 && _peaks[i] - _peaks[kept - 1] <= DistanceMin;
            if (!isClose)
            {
                _peaks[kept] = _peaks[i];
                kept++;
            }
            else if (_turned[_peaks[i]] > _turned[_peaks[kept - 1]])
            {
                _peaks[kept - 1] = _peaks[i];
            }
        }

        _peakCount = kept;
    }

    // Between two valleys: the highest light of each channel, less the line from valley to valley.
    private void FindRatio()
    {
        int count = 0;
        for (int k = 0; k + 1 < _peakCount && count < RatioCountMax; k++)
        {
            int from = _peaks[k];
            int to = _peaks[k + 1];
            int redAt = HighestOf(_red, from, to);
            int infraredAt = HighestOf(_infrared, from, to);
            long redPulse = Above(_red, from, to, redAt);
            long infraredPulse = Above(_infrared, from, to, infraredAt);
            long divisor = infraredPulse * _red[redAt] / 128;
            if (to - from > 3 && divisor > 0 && redPulse > 0)
            {
                _ratios[count] = (int)(redPulse * _infrared[infraredAt] / 128 * 1000 / divisor);
                count++;
            }
        }

        Sort(_ratios, count);
        int middle = count / 2;
        int ratio = count == 0 ? 0 : middle > 1 ? (_ratios[middle - 1] + _ratios[middle]) / 2
            : _ratios[middle];
        RatioMilli = ratio > RatioPercentMin * 10 && ratio < RatioPercentMax * 10 ? ratio : 0;
    }

    private static int HighestOf(int[] x, int from, int to)
    {
        int at = from;
        for (int i = from; i < to; i++)
        {
            at = x[i] > x[at] ? i : at;
        }

        return at;
    }

    private static int Above(int[] x, int from, int to, int at)
    {
        int line = x[from] + ((x[to] - x[from]) * (at - from) / (to - from));
        return x[at] - line;
    }

    private static void Sort(int[] values, int count)
    {
        for (int i = 1; i < count; i++)
        {
            int value = values[i];
            int j = i;
            while (j > 0 && values[j - 1] > value)
            {
                values[j] = values[j - 1];
                j--;
            }

            values[j] = value;
        }
    }

    // Each second of the signal is in four windows: its beats are taken where it stands third, away from the
    // edges.
    private void ReportBeats()
    {
        for (int i = 0; i < _peakCount; i++)
        {
            if (_peaks[i] >= 2 * SampleRateHz && _peaks[i] < 3 * SampleRateHz)
            {
                _beats[_beatCount] = _peaks[i];
                _beatCount++;
            }
        }
    }
}
