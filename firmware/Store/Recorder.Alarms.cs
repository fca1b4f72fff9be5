// Alarm changes on their way into the store: none is dropped for a store that refuses for a while, and what
// finds no room is declared.

using Pulsegate.Alarms;
using Pulsegate.Batch;

namespace Pulsegate.Store;

public sealed partial class Recorder
{
    /// <summary>Alarm changes kept while the store refuses. A change that finds no room is counted and
    /// declared as lost.</summary>
    public const int PendingAlarmCountMax = 48;

    /// <summary>Alarm changes that are not sealed, and those given up that no record declares yet: what a
    /// power cut would take now.</summary>
    public int AlarmsInRam => _alarms.Count + _alarms.LostCount;

    /// <summary>Takes new alarm changes and seals every one that waits, oldest first.</summary>
    public void StoreAlarms(AlarmChanges changes, long nowMs)
    {
        _alarms.TakeFrom(changes);
        if (_alarms.Count == 0 || nowMs < _retryAtMs || !Open(nowMs))
        {
            return;
        }

        int storedCount = 0;
        while (storedCount < _alarms.Count && StoreAlarm(_alarms.At(storedCount), nowMs))
        {
            storedCount++;
        }

        _alarms.RemoveFirst(storedCount);
    }

    private bool StoreAlarm(AlarmChange change, long nowMs)
    {
        CborWriter writer = Begin(RecordKind.Alarm, change.MonotonicMs);
        if (writer == null)
        {
            _retryAtMs = nowMs + Gateway.StoreRetryMs;
            return false;
        }

        RecordBody.WriteAlarm(
            writer, change.Condition, AlarmRules.VitalOf(change.Condition),
            AlarmRules.PriorityOf(change.Condition),
            change.IsRaised, change.HasValue, change.Value, change.HasValue, change.Limit);
        if (change.Stage > (byte)AlarmStage.Raised)
        {
            RecordBody.WriteAlarmStage(writer, change.Stage);
        }

        return Commit(0, nowMs);
    }
}
