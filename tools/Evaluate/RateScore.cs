// Shown pulse rates against a reference, second by second.

namespace Pulsegate.Evaluate;

/// <summary>How near shown rates are, and how often one is shown.</summary>
/// <param name="MeanError">Mean absolute error of the shown rates, /min; null when none was shown.</param>
/// <param name="Coverage">Share of the reference's seconds in which a rate is shown.</param>
/// <param name="WithinFive">Share of all the reference's seconds in which the shown rate is within 5
/// /min.</param>
/// <param name="WithinFiveOfShown">The same share of the seconds in which one is shown; null when none
/// was.</param>
public readonly record struct RateScore(
    double? MeanError, double Coverage, double WithinFive, double? WithinFiveOfShown)
{
    private const double WindowSeconds = 8;

    /// <summary>Scores readings.</summary>
    /// <param name="readings">Second and shown rate, null where none is shown.</param>
    /// <param name="reference">True rate at a second; null where there is none.</param>
    public static RateScore Of(
        IEnumerable<(double Seconds, double? Rate)> readings, Func<double, double?> reference)
    {
        int shown = 0, total = 0, near = 0;
        double sum = 0;
        foreach ((double seconds, double? rate) in readings)
        {
            if (reference(seconds) is not { } truth)
            {
                continue;
            }

            total++;
            if (rate is { } value)
            {
                double error = Math.Abs(value - truth);
                shown++;
                sum += error;
                near += error <= 5 ? 1 : 0;
            }
        }

        return new RateScore(
            shown > 0 ? sum / shown : null, total > 0 ? (double)shown / total : 0,
            total > 0 ? (double)near / total : 0, shown > 0 ? (double)near / shown : null);
    }

    /// <summary>Mean rate of the beats of the last 8 s, all shifted by a lag; none in the first 8 s, near an
    /// unusable span, or where the beats are fewer than four or span less than 5 s.</summary>
    public static Func<double, double?> FromBeats(
        IReadOnlyList<double> beats, double lag, IReadOnlyList<(double Start, double End)> spans)
    {
        double[] shifted = [.. beats.Select(beat => beat + lag)];
        return seconds =>
        {
            if (seconds < WindowSeconds
                || spans.Any(span => span.Start < seconds + 1 && span.End > seconds - WindowSeconds))
            {
                return null;
            }

            int first = FirstAfter(shifted, seconds - WindowSeconds);
            int count = FirstAfter(shifted, seconds) - first;
            double length = count > 0 ? shifted[first + count - 1] - shifted[first] : 0;
            return count > 3 && length > 5 ? 60 * (count - 1) / length : null;
        };
    }

    private static int FirstAfter(double[] rising, double value)
    {
        int low = 0;
        int high = rising.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (value < rising[middle])
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }
}
