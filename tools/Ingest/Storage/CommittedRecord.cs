namespace Pulsegate.Ingest.Storage;

/// <summary>One committed record.</summary>
/// <param name="Id">Rises in the order of commits.</param>
/// <param name="Kind">By Pulsegate.Batch.RecordKind.</param>
/// <param name="BootId">Start of the unit that it is from.</param>
/// <param name="UtcMs">When it was made; null when the unit did not know.</param>
/// <param name="ReceivedUtcMs">When it came.</param>
/// <param name="Readings">JSON as the schema describes it; null for a record without readings.</param>
/// <param name="Fields">JSON object of an alarm, event or tombstone; null for another kind.</param>
public sealed record CommittedRecord(
    long Id, int Kind, long BootId, long? UtcMs, long ReceivedUtcMs, string? Readings, string? Fields);
