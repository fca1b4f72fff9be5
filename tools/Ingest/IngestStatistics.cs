// What a live table shows: one consistent picture of the running ingest.

namespace Pulsegate.Ingest;

/// <summary>Counts since this ingest started, unless said otherwise.</summary>
public sealed record IngestStatistics
{
    /// <summary>True while the broker has accepted connection and subscriptions.</summary>
    public bool IsConnected { get; init; }

    /// <summary>The newest failure of broker or database in one line; empty when the last attempt of both
    /// went well.</summary>
    public string LastError { get; init; } = "";

    /// <summary>Messages taken from the broker, of any kind.</summary>
    public long Received { get; init; }

    /// <summary>Records committed for the first time.</summary>
    public long Committed { get; init; }

    /// <summary>Readings in them.</summary>
    public long ReadingsCommitted { get; init; }

    /// <summary>Records that were in the database already; acknowledged again, not stored again.</summary>
    public long Duplicates { get; init; }

    /// <summary>Verified records whose identity is taken by another one; quarantined.</summary>
    public long Conflicts { get; init; }

    /// <summary>Messages that could not be verified; quarantined as far as there is room.</summary>
    public long Unverifiable { get; init; }

    /// <summary>Records not taken because their store has too many gaps; not acknowledged.</summary>
    public long Refused { get; init; }

    /// <summary>Acknowledgements handed to the broker.</summary>
    public long Acknowledgements { get; init; }

    /// <summary>Acknowledgements that the connection did not take; the device asks again by sending
    /// again.</summary>
    public long AcknowledgementsDropped { get; init; }

    /// <summary>Commits that failed and were tried again.</summary>
    public long CommitFailures { get; init; }

    /// <summary>Messages waiting to be verified and committed.</summary>
    public int Waiting { get; init; }

    /// <summary>Devices heard since the start, by id.</summary>
    public IReadOnlyList<DeviceStatistics> Devices { get; init; } = [];
}
