// One step in the life of one alarm, as it is stored and sent.

namespace Pulsegate.Alarms;

/// <summary>A change of one alarm. The receiver owns and reuses it.</summary>
public sealed class AlarmChange
{
    /// <summary>What it is about, by <see cref="AlarmCondition"/>; of an audio pause the most urgent that is
    /// raised.</summary>
    public int Condition;

    /// <summary>What happened, by <see cref="AlarmStage"/> number.</summary>
    public byte Stage;

    /// <summary>True while the condition is raised, also where only something was done about it.</summary>
    public bool IsRaised;

    /// <summary>When it was decided, monotonic ms.</summary>
    public long MonotonicMs;

    /// <summary>True when <see cref="Value"/> is the last value seen, which decided it; false where no number
    /// did.</summary>
    public bool HasValue;

    /// <summary>The value, in the vital's stored unit.</summary>
    public int Value;

    /// <summary>The limit it was held against, where there is a value.</summary>
    public int Limit;
}
