// What the database knows of one store (device and epoch), in memory while it is in use.

namespace Pulsegate.Ingest.Storage;

/// <summary>One row of device_state. Valid only while every change to it is committed; after a failed commit
/// it is read anew.</summary>
internal sealed class StoreState(string device, ulong epoch)
{
    internal string Device { get; } = device;

    internal ulong Epoch { get; } = epoch;

    /// <summary>Sequences committed or declared lost.</summary>
    internal SequenceSet Sequences { get; init; } = new();

    internal long RecordCount { get; set; }

    internal long ReadingCount { get; set; }

    internal long DeclaredCount { get; set; }

    internal long ChainBreaks { get; set; }

    internal long ConflictCount { get; set; }

    /// <summary>MAC of the record <see cref="LastSequence"/>: the usual next record follows it, and needs no
    /// look-up.</summary>
    internal byte[]? LastMac { get; set; }

    internal long LastSequence { get; set; }

    internal long FirstUtcMs { get; set; }

    internal long LastUtcMs { get; set; }

    /// <summary>Highest key version of any record committed; a record sealed later with a lower one is a
    /// downgrade.</summary>
    internal int KeyVersion { get; set; }

    /// <summary>Records up to this sequence may have been removed by retention.</summary>
    internal long PrunedThrough { get; init; }
}
