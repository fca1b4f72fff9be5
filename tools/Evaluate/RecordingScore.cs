// The five figures of one recording, or their means over a set.

namespace Pulsegate.Evaluate;

/// <summary>Figures; null where the recording has no such reference or nothing was shown.</summary>
/// <param name="F1">Beats within 150 ms of a reference beat after the one constant lag that suits the
/// recording best.</param>
/// <param name="MeanError">Mean absolute error of the shown rates, /min.</param>
/// <param name="Coverage">Share of the reference's seconds in which a rate is shown.</param>
/// <param name="WithinFive">Share of all the reference's seconds in which the shown rate is within 5
/// /min.</param>
/// <param name="WithinFiveOfShown">The same share of the seconds in which one is shown.</param>
public sealed record RecordingScore(
    double? F1, double? MeanError, double? Coverage, double? WithinFive, double? WithinFiveOfShown)
{
    /// <summary>Short names of the figures, in order.</summary>
    public static readonly IReadOnlyList<string> Names = ["f1", "mae", "cov", "in5", "in5s"];

    /// <summary>The figures, in order.</summary>
    public IReadOnlyList<double?> Values => [F1, MeanError, Coverage, WithinFive, WithinFiveOfShown];

    /// <summary>Joins the two scores of a recording.</summary>
    public static RecordingScore Of(double? f1, RateScore rate)
        => new(f1, rate.MeanError, rate.Coverage, rate.WithinFive, rate.WithinFiveOfShown);

    /// <summary>Means, each over the recordings that have the figure.</summary>
    public static RecordingScore Mean(IReadOnlyCollection<RecordingScore> scores)
    {
        double? MeanOf(int figure) => scores.Select(score => score.Values[figure]).Average();
        return new RecordingScore(MeanOf(0), MeanOf(1), MeanOf(2), MeanOf(3), MeanOf(4));
    }
}
