// What the uplink sends, and in which order. Three cursors walk the store: newest records, alarms of the
// backlog, the backlog. A record that a cursor has passed is released, in flight, or has moved a cursor back
// below itself (see PutBack).

using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Store;

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    /// <summary>Time until an unacknowledged live record or alarm is sent again, in ms; doubles with each
    /// attempt.</summary>
    public const int AckTimeoutMs = 10 * 1000;

    /// <summary>Longest such time, in ms.</summary>
    public const int AckTimeoutMsMax = 60 * 1000;

    /// <summary>Attempts after which an unacknowledged live record or alarm becomes part of the backlog, so
    /// that a record that the backend never takes cannot keep its place for ever.</summary>
    public const int AttemptCountMax = 5;

    /// <summary>Records that count as newest when a connection begins; those sealed later always
    /// do.</summary>
    public const int LiveAtConnectCount = 2;

    private const int LivePerStepMax = InFlight.CountMax;
    private const int ScanPerStepMax = 16;   // records read in search of alarms; the rest in the next step

    private readonly string _vitalsTopic;
    private readonly string _alarmTopic;
    private readonly string _eventTopic;
    private long _liveCursor;        // newest records: everything above it is to be sent at once
    private long _alarmCursor;       // alarms up to here have been found
    private int _lastToken;
    private long _sent;
    private long _resent;

    /// <summary>Stored records handed to the link since boot, repeats included.</summary>
    public long Sent => _sent;

    /// <summary>Stored records since boot that were sent and, without an acknowledgement in time or before
    /// the connection ended, had to be sent again.</summary>
    public long Resent => _resent;

    private void BeginSending(long nowMs)
    {
        long last = _store.LastSequence;
        _liveCursor = last > LiveAtConnectCount ? last - LiveAtConnectCount : 0;
        _backfillCursor = 0;
        _mustRewind = false;
        _creditCount = 0;
        _nextUncreditedMs = nowMs;
        _nextPassMs = nowMs + BackfillPassMs;
        _setAside.Clear();
        BeginOffering();
    }

    private void Send(long nowMs)
    {
        BeginSigning();
        SendBirth(nowMs);
        SendNewest(nowMs);
        SendAlarmsOfBacklog(nowMs);
        SendUnansweredAgain(nowMs);
        SendBacklog(nowMs);
        SendHealthAndLive(nowMs);
    }

    private void SendNewest(long nowMs)
    {
        for (int i = 0; i < LivePerStepMax; i++)
        {
            long before = _liveCursor;
            long last = _store.LastSequence;
            if (last <= before)
            {
                return;
            }

            long next = last;
            if (_store.TryReadNext(before, _record))
            {
                SendClass sendClass = _record.Kind == RecordKind.Alarm ? SendClass.Alarm : SendClass.Live;
                if (IsToBeSent(_record.Sequence) && !TrySendNew(sendClass, SendClass.Alarm, nowMs))
                {
                    return;
                }

                next = _record.Sequence;
            }

            _liveCursor = next;
            _alarmCursor = _alarmCursor == before ? next : _alarmCursor;
            _backfillCursor = _backfillCursor == before ? next : _backfillCursor;
        }
    }

    private void SendAlarmsOfBacklog(long nowMs)
    {
        for (int i = 0; i < ScanPerStepMax && _alarmCursor < _liveCursor; i++)
        {
            if (!_store.TryReadNext(_alarmCursor, _record) || _record.Sequence > _liveCursor)
            {
                _alarmCursor = _liveCursor;
                return;
            }

            if (_record.Kind == RecordKind.Alarm && IsToBeSent(_record.Sequence)
                && !TrySendNew(SendClass.Alarm, SendClass.Live, nowMs))
            {
                return;
            }

            _alarmCursor = _record.Sequence;
        }
    }

    private void SendUnansweredAgain(long nowMs)
    {
        for (int slot = 0; slot < InFlight.CountMax; slot++)
        {
            SendClass sendClass = _inFlight.Class[slot];
            if (sendClass == SendClass.None || nowMs - _inFlight.SentMs[slot] < TimeoutMs(slot))
            {
                continue;
            }

            if (sendClass == SendClass.Backfill || _inFlight.AttemptCount[slot] >= AttemptCountMax)
            {
                // Not before the cursor has been through the rest: a record that is never taken must not
                // block it.
                _inFlight.Remove(slot);
                _mustRewind = true;
                _resent++;
            }
            else if (!_store.TryRead(_inFlight.Sequence[slot], _record))
            {
                _inFlight.Remove(slot);   // decayed or dropped meanwhile: its tombstone speaks for it
            }
            else if (TryPublishRecord(nowMs))
            {
                _inFlight.SentMs[slot] = nowMs;
                _inFlight.AttemptCount[slot]++;
                _inFlight.Token[slot] = _lastToken;
                _resent++;
            }
            else if (_setAside.Contains(_inFlight.Sequence[slot]))
            {
                _inFlight.Remove(slot);
            }
        }
    }

    private int TimeoutMs(int slot)
    {
        int timeoutMs = AckTimeoutMs;
        for (int i = 1; i < _inFlight.AttemptCount[slot] && timeoutMs < AckTimeoutMsMax; i++)
        {
            timeoutMs *= 2;
        }

        return timeoutMs < AckTimeoutMsMax ? timeoutMs : AckTimeoutMsMax;
    }

    // Sends _record into a free slot, or into that of the least record up to a class, which is put back.
    private bool TrySendNew(SendClass sendClass, SendClass highestReplaced, long nowMs)
    {
        int slot = _inFlight.FindFree();
        bool isReplacing = slot < 0;
        if (isReplacing)
        {
            slot = _inFlight.FindLeast(highestReplaced);
        }

        if (slot < 0 || !TryPublishRecord(nowMs))
        {
            return slot >= 0 && _setAside.Contains(_record.Sequence);   // passed over counts as done with
        }

        if (isReplacing)
        {
            PutBack(slot);
        }

        _inFlight.Add(slot, _record.Sequence, sendClass, _lastToken, nowMs);
        return true;
    }

    // Frees a slot through no fault of its record, which is sent again in its turn.
    private void PutBack(int slot)
    {
        long below = _inFlight.Sequence[slot] - 1;
        if (_inFlight.Class[slot] == SendClass.Alarm && below < _alarmCursor)
        {
            _alarmCursor = below;
        }

        _mustRewind = true;
        _inFlight.Remove(slot);
        _resent++;
    }

    private void PutBackAll()
    {
        for (int slot = 0; slot < InFlight.CountMax; slot++)
        {
            if (_inFlight.Class[slot] != SendClass.None)
            {
                PutBack(slot);
            }
        }
    }

    private bool TryPublishRecord(long nowMs)
    {
        string topic = _eventTopic;   // Event, Tombstone
        if (_record.Kind == RecordKind.Alarm)
        {
            topic = _alarmTopic;
        }
        else if (_record.Kind == RecordKind.Vitals || _record.Kind == RecordKind.Summary
            || _record.Kind == RecordKind.CoarseSummary)
        {
            topic = _vitalsTopic;
        }

        byte[] text = TextOfRecord();
        if (text == null)
        {
            return false;
        }

        bool isTaken = TryPublish(topic, text, 1, false, nowMs);
        EndSigning(isTaken);
        if (isTaken)
        {
            _sent++;
            return true;
        }

        NoteNotTaken(_record.Sequence);
        return false;
    }

    private bool TryPublish(string topic, byte[] payload, int qualityOfService, bool retain, long nowMs)
    {
        int token = _link.TryPublish(topic, payload, qualityOfService, retain);
        if (token == 0)
        {
            return false;   // full or just gone: the next step sees which
        }

        _lastToken = token;
        if (qualityOfService > 0)
        {
            _pubackSinceMs = _pubackDueCount == 0 ? nowMs : _pubackSinceMs;
            _pubackDueCount++;
        }

        return true;
    }
}
