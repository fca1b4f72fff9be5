// What one transaction changes, decided before anything is written, and what it has to know to decide.

using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

/// <summary>Device and epoch: the name of a store.</summary>
internal readonly record struct StoreKey(string Device, ulong Epoch);

/// <summary>The name of a record.</summary>
internal readonly record struct RecordKey(string Device, ulong Epoch, long Sequence)
{
    internal RecordKey(VerifiedRecord record)
        : this(record.Device, record.Epoch, record.Sequence)
    {
    }
}

/// <summary>What the database says of a store.</summary>
/// <param name="State">Its state, in this transaction nobody else's to change; null when it is new.</param>
/// <param name="IsDeviceKnown">True when the device has any store that is not new.</param>
/// <param name="DeviceKeyVersion">Highest key version of any record of the device; 0 for none.</param>
internal sealed record FoundStore(StoreState? State, bool IsDeviceKnown, int DeviceKeyVersion);

/// <summary>The two seals of a stored record.</summary>
internal readonly record struct RecordMacs(byte[] Mac, byte[] PreviousMac);

/// <summary>A row of the table incident.</summary>
internal sealed record Incident(long UtcMs, StoreKey Store, long Sequence, string Kind, string Detail);

/// <summary>A row of the table anchor.</summary>
internal sealed record Anchor(StoreKey Store, uint BootId, long MonotonicMs, long UtcMs);

/// <summary>A message that is put aside, and how often it came in this group.</summary>
internal sealed record QuarantinedMessage(byte[] Fingerprint, bool IsConflict, RejectedMessage Message)
{
    internal long Times { get; set; } = 1;

    internal long LastUtcMs { get; set; } = Message.ReceivedUtcMs;
}

/// <summary>Everything that one transaction writes. No key occurs twice in any of the lists.</summary>
internal sealed class GroupChanges
{
    internal List<ReceivedRecord> Records { get; } = [];

    internal HashSet<StoreState> Stores { get; } = [];

    internal List<Incident> Incidents { get; } = [];

    /// <summary>The newest anchor of a boot counts: later ones come from a clock that has been set
    /// better.</summary>
    internal Dictionary<(StoreKey Store, uint BootId), Anchor> Anchors { get; } = [];

    internal Dictionary<(string Device, string Kind), ReceivedState> States { get; } = [];

    internal Dictionary<string, QuarantinedMessage> Quarantined { get; } = [];

    /// <summary>Messages for which the quarantine has no room.</summary>
    internal long OverflowCount { get; set; }
}
