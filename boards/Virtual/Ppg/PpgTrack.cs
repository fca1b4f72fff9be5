// One recorded channel as light over time, strictly causal: light at a moment uses no row after that moment.

namespace Pulsegate.Virtual.Ppg;

/// <summary>A recorded column, scaled to light around 1.0 and read at rising times.</summary>
internal sealed class PpgTrack
{
    // The scale is taken from these first seconds with a swing, and never changed.
    private const double StartSeconds = 3;
    private const double BridgeableSeconds = 0.25;  // longer gaps are held, not bridged
    // Swing given to a signal without a level of its own, as a share of DC.
    private const double PedestalSwing = 0.02;
    // A level this many swings above zero is a real one (a camera's, a chip's).
    private const double NaturalRatio = 4;

    private readonly double[] _times;
    private readonly double[] _values;
    private readonly double _delay;
    private readonly double _middle;
    private readonly double _gain;
    private readonly double _scaledFrom;
    private int _known = -1;

    /// <summary>Prepares a column.</summary>
    /// <param name="times">Row times, seconds from the first row.</param>
    /// <param name="values">Row values; NaN is absent.</param>
    /// <param name="delaySeconds">By how much the light lags the rows.</param>
    /// <param name="invert">True when the column falls as blood volume rises.</param>
    public PpgTrack(double[] times, double[] values, double delaySeconds, bool invert)
    {
        int[] present = [.. Enumerable.Range(0, times.Length).Where(i => double.IsFinite(values[i]))];
        _times = [.. present.Select(i => times[i])];
        _values = [.. present.Select(i => values[i])];
        _delay = delaySeconds;
        (_middle, double swing, _scaledFrom) = Start();
        IsNatural = _middle > 0 && _middle >= NaturalRatio * swing;
        double scale = IsNatural ? 1 / _middle : swing > 0 ? PedestalSwing / swing : 0;
        _gain = invert ? scale : -scale;
    }

    /// <summary>
    /// True when the column has a level of its own, so that its perfusion is the recorded one.
    /// </summary>
    public bool IsNatural { get; }

    /// <summary>
    /// Light relative to the middle of the first seconds: 1.0 there, lower as blood volume rises.
    /// </summary>
    /// <param name="seconds">The moment, from the first row; never less than at the last call.</param>
    public double At(double seconds)
    {
        while (_known + 1 < _times.Length && _times[_known + 1] <= seconds)
        {
            _known++;
        }

        if (_known < 0 || seconds < _scaledFrom)
        {
            return 1;
        }

        double wanted = seconds - _delay;
        int row = _known;
        while (row > 0 && _times[row] > wanted)
        {
            row--;
        }

        double value = _values[row];
        if (row < _known && wanted > _times[row])
        {
            double gap = _times[row + 1] - _times[row];
            if (gap <= BridgeableSeconds)
            {
                value += (_values[row + 1] - value) * (wanted - _times[row]) / gap;
            }
        }

        return Math.Clamp(1 + ((value - _middle) * _gain), 0, 4);
    }

    // Middle and swing (10th to 90th percentile, so that single wild rows do not count) of the first three
    // seconds that have a swing, and from when they may be used: at once if they are the recording's first,
    // else only when they are over, so that nothing looks ahead.
    private (double Middle, double Swing, double From) Start()
    {
        for (int first = 0; first < _times.Length;)
        {
            double end = _times[first] + StartSeconds;
            int after = first;
            while (after < _times.Length && _times[after] < end)
            {
                after++;
            }

            double[] sorted = _values[first..after];
            Array.Sort(sorted);
            double low = sorted[sorted.Length / 10];
            double high = sorted[sorted.Length - 1 - (sorted.Length / 10)];
            if (high > low)
            {
                return ((low + high) / 2, high - low, first == 0 ? 0 : end);
            }

            first = after;
        }

        return (0, 0, double.PositiveInfinity);
    }
}
