// Alarm changes between their decision and the store: a ring that never blocks and never fails.

namespace Pulsegate.Alarms;

/// <summary>Changes that nobody has taken yet, oldest first. Not thread-safe.</summary>
public sealed class AlarmChanges
{
    /// <summary>Changes kept. Every condition can change in one second, and be acted on; a change that finds no room
    /// replaces the oldest and is counted, and what is shown locally is right in any case.</summary>
    public const int CountMax = AlarmCondition.Count * 2;

    private readonly AlarmChange[] _changes = new AlarmChange[CountMax];
    private int _first;
    private int _count;
    private int _lostCount;

    /// <summary>An empty ring.</summary>
    public AlarmChanges()
    {
        for (int i = 0; i < CountMax; i++)
        {
            _changes[i] = new AlarmChange();
        }
    }

    /// <summary>Changes that were pushed out before anybody took them.</summary>
    public int LostCount => _lostCount;

    /// <summary>Adds a change without a value; the caller may fill one in at once.</summary>
    public AlarmChange Push(int condition, AlarmStage stage, bool isRaised, long nowMs)
    {
        if (_count == CountMax)
        {
            _first = (_first + 1) % CountMax;
            _count--;
            _lostCount++;
        }

        AlarmChange change = _changes[(_first + _count++) % CountMax];
        change.Condition = condition;
        change.Stage = (byte)stage;
        change.IsRaised = isRaised;
        change.MonotonicMs = nowMs;
        change.HasValue = false;
        change.Value = 0;
        change.Limit = 0;
        return change;
    }

    /// <summary>Takes the oldest change that has not been taken.</summary>
    public bool TryTake(AlarmChange change)
    {
        if (_count == 0)
        {
            return false;
        }

        change.CopyFrom(_changes[_first]);
        _first = (_first + 1) % CountMax;
        _count--;
        return true;
    }
}
