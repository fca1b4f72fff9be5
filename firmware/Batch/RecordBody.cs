// The kind-specific keys of alarms, events, tombstones and of the messages that are not stored. Vitals are
// BatchEncoder's.

using System;

namespace Pulsegate.Batch;

/// <summary>Writes the body of one record into a writer whose header is there. Allocates nothing.</summary>
public static class RecordBody
{
    /// <summary>Longest text that a body carries, in characters; a longer one is cut.</summary>
    public const int TextLengthMax = 96;

    /// <summary>Most counters in one message.</summary>
    public const int CounterCountMax = 64;

    /// <summary>An alarm that was raised or cleared.</summary>
    /// <param name="writer">Header written.</param>
    /// <param name="condition">Number of the condition in the alarm list.</param>
    /// <param name="vital">Vital index; -1 when it concerns none.</param>
    /// <param name="priority">Priority number.</param>
    /// <param name="isRaised">True when raised, false when cleared.</param>
    /// <param name="hasValue">False when there is no value ("no signal").</param>
    /// <param name="value">Value that decided, in the vital's unit.</param>
    /// <param name="hasLimit">False when the condition has no limit.</param>
    /// <param name="limit">Limit that was crossed, in the vital's unit.</param>
    public static void WriteAlarm(
        CborWriter writer, int condition, int vital, int priority, bool isRaised, bool hasValue, int value,
        bool hasLimit, int limit)
    {
        writer.Key(PayloadKey.AlarmCondition);
        writer.WriteInt(condition);
        if (vital >= 0)
        {
            writer.Key(PayloadKey.AlarmVital);
            writer.WriteInt(vital);
        }

        writer.Key(PayloadKey.AlarmPriority);
        writer.WriteInt(priority);
        writer.Key(PayloadKey.AlarmRaised);
        writer.WriteBool(isRaised);
        writer.Key(PayloadKey.AlarmValue);
        WriteIntOrNull(writer, hasValue, value);
        writer.Key(PayloadKey.AlarmLimit);
        WriteIntOrNull(writer, hasLimit, limit);
    }

    /// <summary>What was done about an alarm: after <see cref="WriteAlarm"/>, where it neither began nor
    /// ended.</summary>
    /// <param name="writer">Alarm written.</param>
    /// <param name="stage">Step in its life, from 2.</param>
    public static void WriteAlarmStage(CborWriter writer, int stage)
    {
        writer.Key(PayloadKey.AlarmStage);
        writer.WriteInt(stage);
    }

    /// <summary>The unit started.</summary>
    /// <param name="writer">Header written.</param>
    /// <param name="lastSealed">Last sequence sealed before this boot; 0 when there is none.</param>
    /// <param name="firmwareVersion">Version of the firmware.</param>
    /// <param name="note">Why it started, "wiped", and such; empty when there is nothing to say.</param>
    public static void WriteBoot(CborWriter writer, long lastSealed, string firmwareVersion, string note)
    {
        writer.Key(PayloadKey.EventCode);
        writer.WriteInt((int)EventCode.Boot);
        writer.Key(PayloadKey.EventLastSealed);
        writer.WriteInt(lastSealed);
        writer.Key(PayloadKey.EventFirmware);
        WriteText(writer, firmwareVersion);
        WriteNote(writer, note);
    }

    /// <summary>The unit stops in good order.</summary>
    /// <param name="writer">Header written.</param>
    /// <param name="lostReadings">Readings that could not be sealed.</param>
    /// <param name="lostAlarmChanges">Alarm changes that could not be sealed; 0 is not written.</param>
    /// <param name="note">Why; may be empty.</param>
    public static void WriteStop(CborWriter writer, int lostReadings, int lostAlarmChanges, string note)
    {
        writer.Key(PayloadKey.EventCode);
        writer.WriteInt((int)EventCode.Stop);
        WriteNote(writer, note);
        writer.Key(PayloadKey.EventLostReadings);
        writer.WriteInt(lostReadings);
        if (lostAlarmChanges > 0)
        {
            writer.Key(PayloadKey.EventLostAlarmChanges);
            writer.WriteInt(lostAlarmChanges);
        }
    }

    /// <summary>Readings and alarm changes that were produced and that the store would not take while RAM
    /// could hold them.</summary>
    /// <param name="writer">Header written.</param>
    /// <param name="readings">Readings lost.</param>
    /// <param name="alarmChanges">Alarm changes lost.</param>
    public static void WriteLoss(CborWriter writer, int readings, int alarmChanges)
    {
        writer.Key(PayloadKey.EventCode);
        writer.WriteInt((int)EventCode.Loss);
        writer.Key(PayloadKey.EventLostReadings);
        writer.WriteInt(readings);
        writer.Key(PayloadKey.EventLostAlarmChanges);
        writer.WriteInt(alarmChanges);
    }

    /// <summary>UTC became known: it was <paramref name="utcMs"/> when the monotonic clock of this boot read
    /// <paramref name="monotonicMs"/>.</summary>
    public static void WriteTimeAnchor(CborWriter writer, long monotonicMs, long utcMs)
    {
        writer.Key(PayloadKey.EventCode);
        writer.WriteInt((int)EventCode.TimeAnchor);
        writer.Key(PayloadKey.EventAnchorMonotonicMs);
        writer.WriteInt(monotonicMs);
        writer.Key(PayloadKey.EventAnchorUtcMs);
        writer.WriteInt(utcMs);
    }

    /// <summary>Something to say in words: about the store, or the answer to a command.</summary>
    public static void WriteNote(CborWriter writer, EventCode code, string note)
    {
        writer.Key(PayloadKey.EventCode);
        writer.WriteInt((int)code);
        WriteNote(writer, note);
    }

    /// <summary>What became of a command.</summary>
    /// <param name="writer">Header written.</param>
    /// <param name="number">The command's number.</param>
    /// <param name="note">What was done, or why not.</param>
    public static void WriteCommandAnswer(CborWriter writer, long number, string note)
    {
        WriteNote(writer, EventCode.CommandAnswer, note);
        writer.Key(PayloadKey.EventCommandNumber);
        writer.WriteInt(number);
    }

    /// <summary>A range of records is gone.</summary>
    /// <param name="writer">Header written.</param>
    /// <param name="first">First sequence of the range.</param>
    /// <param name="last">Last sequence of the range.</param>
    /// <param name="readings">Readings lost in it; -1 when not known.</param>
    /// <param name="reason">Why.</param>
    /// <param name="macBefore">8 bytes of the MAC before the range's first record; null when it cannot be
    /// read.</param>
    /// <param name="macLast">8 bytes of the MAC of its last record; null when it cannot be read.</param>
    public static void WriteTombstone(
        CborWriter writer, long first, long last, int readings, TombstoneReason reason, byte[] macBefore,
        byte[] macLast)
    {
        writer.Key(PayloadKey.TombstoneFirst);
        writer.WriteInt(first);
        writer.Key(PayloadKey.TombstoneLast);
        writer.WriteInt(last);
        if (readings >= 0)
        {
            writer.Key(PayloadKey.TombstoneReadings);
            writer.WriteInt(readings);
        }

        writer.Key(PayloadKey.TombstoneReason);
        writer.WriteInt((int)reason);
        if (macBefore != null)
        {
            writer.Key(PayloadKey.TombstoneMacBefore);
            writer.WriteBytes(macBefore, 0, RecordHeader.PreviousMacLength);
        }

        if (macLast != null)
        {
            writer.Key(PayloadKey.TombstoneMacLast);
            writer.WriteBytes(macLast, 0, RecordHeader.PreviousMacLength);
        }
    }

    /// <summary>Completes a summary or a tombstone that does not mean every sequence of its range.</summary>
    /// <param name="writer">Summary or tombstone written.</param>
    /// <param name="runs">Lengths of runs from the range's first sequence on: meant, not meant, meant, and so
    /// on.</param>
    /// <param name="count">How many there are; 1 for the whole range, which needs no word.</param>
    public static void WriteRuns(CborWriter writer, int[] runs, int count)
    {
        if (count > 1)
        {
            writer.Key(PayloadKey.TombstoneRuns);
            writer.WriteArrayHead(count);
            for (int i = 0; i < count; i++)
            {
                writer.WriteInt(runs[i]);
            }
        }
    }

    /// <summary>Completes a tombstone that gives up records of one kind.</summary>
    public static void WriteKind(CborWriter writer, RecordKind kind)
    {
        writer.Key(PayloadKey.TombstoneKind);
        writer.WriteInt((int)kind);
    }

    /// <summary>Begins the counters of a health message; so many calls of <see cref="WriteCounter"/> follow,
    /// in the order of the names' CBOR: shorter first, then by letter.</summary>
    public static void WriteCounters(CborWriter writer, int count)
    {
        if (count > CounterCountMax)
        {
            throw new ArgumentOutOfRangeException();
        }

        writer.Key(PayloadKey.Counters);
        writer.WriteMapHead(count);
    }

    /// <summary>One counter.</summary>
    public static void WriteCounter(CborWriter writer, string name, long value)
    {
        writer.WriteText(name);
        writer.WriteInt(value);
    }

    /// <summary>Birth (<paramref name="isOnline"/>), last will or clean stop, with the firmware
    /// version.</summary>
    public static void WriteStatus(CborWriter writer, bool isOnline, string firmwareVersion)
    {
        writer.Key(PayloadKey.EventFirmware);
        WriteText(writer, firmwareVersion);
        writer.Key(PayloadKey.IsOnline);
        writer.WriteBool(isOnline);
    }

    private static void WriteNote(CborWriter writer, string note)
    {
        if (note != null && note.Length > 0)
        {
            writer.Key(PayloadKey.EventNote);
            WriteText(writer, note);
        }
    }

    private static void WriteText(CborWriter writer, string text)
        => writer.WriteText(text.Length <= TextLengthMax ? text : text.Substring(0, TextLengthMax));

    private static void WriteIntOrNull(CborWriter writer, bool hasValue, int value)
    {
        if (hasValue)
        {
            writer.WriteInt(value);
        }
        else
        {
            writer.WriteNull();
        }
    }
}
