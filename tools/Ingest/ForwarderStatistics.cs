namespace Pulsegate.Ingest;

/// <summary>Counts of a forwarder since its start.</summary>
public sealed record ForwarderStatistics
{
    /// <summary>True while the edge's broker has accepted connection and subscriptions.</summary>
    public bool IsEdgeConnected { get; init; }

    /// <summary>True while a node of the queue's cluster has accepted the connection.</summary>
    public bool IsQueueConnected { get; init; }

    /// <summary>Messages taken from the edge.</summary>
    public long Received { get; init; }

    /// <summary>Messages that the cluster has confirmed: they are on the disks of most nodes.</summary>
    public long Confirmed { get; init; }

    /// <summary>Attempts that were not confirmed and were made again.</summary>
    public long Retried { get; init; }

    /// <summary>Messages taken and not confirmed yet.</summary>
    public int Waiting { get; init; }

    /// <summary>Answers handed to the edge.</summary>
    public long Answered { get; init; }

    /// <summary>Answers that the edge did not take; the device asks again.</summary>
    public long AnswersDropped { get; init; }
}
