// Alarm changes between their decision and their seal: they wait here while the store refuses.

using Pulsegate.Alarms;
using Pulsegate.Diagnostics;

namespace Pulsegate.Store;

/// <summary>A short queue, oldest first. A change that finds no room is counted until a record declares it
/// lost. Allocates nothing after construction.</summary>
internal sealed class PendingAlarms
{
    private readonly AlarmChanges _ring = new AlarmChanges(Recorder.PendingAlarmCountMax);
    private readonly AlarmChange _change = new AlarmChange();   // the one on its way in or out
    private readonly Counters _counters;
    private int _pushedOutCount;   // of the engine's own count, what has been taken over
    private int _lostCount;

    /// <summary>An empty queue.</summary>
    public PendingAlarms(Counters counters)
    {
        _counters = counters;
    }

    /// <summary>Changes that wait.</summary>
    public int Count => _ring.Count;

    /// <summary>Changes given up that no record has declared yet.</summary>
    public int LostCount => _lostCount;

    /// <summary>A change that waits; 0 is the oldest. A copy, which the next call of any member may
    /// change.</summary>
    public AlarmChange At(int index)
    {
        _ring.Get(index, _change);
        return _change;
    }

    /// <summary>Takes all new changes from the engine, and what it had to push out itself.</summary>
    public void TakeFrom(AlarmChanges changes)
    {
        while (changes.TryTake(_change))
        {
            _counters.Add(Counter.AlarmChanges, 1);
            if (_ring.Count == Recorder.PendingAlarmCountMax)
            {
                Lose(1);
            }
            else
            {
                _ring.Push(
                    _change.Condition, _change.Stage, _change.IsRaised, _change.MonotonicMs, _change.HasValue,
                    _change.Value, _change.Limit);
            }
        }

        if (changes.LostCount != _pushedOutCount)
        {
            Lose(changes.LostCount - _pushedOutCount);
            _pushedOutCount = changes.LostCount;
        }
    }

    /// <summary>Removes the oldest.</summary>
    public void RemoveFirst(int count) => _ring.RemoveFirst(count);

    /// <summary>A record has declared what was lost.</summary>
    public void ForgetLost() => _lostCount = 0;

    private void Lose(int count)
    {
        _lostCount += count;
        _counters.Add(Counter.LostAlarmChanges, count);
    }
}
