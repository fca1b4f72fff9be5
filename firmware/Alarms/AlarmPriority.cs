// Priorities of alarm conditions, in the vocabulary of IEC 60601-1-8. No compliance is claimed.

namespace Pulsegate.Alarms;

/// <summary>How urgent a condition is. The numbers are part of the wire format and never change.</summary>
public enum AlarmPriority : byte
{
    /// <summary>No alarm.</summary>
    None = 0,

    /// <summary>Awareness.</summary>
    Low = 1,

    /// <summary>Prompt response.</summary>
    Medium = 2,

    /// <summary>Immediate response.</summary>
    High = 3,
}
