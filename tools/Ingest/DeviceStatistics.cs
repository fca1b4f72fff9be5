// One line of the live table.

using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest;

/// <summary>What the ingest knows of one device.</summary>
public sealed record DeviceStatistics
{
    /// <summary>Device id.</summary>
    public required string Device { get; init; }

    /// <summary>When anything verified came last; retained messages do not count.</summary>
    public DateTimeOffset LastSeenUtc { get; init; }

    /// <summary>Newest reading of its last live message or batch; null when none has come.</summary>
    public DecodedReading? LastReading { get; init; }

    /// <summary>Store epoch heard last.</summary>
    public ulong Epoch { get; init; }

    /// <summary>Every sequence of that epoch up to this one is committed or declared lost.</summary>
    public long Cumulative { get; init; }

    /// <summary>Records of that epoch in the database.</summary>
    public long RecordCount { get; init; }

    /// <summary>Readings of that epoch in the database.</summary>
    public long ReadingCount { get; init; }

    /// <summary>Sequences of that epoch missing below the highest one.</summary>
    public long MissingCount { get; init; }

    /// <summary>Sequences of that epoch that the device has declared lost.</summary>
    public long DeclaredCount { get; init; }

    /// <summary>Places in that epoch where a record does not follow the one before it.</summary>
    public long ChainBreaks { get; init; }

    /// <summary>Records of that epoch in quarantine because their identity was taken.</summary>
    public long ConflictCount { get; init; }
}
