// One alarm that began or ended, as it is stored and sent.

namespace Pulsegate.Alarms;

/// <summary>A change of one alarm's state. The receiver owns and reuses it.</summary>
public sealed class AlarmChange
{
    /// <summary>What it is about, by <see cref="AlarmCondition"/>.</summary>
    public int Condition;

    /// <summary>Its priority, by <see cref="AlarmPriority"/> number.</summary>
    public byte Priority;

    /// <summary>True when it began, false when it ended.</summary>
    public bool IsRaised;

    /// <summary>When it was decided, monotonic ms.</summary>
    public long MonotonicMs;

    /// <summary>True when <see cref="Value"/> is the last value seen, which decided it; false for no
    /// signal.</summary>
    public bool HasValue;

    /// <summary>The value, in the vital's stored unit.</summary>
    public int Value;

    /// <summary>The limit it was held against.</summary>
    public int Limit;
}
