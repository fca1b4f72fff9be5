namespace Pulsegate.Read.Data;

/// <summary>One row of the table record, without its message.</summary>
internal sealed record StoredRecordRow(
    string Device, ulong Epoch, long Sequence, RecordKind Kind, long BootId, long MonotonicMs, long? UtcMs,
    int TimeQuality, int KeyVersion, string? Readings, string? Fields, long ReceivedUtcMs,
    long? AnchorMonotonicMs,
    long? AnchorUtcMs);
