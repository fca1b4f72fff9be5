// What a sealed record holds. The numbers are part of the wire and store formats and never change.

namespace Pulsegate.Batch;

/// <summary>Kind of a sealed record.</summary>
public enum RecordKind : byte
{
    /// <summary>A batch of readings; topic <c>vitals</c>.</summary>
    Vitals = 1,

    /// <summary>One alarm that began, ended or changed; topic <c>alarm</c>.</summary>
    Alarm = 2,

    /// <summary>Something that happened to the unit: boot, stop, time anchor, answer to a command; topic
    /// <c>event</c>.</summary>
    Event = 3,

    /// <summary>Readings thinned to 10 s summaries; topic <c>vitals</c>.</summary>
    Summary = 4,

    /// <summary>The signed statement that a range of records was decayed or dropped, and why; topic
    /// <c>event</c>.</summary>
    Tombstone = 5,

    /// <summary>10 s summaries thinned to 60 s; topic <c>vitals</c>.</summary>
    CoarseSummary = 6,

    /// <summary>Counters of the unit; topic <c>health</c>. Signed, not stored, no sequence.</summary>
    Health = 16,

    /// <summary>Birth and last will; topic <c>status</c>. Signed, not stored, no sequence.</summary>
    Status = 17,

    /// <summary>The last seconds of vitals for a screen; topic <c>live</c>. Signed, not stored, no
    /// sequence.</summary>
    Live = 18,
}
