// What goes into the database in one transaction, and what came of it.

using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

/// <summary>A verified record and when it came.</summary>
internal sealed record ReceivedRecord(VerifiedRecord Record, long ReceivedUtcMs);

/// <summary>A verified health or status message: the latest of each kind is kept.</summary>
internal sealed record ReceivedState(string Kind, VerifiedRecord Record, long ReceivedUtcMs);

/// <summary>A message that is not believed.</summary>
internal sealed record RejectedMessage(
    string Device, string Topic, byte[] Message, string Reason, long ReceivedUtcMs);

/// <summary>One transaction's worth of work.</summary>
internal sealed class CommitGroup
{
    internal List<ReceivedRecord> Records { get; } = [];

    internal List<ReceivedState> States { get; } = [];

    internal List<RejectedMessage> Rejected { get; } = [];

    internal bool IsEmpty => Records.Count == 0 && States.Count == 0 && Rejected.Count == 0;
}

/// <summary>What the database did with a record.</summary>
internal enum RecordOutcome
{
    /// <summary>It is in the database now, for the first time.</summary>
    Committed,

    /// <summary>The same record was there already.</summary>
    Duplicate,

    /// <summary>Another record with the same identity was there already: quarantined.</summary>
    Conflict,

    /// <summary>It would open too many gaps: not stored, not acknowledged; the device keeps it.</summary>
    Refused,
}

/// <summary>The result of one transaction.</summary>
/// <param name="Outcomes">One for each record of the group, in its order.</param>
/// <param name="Stores">The stores that any record of the group belongs to, as they are committed
/// now.</param>
internal sealed record CommitResult(
    IReadOnlyList<RecordOutcome> Outcomes, IReadOnlyCollection<StoreState> Stores);
