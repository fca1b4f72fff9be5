// Beats found against beats known, allowing for one constant lag: a pulse arrives later than the heart beats,
// and a chest strap's clock is not the camera's.

namespace Pulsegate.Evaluate;

/// <summary>F1 of beats within a tolerance of a reference beat.</summary>
/// <param name="F1">Twice the hits over all beats, found and known; 0 when there are none.</param>
/// <param name="LagSeconds">The lag that suits best: found minus known.</param>
public readonly record struct BeatScore(double F1, double LagSeconds)
{
    /// <summary>How near a beat must be to its reference, s.</summary>
    public const double ToleranceSeconds = 0.15;

    /// <summary>The best score over lags from one to below another, in steps.</summary>
    /// <param name="found">Beats found, s, rising.</param>
    /// <param name="reference">Beats known, s, rising.</param>
    /// <param name="fromSeconds">First lag.</param>
    /// <param name="toSeconds">End of the lags.</param>
    /// <param name="stepSeconds">Step between them.</param>
    public static BeatScore Best(
        IReadOnlyList<double> found, IReadOnlyList<double> reference, double fromSeconds, double toSeconds,
        double stepSeconds)
    {
        var best = new BeatScore(0, 0);
        int count = (int)Math.Round((toSeconds - fromSeconds) / stepSeconds);
        for (int i = 0; i < count; i++)
        {
            double lag = fromSeconds + (i * stepSeconds);
            double f1 = F1At(found, reference, lag);
            best = f1 > best.F1 ? new BeatScore(f1, lag) : best;
        }

        return best;
    }

    /// <summary>Beats outside unusable spans, each from its start to below its end.</summary>
    public static double[] Outside(IEnumerable<double> beats, IReadOnlyList<(double Start, double End)> spans)
        => [.. beats.Where(beat => !spans.Any(span => span.Start <= beat && beat < span.End))];

    private static double F1At(IReadOnlyList<double> found, IReadOnlyList<double> reference, double lag)
    {
        int i = 0, j = 0, hits = 0;
        while (i < found.Count && j < reference.Count)
        {
            double difference = found[i] - (reference[j] + lag);
            bool isHit = Math.Abs(difference) <= ToleranceSeconds;
            hits += isHit ? 1 : 0;
            i += isHit || difference < 0 ? 1 : 0;
            j += isHit || difference >= 0 ? 1 : 0;
        }

        int all = found.Count + reference.Count;
        return all == 0 ? 0 : 2.0 * hits / all;
    }
}
