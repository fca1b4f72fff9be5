// Why a range of records is gone. The numbers are part of the wire format and never change.

namespace Pulsegate.Batch;

/// <summary>Why records are gone.</summary>
public enum TombstoneReason : byte
{
    /// <summary>The store was full; the oldest records gave way to new ones.</summary>
    Full = 1,

    /// <summary>The records' bytes in flash were damaged.</summary>
    Unreadable = 2,

    /// <summary>The store was full; the oldest readings were thinned to 10 s summaries.</summary>
    Decayed10s = 3,

    /// <summary>The store was full; the 10 s summaries were thinned to 60 s.</summary>
    Decayed60s = 4,
}
