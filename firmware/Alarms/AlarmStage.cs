// What happens to an alarm, as it is logged, stored and sent.

namespace Pulsegate.Alarms;

/// <summary>A step in the life of an alarm. The numbers are part of the wire format and never
/// change.</summary>
public enum AlarmStage : byte
{
    /// <summary>The condition has been away for the off delay.</summary>
    Cleared = 0,

    /// <summary>The condition has held for its delay.</summary>
    Raised = 1,

    /// <summary>Somebody at the unit has seen it: no sound until it comes again, or reminds.</summary>
    Acknowledged = 2,

    /// <summary>Somebody at the unit has paused the sound of all alarms.</summary>
    AudioPaused = 3,

    /// <summary>The sound is back: the pause has ended, or an acknowledged alarm reminds.</summary>
    AudioReturned = 4,

    /// <summary>Nobody at the unit has answered.</summary>
    Unattended = 5,
}
