// What one life of the unit, from power to power cut, has produced: every reading and every alarm change, and
// where each went.

using Pulsegate.Alarms;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Simulation;

/// <summary>One boot's readings and alarm changes.</summary>
internal sealed class LedgerLife
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<long, int> _indexBySecond = [];
    private readonly Dictionary<(long Ms, int Condition, bool IsRaised), long> _alarms = [];
    private readonly List<(long Ms, AlarmStage Stage)> _stages = [];   // that no sealed record holds
    private readonly Dictionary<long, int> _presses = [];

    /// <summary>Epoch of its store; 0 until the store was open.</summary>
    public ulong Epoch { get; set; }

    /// <summary>Boot counter; 0 until the store was open.</summary>
    public uint BootId { get; set; }

    /// <summary>Last sequence sealed in it for certain.</summary>
    public long LastSequence { get; set; }

    /// <summary>Readings and alarm changes that its loss events have declared.</summary>
    public long DeclaredReadings { get; set; }

    /// <summary>See <see cref="DeclaredReadings"/>.</summary>
    public long DeclaredAlarms { get; set; }

    /// <summary>Readings in RAM, or given up by RAM and not declared yet, when it ended.</summary>
    public long LostAtEnd { get; set; }

    /// <summary>Alarm changes in RAM, or given up by RAM and not declared yet, when it ended.</summary>
    public long LostAlarmsAtEnd { get; set; }

    /// <summary>True when a step was cut at its end, and nobody knows what was in RAM.</summary>
    public bool MayLoseAlarms { get; set; }

    /// <summary>Readings produced.</summary>
    public int ReadingCount => _entries.Count;

    /// <summary>Readings that no sealed record holds.</summary>
    public int UnsealedCount { get; private set; }

    /// <summary>Alarm changes that no sealed record holds.</summary>
    public int UnsealedAlarmCount { get; private set; }

    /// <summary>A reading was produced.</summary>
    public void Add(Reading reading, bool mustBeFlagged)
    {
        if (reading.AfterDiscontinuity != mustBeFlagged)
        {
            throw new SimulationFailureException(
                $"reading at {reading.MonotonicMs} ms: samples were {(mustBeFlagged ? "" : "not ")}lost "
                    + $"before it, and it says "
                + "otherwise");
        }

        var hash = new HashCode();
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            hash.Add(reading.Statuses[vital]);
            hash.Add(reading.IsFresh(vital) ? reading.Values[vital] : -1);
        }

        if (!_indexBySecond.TryAdd(reading.MonotonicMs, _entries.Count))
        {
            throw new SimulationFailureException($"two readings for the second {reading.MonotonicMs} ms");
        }

        _entries.Add(new Entry { Hash = hash.ToHashCode(), IsFlagged = mustBeFlagged });
        UnsealedCount++;
    }

    /// <summary>An alarm began or ended.</summary>
    public void AddAlarm(long monotonicMs, int condition, bool isRaised)
    {
        _alarms.TryAdd((monotonicMs, condition, isRaised), 0);
        UnsealedAlarmCount++;
    }

    /// <summary>Somebody pressed buttons.</summary>
    public void AddPress(long monotonicMs, int buttons) => _presses.TryAdd(monotonicMs, buttons);

    /// <summary>Light and sound have shown that something was decided about an alarm.</summary>
    public void AddStage(long monotonicMs, AlarmStage stage)
    {
        _stages.Add((monotonicMs, stage));
        UnsealedAlarmCount++;
    }

    /// <summary>A record of vitals was sealed: each of its readings is one of this life, unaltered, and in no
    /// other record.</summary>
    public void Seal(VerifiedRecord record)
    {
        bool isFlagged = false;
        foreach (DecodedReading reading in record.Readings)
        {
            string what = $"record {record.Sequence}: reading at {reading.MonotonicMs} ms";
            if (!_indexBySecond.TryGetValue(reading.MonotonicMs, out int index))
            {
                throw new SimulationFailureException($"{what} was never produced");
            }

            Entry entry = _entries[index];
            if (entry.Sequence != 0)
            {
                throw new SimulationFailureException($"{what} is in record {entry.Sequence} already");
            }

            var hash = new HashCode();
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                hash.Add(reading.Statuses[vital]);
                hash.Add(reading.Values[vital] ?? -1);
            }

            if (hash.ToHashCode() != entry.Hash)
            {
                throw new SimulationFailureException($"{what} is not what was produced");
            }

            entry.Sequence = record.Sequence;
            _entries[index] = entry;
            isFlagged |= entry.IsFlagged;
            UnsealedCount--;
        }

        if (record.HasDiscontinuity != isFlagged)
        {
            throw new SimulationFailureException(
                $"record {record.Sequence}: samples were {(isFlagged ? "" : "not ")}lost, and it says "
                    + $"otherwise");
        }
    }

    /// <summary>An alarm record was sealed.</summary>
    public void SealAlarm(VerifiedRecord record)
    {
        var key =
            (record.MonotonicMs, (int)(long)record.Fields["condition"]!, (bool)record.Fields["raised"]!);
        if (!_alarms.TryGetValue(key, out long sequence) || sequence != 0)
        {
            throw new SimulationFailureException(
                $"record {record.Sequence}: alarm change {key} was "
                    + $"{(sequence == 0 ? "never decided" : "sealed before")}");
        }

        _alarms[key] = record.Sequence;
        UnsealedAlarmCount--;
    }

    /// <summary>A record about an alarm that neither began nor ended was sealed. Nothing is answered that
    /// nobody has answered; what the bed could not see may be there as well.</summary>
    public void SealStage(VerifiedRecord record)
    {
        var stage = (AlarmStage)(long)record.Fields["stage"]!;
        int button = stage switch
        {
            AlarmStage.Acknowledged => Button.Acknowledge,
            AlarmStage.AudioPaused => Button.Silence,
            _ => 0,
        };
        if (button != 0 && (_presses.GetValueOrDefault(record.MonotonicMs) & button) == 0)
        {
            throw new SimulationFailureException(
                $"record {record.Sequence}: {stage} at {record.MonotonicMs} ms, and nobody pressed");
        }

        UnsealedAlarmCount -= _stages.Remove((record.MonotonicMs, stage)) ? 1 : 0;
    }

    private struct Entry
    {
        public long Sequence;
        public int Hash;
        public bool IsFlagged;
    }
}
