
namespace Pulsegate.Client;

/// <summary>One reading out of a batch, in stored integers (see Pulsegate.Vitals.Vital for units).</summary>
/// <param name="MonotonicMs">End of the second, monotonic ms of the boot.</param>
/// <param name="UtcMs">The same in UTC, when the batch knew it.</param>
/// <param name="Values">Five values; null where there is none.</param>
/// <param name="Statuses">Five statuses, by ReadingStatus number.</param>
public sealed record DecodedReading(long MonotonicMs, long? UtcMs, int?[] Values, byte[] Statuses);

/// <summary>What is left of one vital in the interval of a summary, in stored integers.</summary>
/// <param name="Count">Values that there were.</param>
/// <param name="Mean">Their mean; null when there were none.</param>
/// <param name="Minimum">The least.</param>
/// <param name="Maximum">The greatest.</param>
/// <param name="Status">The worst status.</param>
public sealed record SummarizedVital(int Count, int? Mean, int? Minimum, int? Maximum, byte Status);

/// <summary>One interval of a summary.</summary>
/// <param name="MonotonicMs">End of the interval, monotonic ms of the boot.</param>
/// <param name="UtcMs">The same in UTC, when the batch knew it.</param>
/// <param name="StepMs">Length of the interval.</param>
/// <param name="ReadingCount">Readings that it was made of.</param>
/// <param name="Vitals">The five vitals.</param>
public sealed record DecodedSummary(
    long MonotonicMs, long? UtcMs, int StepMs, int ReadingCount, SummarizedVital[] Vitals);

/// <summary>A record whose signature, key id, device, topic and structure have been checked.</summary>
public sealed record VerifiedRecord(
    string Device, int KeyVersion, ulong Epoch, long Sequence, uint BootId, RecordKind Kind, long MonotonicMs,
    int TimeQuality, long? UtcMs, byte[] Mac, byte[] PreviousMac, byte[] Payload, byte[] Text,
    IReadOnlyList<DecodedReading> Readings)
{
    /// <summary>Kind-specific fields of an alarm, event or tombstone by name, for display and storage as
    /// JSON; empty for vitals.</summary>
    public IReadOnlyDictionary<string, object?> Fields { get; init; } = new Dictionary<string, object?>();

    /// <summary>Intervals of a summary; empty for every other kind.</summary>
    public IReadOnlyList<DecodedSummary> Summaries { get; init; } = [];

    /// <summary>Ranges of sequences that a summary or a tombstone speaks for, rising and apart, all below its
    /// own; empty for every other kind.</summary>
    public IReadOnlyList<(long First, long Last)> Declared { get; init; } = [];

    /// <summary>The device says samples were lost within or before this batch.</summary>
    public bool HasDiscontinuity { get; init; }

    /// <summary>The readings in physical units, in their order; none for a record that has none.</summary>
    public IEnumerable<VitalReading> PhysicalReadings() => Readings.Select(reading => new VitalReading(
        Device, BootId, reading.MonotonicMs,
        reading.UtcMs is { } utcMs ? DateTimeOffset.FromUnixTimeMilliseconds(utcMs) : null,
        (Platform.TimeQuality)TimeQuality, VitalUnit.Measure(reading, Vital.SpO2),
        VitalUnit.Measure(reading, Vital.PulseRate), VitalUnit.Measure(reading, Vital.PerfusionIndex),
        VitalUnit.Measure(reading, Vital.Quality), VitalUnit.Measure(reading, Vital.Temperature)));
}
