// What a run can meet. A fault that the plan knows and that never comes proves nothing, so each is counted
// and printed.

namespace Pulsegate.Virtual.Simulation;

/// <summary>What can be met. The name is what the summary prints, in words.</summary>
public enum Met
{
    /// <summary>The power went between two steps.</summary>
    PowerOff,

    /// <summary>The power went in the middle of a storage call of a running unit.</summary>
    PowerCutInStorageCall,

    /// <summary>The power went in the middle of a storage call of a start.</summary>
    PowerCutInStart,

    /// <summary>A clean stop and a start.</summary>
    CleanRestart,

    /// <summary>Storage calls that failed.</summary>
    StorageCallFailed,

    /// <summary>A bit flipped at rest.</summary>
    BitFlipped,

    /// <summary>Bytes of a segment were overwritten.</summary>
    SegmentOverwritten,

    /// <summary>Flash was wiped.</summary>
    Wipe,

    /// <summary>A foreign file, or a copy of a segment, lay in the folder.</summary>
    ForeignFile,

    /// <summary>Flash was full: a range was given up, and declared.</summary>
    FullFlash,

    /// <summary>Vitals gave way to a 10 s summary.</summary>
    Thinned,

    /// <summary>Such summaries gave way to one of 60 s.</summary>
    ThinnedAgain,

    /// <summary>Damage was found and declared.</summary>
    DamageDeclared,

    /// <summary>Native code stopped both loops (erase).</summary>
    Stall,

    /// <summary>A handshake stopped both loops.</summary>
    HandshakeStall,

    /// <summary>Bus errors.</summary>
    BusError,

    /// <summary>Samples were lost and the reading said so.</summary>
    DeclaredDiscontinuity,

    /// <summary>The finger went off the sensor.</summary>
    FingerOff,

    /// <summary>An alarm began.</summary>
    AlarmRaised,

    /// <summary>Somebody acknowledged an alarm.</summary>
    AlarmAnswered,

    /// <summary>Nobody answered an alarm in time.</summary>
    AlarmUnattended,

    /// <summary>An outage of at most an hour.</summary>
    OutageOfMinutes,

    /// <summary>An outage of at most a day.</summary>
    OutageOfHours,

    /// <summary>An outage of less than a week.</summary>
    OutageOfDays,

    /// <summary>An outage of a week.</summary>
    OutageOfAWeek,

    /// <summary>The backend did not listen while the broker did.</summary>
    BackendOutage,

    /// <summary>A publish was lost.</summary>
    PublishLost,

    /// <summary>A publish came twice.</summary>
    PublishDoubled,

    /// <summary>An acknowledgement was lost.</summary>
    AckLost,

    /// <summary>An acknowledgement came late, and again.</summary>
    AckLateOrDoubled,

    /// <summary>An old acknowledgement was replayed.</summary>
    AckReplayed,

    /// <summary>An acknowledgement came damaged.</summary>
    AckDamaged,

    /// <summary>An acknowledgement was forged.</summary>
    AckForged,

    /// <summary>The clock was set to something wrong.</summary>
    ClockJump,

    /// <summary>The clock was set right.</summary>
    ClockSet,

    /// <summary>A start without a clock.</summary>
    StartWithoutClock,
}
