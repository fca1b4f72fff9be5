// Alarm changes that wait, for the store or in it, in four arrays: an object for each would take four times
// the memory of a device.

namespace Pulsegate.Alarms;

/// <summary>A ring of changes, oldest first, which never blocks and never fails; they are copied in and out.
/// Allocates nothing after construction. Not thread-safe.</summary>
public sealed class AlarmChanges
{
    /// <summary>Changes that wait for the store. Every condition can change in one second, and be acted on;
    /// what is shown locally is right in any case.</summary>
    public const int CountMax = AlarmCondition.Count * 2;

    // Of a kind: condition in the low byte, stage in the next, then two bits.
    private const int StageShift = 8;
    private const int RaisedBit = 1 << 16, ValueBit = 1 << 17;

    private readonly int _countMax;
    private readonly long[] _monotonicMs;
    private readonly int[] _kinds;
    private readonly int[] _values;
    private readonly int[] _limits;
    private int _first;
    private int _count;
    private int _lostCount;

    /// <summary>An empty ring for <see cref="CountMax"/>.</summary>
    public AlarmChanges()
        : this(CountMax)
    {
    }

    /// <summary>An empty ring.</summary>
    public AlarmChanges(int countMax)
    {
        _countMax = countMax;
        _monotonicMs = new long[countMax];
        _kinds = new int[countMax];
        _values = new int[countMax];
        _limits = new int[countMax];
    }

    /// <summary>Changes held.</summary>
    public int Count => _count;

    /// <summary>Changes that were pushed out before anybody took them.</summary>
    public int LostCount => _lostCount;

    /// <summary>Adds a change: what <see cref="AlarmChange"/> says of it. One that finds no room replaces
    /// the oldest, which is counted.</summary>
    public void Push(
        int condition, byte stage, bool isRaised, long nowMs, bool hasValue, int value, int limit)
    {
        if (_count == _countMax)
        {
            RemoveFirst(1);
            _lostCount++;
        }

        int at = (_first + _count++) % _countMax;
        _monotonicMs[at] = nowMs;
        _kinds[at] = condition | (stage << StageShift) | (isRaised ? RaisedBit : 0)
            | (hasValue ? ValueBit : 0);
        _values[at] = value;
        _limits[at] = limit;
    }

    /// <summary>Takes the oldest change that has not been taken.</summary>
    public bool TryTake(AlarmChange change)
    {
        if (_count == 0)
        {
            return false;
        }

        Get(0, change);
        RemoveFirst(1);
        return true;
    }

    /// <summary>Copies a change out, which stays; 0 is the oldest.</summary>
    public void Get(int index, AlarmChange change)
    {
        int at = (_first + index) % _countMax;
        int kind = _kinds[at];
        change.Condition = kind & 0xFF;
        change.Stage = (byte)(kind >> StageShift);
        change.IsRaised = (kind & RaisedBit) != 0;
        change.HasValue = (kind & ValueBit) != 0;
        change.MonotonicMs = _monotonicMs[at];
        change.Value = _values[at];
        change.Limit = _limits[at];
    }

    /// <summary>Removes the oldest; no more than there are.</summary>
    public void RemoveFirst(int count)
    {
        _first = (_first + count) % _countMax;
        _count -= count;
    }
}
