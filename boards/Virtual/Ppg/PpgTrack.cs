// One recorded channel as light over time, strictly causal: light at a moment uses no row after that moment.

namespace Pulsegate.Virtual.Ppg;

/// <summary>A recorded column, scaled to light around 1.0 and read at rising times.</summary>
internal sealed class PpgTrack
{
    // The scale is that of the first second with a swing: a recording lasts at least this long, so nothing
    // that is written for a second can depend on a row after it.
    private const double StartSeconds = 1;
    // Where the first seconds swing far more than the first one, as a slow pulse's can, theirs follows.
    private const double RevisionSeconds = 3;
    private const double BridgeableSeconds = 0.25;  // longer gaps are held, not bridged
    // Swing given to a signal without a level of its own, as a share of DC.
    private const double PedestalSwing = 0.02;
    // A level this many swings above zero is a real one (a camera's, a chip's).
    private const double NaturalRatio = 4;

    private readonly double[] _times;
    private readonly double[] _values;
    private readonly double _delay;
    private readonly double _sign;
    private readonly Scale _first;
    private readonly Scale _revised;
    private Scale _scale;
    private int _known = -1;

    /// <summary>Prepares a column.</summary>
    /// <param name="times">Row times, seconds from the first row.</param>
    /// <param name="values">Row values; NaN is absent.</param>
    /// <param name="delaySeconds">By how much the light lags the rows.</param>
    /// <param name="invert">True when the column falls as blood volume rises.</param>
    /// <param name="lightPerCount">Light of one count, where the column is of counts; 0 where the scale is to
    /// be found.</param>
    public PpgTrack(
        double[] times, double[] values, double delaySeconds, bool invert, double lightPerCount = 0)
    {
        int[] present = [.. Enumerable.Range(0, times.Length).Where(i => double.IsFinite(values[i]))];
        _times = [.. present.Select(i => times[i])];
        _values = [.. present.Select(i => values[i])];
        _delay = delaySeconds;
        _sign = invert ? 1 : -1;
        if (lightPerCount > 0)
        {
            // Half a count more: the chip drops what is less than one.
            _sign = 1;
            _scale = _first = _revised = new Scale(
                (1 / lightPerCount) - 0.5, lightPerCount, true, double.NegativeInfinity);
            return;
        }

        int start = FirstWithSwing();
        // At once where it is the recording's own first second, which every cut has too.
        bool isAtOnce = start == 0 && _times.Length > 0 && _times[0] == 0;
        _first = ScaleOf(start, StartSeconds, isAtOnce);
        _revised = Revision(start);
        _scale = _first.FromSeconds <= 0 ? _first : Scale.None;
    }

    /// <summary>
    /// True when the column, as far as it was played, has a level of its own, so that its perfusion is the
    /// recorded one.
    /// </summary>
    public bool IsNatural => _scale.IsNatural;

    /// <summary>
    /// Light relative to the middle of the first second: 1.0 there, lower as blood volume rises.
    /// </summary>
    /// <param name="seconds">The moment, from the first row; never less than at the last call.</param>
    public double At(double seconds)
    {
        while (_known + 1 < _times.Length && _times[_known + 1] <= seconds)
        {
            _known++;
        }

        _scale = seconds >= _revised.FromSeconds ? _revised
            : seconds >= _first.FromSeconds ? _first : Scale.None;
        if (_known < 0)
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

        return Math.Clamp(1 + ((value - _scale.Middle) * _scale.Gain * _sign), 0, 4);
    }

    // Row of the first second with a swing; the number of rows when there is none.
    private int FirstWithSwing()
    {
        int first = 0;
        while (first < _times.Length && Spread(first, StartSeconds).Swing == 0)
        {
            first = After(first, StartSeconds);
        }

        return first;
    }

    private Scale ScaleOf(int first, double seconds, bool isAtOnce)
    {
        if (first == _times.Length)
        {
            return Scale.None;
        }

        (double middle, double swing) = Spread(first, seconds);
        bool isNatural = middle > 0 && middle >= NaturalRatio * swing;
        return new Scale(
            middle, isNatural ? 1 / middle : PedestalSwing / swing, isNatural,
            isAtOnce ? 0 : _times[first] + seconds);
    }

    // A second within one slow beat may look like a level: the light would swing by more than any finger's.
    private Scale Revision(int first)
        => first < _times.Length && Spread(first, RevisionSeconds).Swing * _first.Gain > 1 / NaturalRatio
            ? ScaleOf(first, RevisionSeconds, isAtOnce: false) : Scale.None;

    // Middle and swing (10th to 90th percentile, so that single wild rows do not count) from a row on.
    private (double Middle, double Swing) Spread(int first, double seconds)
    {
        double[] sorted = _values[first..After(first, seconds)];
        Array.Sort(sorted);
        double low = sorted[sorted.Length / 10];
        double high = sorted[sorted.Length - 1 - (sorted.Length / 10)];
        return ((low + high) / 2, high - low);
    }

    private int After(int first, double seconds)
    {
        int after = first;
        while (after < _times.Length && _times[after] < _times[first] + seconds)
        {
            after++;
        }

        return after;
    }

    // From when on a value becomes light: 1 + (value - middle) x gain.
    private sealed record Scale(double Middle, double Gain, bool IsNatural, double FromSeconds)
    {
        public static readonly Scale None = new(0, 0, false, double.PositiveInfinity);
    }
}
