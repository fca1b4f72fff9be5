// The integer keys of every signed payload. The numbers are part of the wire format and never change;
// docs/wire-format.md says what each one holds.

namespace Pulsegate.Batch;

/// <summary>Keys of the payload's map.</summary>
public static class PayloadKey
{
    /// <summary>Value of <see cref="Schema"/> in this version.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Schema version of the payload.</summary>
    public const int Schema = 1;

    /// <summary>Device id, text.</summary>
    public const int Device = 2;

    /// <summary>Store epoch, unsigned 64 bits.</summary>
    public const int Epoch = 3;

    /// <summary>Sequence within the epoch, from 1.</summary>
    public const int Sequence = 4;

    /// <summary>Boot counter.</summary>
    public const int BootId = 5;

    /// <summary>Kind, by <see cref="RecordKind"/> number.</summary>
    public const int Kind = 6;

    /// <summary>Monotonic ms of the first sample, or of the record.</summary>
    public const int MonotonicMs = 7;

    /// <summary>Time quality, by <see cref="Pulsegate.Platform.TimeQuality"/> number.</summary>
    public const int TimeQuality = 8;

    /// <summary>UTC in ms at <see cref="MonotonicMs"/>; absent when unsynced.</summary>
    public const int UtcMs = 9;

    /// <summary>First 8 bytes of the previous record's MAC; zeros in the first record of an epoch.</summary>
    public const int PreviousMac = 10;

    /// <summary>Vitals, live: readings in the batch.</summary>
    public const int ReadingCount = 11;

    /// <summary>Vitals, live: ms from reading to reading; absent when 1 000.</summary>
    public const int StepMs = 12;

    /// <summary>Vitals, live: one column of values a vital.</summary>
    public const int Columns = 13;

    /// <summary>Vitals, live: one status, or runs of statuses, a vital.</summary>
    public const int Statuses = 14;

    /// <summary>Vitals, live: runs of readings after lost samples; absent when there are none.</summary>
    public const int Discontinuities = 15;

    /// <summary>Vitals, live: column of each reading's ms off the even step; absent when all are on
    /// it.</summary>
    public const int TimeOffsets = 16;

    /// <summary>Alarm: condition, by number of the alarm list.</summary>
    public const int AlarmCondition = 20;

    /// <summary>Alarm: vital index; absent when it concerns none.</summary>
    public const int AlarmVital = 21;

    /// <summary>Alarm: priority.</summary>
    public const int AlarmPriority = 22;

    /// <summary>Alarm: true when raised, false when cleared.</summary>
    public const int AlarmRaised = 23;

    /// <summary>Alarm: value that decided, or null.</summary>
    public const int AlarmValue = 24;

    /// <summary>Alarm: limit that was crossed, or null.</summary>
    public const int AlarmLimit = 25;

    /// <summary>Alarm: what was done about it, where it neither began nor ended; absent else.</summary>
    public const int AlarmStage = 26;

    /// <summary>Event: what happened, by <see cref="EventCode"/> number.</summary>
    public const int EventCode = 30;

    /// <summary>Event boot: last sequence that was sealed before this boot.</summary>
    public const int EventLastSealed = 31;

    /// <summary>Event boot: firmware version, text.</summary>
    public const int EventFirmware = 32;

    /// <summary>Event: a note, text.</summary>
    public const int EventNote = 33;

    /// <summary>Event time anchor: monotonic ms.</summary>
    public const int EventAnchorMonotonicMs = 34;

    /// <summary>Event time anchor: UTC in ms at that moment.</summary>
    public const int EventAnchorUtcMs = 35;

    /// <summary>Event: readings that were produced and never sealed, where the unit knows.</summary>
    public const int EventLostReadings = 36;

    /// <summary>Event stop, loss: alarm changes that were decided and never sealed.</summary>
    public const int EventLostAlarmChanges = 37;

    /// <summary>Event answer to a command: the command's number.</summary>
    public const int EventCommandNumber = 38;

    /// <summary>Tombstone: first sequence of the range.</summary>
    public const int TombstoneFirst = 40;

    /// <summary>Tombstone: last sequence of the range.</summary>
    public const int TombstoneLast = 41;

    /// <summary>Tombstone: readings lost in the range; absent when not known.</summary>
    public const int TombstoneReadings = 42;

    /// <summary>Tombstone: why, by <see cref="TombstoneReason"/> number.</summary>
    public const int TombstoneReason = 43;

    /// <summary>Tombstone: first 8 bytes of the MAC before the range's first record.</summary>
    public const int TombstoneMacBefore = 44;

    /// <summary>Tombstone: first 8 bytes of the MAC of the range's last record; absent when it cannot be
    /// read.</summary>
    public const int TombstoneMacLast = 45;

    /// <summary>Summary, tombstone: which sequences of the range are meant, as lengths of runs: meant, not
    /// meant, meant, and so on; absent when all are.</summary>
    public const int TombstoneRuns = 46;

    /// <summary>Tombstone: kind of the records given up, which are all of that kind up to the range's end;
    /// absent when it is not one kind.</summary>
    public const int TombstoneKind = 47;

    /// <summary>Health, status: counters, a map from text to integer.</summary>
    public const int Counters = 60;

    /// <summary>Status: true for birth, false for the last will and a clean stop.</summary>
    public const int IsOnline = 61;

    /// <summary>Acknowledgement: everything up to this sequence is committed.</summary>
    public const int AckCumulative = 80;

    /// <summary>Acknowledgement: first and last of each committed range above it, in one array; absent when
    /// there are none.</summary>
    public const int AckRanges = 81;

    /// <summary>Acknowledgement: backfill batches that the backend takes now; absent when it does not
    /// say.</summary>
    public const int AckCredits = 82;

    /// <summary>Acknowledgement, command: the backend's UTC in ms.</summary>
    public const int AckUtcMs = 83;

    /// <summary>Command: its number, which rises from command to command.</summary>
    public const int CommandNumber = 90;

    /// <summary>Command: what to do, by number of the command list.</summary>
    public const int CommandCode = 91;

    /// <summary>Command: alarm condition.</summary>
    public const int CommandCondition = 92;

    /// <summary>Command: limit, or seconds, or key version, or days since 1970.</summary>
    public const int CommandValue = 93;

    /// <summary>Command: alarm delay in seconds.</summary>
    public const int CommandDelaySeconds = 94;

    /// <summary>Command: wrapped keys, or certificates, as bytes.</summary>
    public const int CommandContent = 95;
}
