using System.Globalization;

namespace Pulsegate.Cli.Fleet;

/// <summary>How well units kept real time: on a machine that is too small for them they are late, and say so.
/// Travels as JSON.</summary>
/// <param name="ReadingsDue">Seconds that the units were on: readings that there should be.</param>
/// <param name="Readings">Readings produced.</param>
/// <param name="LateSteps">Steps that came more than 500 ms after the one before.</param>
/// <param name="LongestStepGapMs">Longest time between two steps of a unit.</param>
/// <param name="LostSamples">Samples that chips had to drop, at least; each a declared discontinuity.</param>
internal sealed record FleetPace(
    long ReadingsDue, long Readings, long LateSteps, long LongestStepGapMs, long LostSamples)
{
    /// <summary>Of the units of both.</summary>
    public static FleetPace operator +(FleetPace one, FleetPace other) => new(
        one.ReadingsDue + other.ReadingsDue, one.Readings + other.Readings, one.LateSteps + other.LateSteps,
        Math.Max(one.LongestStepGapMs, other.LongestStepGapMs), one.LostSamples + other.LostSamples);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"pace: {100.0 * Readings / Math.Max(1, ReadingsDue):0.00} % of the seconds have a reading, "
        + $"{LateSteps} late steps, longest gap {LongestStepGapMs} ms, {LostSamples} samples lost");
}
