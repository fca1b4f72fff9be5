// What the acquisition loop puts into the store: boot and stop, time anchors, alarms, batches of vitals, and
// the declaration of what was lost. One place where header, body and commit come together.

using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Diagnostics;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>Writes records. Every member may block for the flash; none throws. Owned by the acquisition
/// loop.</summary>
public sealed class Recorder
{
    /// <summary>Version of this firmware, as boot records and health messages say it.</summary>
    public const string FirmwareVersion = "0.1.0";

    /// <summary>Alarm changes kept while the store refuses. A change that finds no room is counted and
    /// declared as lost.</summary>
    public const int PendingAlarmCountMax = 48;

    /// <summary>The store counts as full for so long after it has thinned or given up vitals,
    /// ms.</summary>
    public const int StoreFullMs = 60 * 60 * 1000;

    private readonly SegmentStore _store;
    private readonly IClock _clock;
    private readonly Counters _counters;
    private readonly uint _epochUpper;
    private readonly PendingAlarms _alarms;
    private int _lostReadings;
    private long _givenUpReadings;
    private long _fullUntilMs;
    private long _retryAtMs;
    private long _openAtMs;
    private bool _isOpen;
    private bool _isAnchored;
    private bool _hasRefused;
    private bool _isRefused;
    private bool _isStoreFull;

    /// <summary>A recorder into a store.</summary>
    public Recorder(SegmentStore store, IClock clock, Counters counters, uint epochUpper)
    {
        _store = store;
        _clock = clock;
        _counters = counters;
        _epochUpper = epochUpper;
        _alarms = new PendingAlarms(counters);
    }

    /// <summary>Working memory for the batches that <see cref="StoreVitals"/> seals.</summary>
    public ColumnWriter Columns => _store.Columns;

    /// <summary>True once the store is open and the boot record is sealed.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>True while flash holds no more: it has thinned or given up vitals lately.</summary>
    public bool IsStoreFull => _isStoreFull;

    /// <summary>False while nothing can be stored: the store does not open, or it refused last.</summary>
    public bool IsWorking => _isOpen && !_isRefused;

    /// <summary>Alarm changes that are not sealed, and those given up that no record declares yet: what a
    /// power cut would take now.</summary>
    public int AlarmsInRam => _alarms.Count + _alarms.LostCount;

    /// <summary>Opens the store and seals the boot record, which names the last sequence sealed before: what
    /// had been in RAM is thereby declared. May be called again when it failed.</summary>
    public bool Open(long nowMs)
    {
        if (_isOpen || nowMs < _openAtMs)
        {
            return _isOpen;
        }

        _openAtMs = nowMs + Gateway.StoreRetryMs;
        bool isReady = _store.Condition == StoreCondition.Open || _store.TryOpen(_epochUpper);
        CborWriter writer = isReady ? Begin(RecordKind.Event, nowMs) : null;
        if (writer != null)
        {
            RecordBody.WriteBoot(
                writer, _store.LastSealedBeforeBoot, FirmwareVersion,
                _store.WasWiped ? "new or wiped store" : "");
            _isOpen = Commit(0, nowMs);
        }

        if (_isOpen)
        {
            Anchor(nowMs);
        }

        return _isOpen;
    }

    /// <summary>The next attempts to write are made at once: the unit stops, and there is no later.</summary>
    public void ForgetRetry()
    {
        _retryAtMs = 0;
        _openAtMs = 0;
    }

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

    /// <summary>Seals all readings of a batch, in as many records as it takes, and removes them from
    /// it.</summary>
    /// <returns>False when something is left: the store refused, and the batch keeps it.</returns>
    public bool StoreVitals(BatchEncoder batch, long nowMs)
    {
        bool isStored = TryStoreVitals(batch, nowMs);
        long givenUp = _store.DecayedReadings + _store.DroppedReadings;
        if (givenUp > _givenUpReadings)
        {
            _fullUntilMs = nowMs + StoreFullMs;
        }

        _givenUpReadings = givenUp;
        _isStoreFull = nowMs < _fullUntilMs;
        return isStored;
    }

    /// <summary>Lets the store make room before it is needed: to be called once a second.</summary>
    /// <returns>True while there is more to do.</returns>
    public bool ThinAhead() => IsWorking && _store.ThinAhead();

    /// <summary>Readings that RAM could not hold any longer are counted here, and declared by a record as
    /// soon as the store takes one.</summary>
    public void DeclareLost(int readings)
    {
        _lostReadings += readings;
        _counters.Add(Counter.LostReadings, readings);
    }

    /// <summary>Seals what became of a command.</summary>
    /// <returns>False when the store refused: try again later.</returns>
    public bool StoreAnswer(long number, string note, long nowMs)
        => StoreText(EventCode.CommandAnswer, note, number, nowMs);

    /// <summary>Seals something to say in words.</summary>
    /// <returns>False when the store refused.</returns>
    public bool StoreNote(EventCode code, string note, long nowMs) => StoreText(code, note, 0, nowMs);

    /// <summary>Seals the stop record, which declares what could not be sealed (alarm changes that wait
    /// included), and writes the acknowledged cursor.</summary>
    /// <param name="readingsLeft">Readings in RAM that could not be sealed.</param>
    /// <param name="nowMs">Now, monotonic ms.</param>
    public void Close(int readingsLeft, long nowMs)
    {
        if (Open(nowMs))
        {
            CborWriter writer = Begin(RecordKind.Event, nowMs);
            if (writer != null)
            {
                RecordBody.WriteStop(writer, readingsLeft + _lostReadings, AlarmsInRam, "");
                if (Commit(0, nowMs))
                {
                    _lostReadings = 0;
                    _alarms.RemoveFirst(_alarms.Count);
                    _alarms.ForgetLost();
                }
            }

            _store.TryFlush();
        }
    }

    private bool TryStoreVitals(BatchEncoder batch, long nowMs)
    {
        if (!Open(nowMs))
        {
            return false;
        }

        Anchor(nowMs);
        while (batch.Count > 0)
        {
            // A minute of vitals is far below the longest payload; halving is for the noisy signal that is
            // not.
            int count = batch.Count;
            while (!TryStoreReadings(batch, count, nowMs))
            {
                if (_hasRefused || count == 1)
                {
                    return false;
                }

                count /= 2;
            }

            batch.RemoveFirst(count);
        }

        return DeclareLosses(nowMs);
    }

    private bool TryStoreReadings(BatchEncoder batch, int count, long nowMs)
    {
        CborWriter writer = Begin(RecordKind.Vitals, batch.FirstMonotonicMs);
        _hasRefused = writer == null;
        if (_hasRefused || !batch.Encode(writer, count))
        {
            return false;
        }

        bool isStored = Commit(count, nowMs);
        _hasRefused = !isStored;
        return isStored;
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

    private bool DeclareLosses(long nowMs)
    {
        if (_lostReadings == 0 && _alarms.LostCount == 0)
        {
            return true;
        }

        CborWriter writer = Begin(RecordKind.Event, nowMs);
        if (writer == null)
        {
            return false;
        }

        RecordBody.WriteLoss(writer, _lostReadings, _alarms.LostCount);
        if (!Commit(0, nowMs))
        {
            return false;
        }

        _lostReadings = 0;
        _alarms.ForgetLost();
        return true;
    }

    // Once UTC is known in a boot, one record ties the monotonic clock to it: earlier readings get their time
    // from there.
    private void Anchor(long nowMs)
    {
        if (_isAnchored || _clock.Quality != TimeQuality.Synced)
        {
            return;
        }

        CborWriter writer = Begin(RecordKind.Event, nowMs);
        if (writer != null)
        {
            RecordBody.WriteTimeAnchor(writer, nowMs, UtcAt(nowMs));
            _isAnchored = Commit(0, nowMs);
        }
    }

    private bool StoreText(EventCode code, string note, long commandNumber, long nowMs)
    {
        CborWriter writer = nowMs >= _retryAtMs && Open(nowMs) ? Begin(RecordKind.Event, nowMs) : null;
        if (writer == null)
        {
            return false;
        }

        if (code == EventCode.CommandAnswer)
        {
            RecordBody.WriteCommandAnswer(writer, commandNumber, note);
        }
        else
        {
            RecordBody.WriteNote(writer, code, note);
        }

        return Commit(0, nowMs);
    }

    private CborWriter Begin(RecordKind kind, long monotonicMs)
    {
        CborWriter writer = _store.Begin(
            kind, _store.BootId, monotonicMs, _clock.Quality, UtcAt(monotonicMs));
        _isRefused = writer == null;
        return writer;
    }

    private long UtcAt(long monotonicMs) => _clock.UtcMs - (_clock.MonotonicMs - monotonicMs);

    private bool Commit(int readingCount, long nowMs)
    {
        if (_store.TryCommit(readingCount))
        {
            _counters.Add(Counter.Sealed, 1);
            return true;
        }

        _isRefused = true;
        _counters.Add(Counter.StoreFaults, 1);
        _retryAtMs = nowMs + Gateway.StoreRetryMs;
        return false;
    }
}
