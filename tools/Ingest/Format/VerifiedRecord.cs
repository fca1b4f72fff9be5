using Pulsegate.Batch;

namespace Pulsegate.Ingest.Format;

/// <summary>One reading out of a batch, in stored integers (see Pulsegate.Vitals.Vital for units).</summary>
/// <param name="MonotonicMs">End of the second, monotonic ms of the boot.</param>
/// <param name="UtcMs">The same in UTC, when the batch knew it.</param>
/// <param name="Values">Five values; null where there is none.</param>
/// <param name="Statuses">Five statuses, by ReadingStatus number.</param>
public sealed record DecodedReading(long MonotonicMs, long? UtcMs, int?[] Values, byte[] Statuses);

/// <summary>A record whose signature, key id, device, topic and structure have been checked.</summary>
public sealed record VerifiedRecord(
    string Device, int KeyVersion, ulong Epoch, long Sequence, uint BootId, RecordKind Kind, long MonotonicMs,
    int TimeQuality, long? UtcMs, byte[] Mac, byte[] PreviousMac, byte[] Payload, byte[] Text,
    IReadOnlyList<DecodedReading> Readings)
{
    /// <summary>Kind-specific fields of an alarm, event or tombstone by name, for display and storage as
    /// JSON; empty for vitals.</summary>
    public IReadOnlyDictionary<string, object?> Fields { get; init; } = new Dictionary<string, object?>();

    /// <summary>The device says samples were lost within or before this batch.</summary>
    public bool HasDiscontinuity { get; init; }
}
