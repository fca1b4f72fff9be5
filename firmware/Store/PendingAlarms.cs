// Alarm changes between their decision and their seal: they wait here while the store refuses.

using Pulsegate.Alarms;
using Pulsegate.Diagnostics;

namespace Pulsegate.Store;

/// <summary>A short queue, oldest first. A change that finds no room is counted until a record declares it
/// lost. Allocates nothing after construction.</summary>
internal sealed class PendingAlarms
{
    private readonly AlarmChange[] _changes = new AlarmChange[Recorder.PendingAlarmCountMax];
    private readonly AlarmChange _dropped = new AlarmChange();
    private readonly Counters _counters;
    private int _pushedOutCount;   // of the engine's own count, what has been taken over
    private int _count;
    private int _lostCount;

    /// <summary>An empty queue.</summary>
    public PendingAlarms(Counters counters)
    {
        _counters = counters;
        for (int i = 0; i < _changes.Length; i++)
        {
            _changes[i] = new AlarmChange();
        }
    }

    /// <summary>Changes that wait.</summary>
    public int Count => _count;

    /// <summary>Changes given up that no record has declared yet.</summary>
    public int LostCount => _lostCount;

    /// <summary>A change that waits; 0 is the oldest.</summary>
    public AlarmChange At(int index) => _changes[index];

    /// <summary>Takes all new changes from the engine, and what it had to push out itself.</summary>
    public void TakeFrom(AlarmChanges changes)
    {
        while (changes.TryTake(_count < _changes.Length ? _changes[_count] : _dropped))
        {
            _counters.Add(Counter.AlarmChanges, 1);
            if (_count < _changes.Length)
            {
                _count++;
            }
            else
            {
                Lose(1);
            }
        }

        if (changes.LostCount != _pushedOutCount)
        {
            Lose(changes.LostCount - _pushedOutCount);
            _pushedOutCount = changes.LostCount;
        }
    }

    /// <summary>Removes the oldest.</summary>
    public void RemoveFirst(int count)
    {
        // The objects are reused, so those removed change places with those that wait.
        for (int i = count; count > 0 && i < _count; i++)
        {
            AlarmChange removed = _changes[i - count];
            _changes[i - count] = _changes[i];
            _changes[i] = removed;
        }

        _count -= count;
    }

    /// <summary>A record has declared what was lost.</summary>
    public void ForgetLost() => _lostCount = 0;

    private void Lose(int count)
    {
        _lostCount += count;
        _counters.Add(Counter.LostAlarmChanges, count);
    }
}
