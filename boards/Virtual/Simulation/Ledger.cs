// The invariants, in one file. The ledger sees what goes into the unit's records (readings, alarm changes,
// what light and sound give away of their stages), each record as it is sealed, and what the backend has
// committed; it knows nothing of how the store works.
//
// After every step: the balance of readings; samples that were lost are flagged; no more is in RAM than a
// commit interval. After every store operation: a seal is a new sequence, each of its readings was produced,
// is unaltered and in no other record; what lies in flash was sealed, and what left it was committed or
// declared (FlashWatch); nothing is appended behind a bad tail (SimulatedStorage). At every acknowledgement:
// the same, and nothing is released that the backend has not accounted for. At every boot: boot counter and
// sequence go on, the first record names the last sealed one, the cursor that was saved still stands,
// everything sealed, not committed and not declared is still there. At the end: everything sealed is
// committed once or declared by a committed record, everything else was in RAM at a power cut or is declared
// by an event, the chain of MACs is whole, and the places of all readings add up.

using System.Diagnostics.CodeAnalysis;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Virtual.Simulation;

/// <summary>What is known of one sealed record.</summary>
/// <param name="Mac">Its MAC.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="ReadingCount">Readings in it, at full resolution.</param>
internal sealed record SealedRecord(byte[] Mac, RecordKind Kind, int ReadingCount)
{
    /// <summary>True once the backend has it.</summary>
    public bool IsCommitted { get; set; }

    /// <summary>True once a sealed summary or tombstone speaks for it.</summary>
    public bool IsDeclared { get; set; }

    /// <summary>True while that is a summary.</summary>
    public bool IsDecayed { get; set; }
}

/// <summary>Everything that was promised, and what became of it.</summary>
/// <param name="coverage">Counts what was met.</param>
internal sealed partial class Ledger(SimulationCoverage coverage)
{
    private readonly Dictionary<ulong, SortedDictionary<long, SealedRecord>> _sealed = [];
    private readonly Dictionary<(ulong Epoch, uint BootId), LedgerLife> _lives = [];
    private readonly List<VerifiedRecord> _unconfirmed = [];
    private readonly HashSet<string> _halfSaid = [];
    private readonly HashSet<ulong> _abandoned = [];
    private readonly List<LedgerLife> _all = [];
    private LedgerLife _life = new();
    private long _lastBeforeBoot;

    /// <summary>Last sequence sealed for certain in the present epoch.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Epoch of the present store.</summary>
    public ulong Epoch { get; private set; }

    /// <summary>True once bits were flipped at rest: then records may be unreadable, and have to be declared
    /// so.</summary>
    public bool IsDamaged { get; set; }

    /// <summary>The present life.</summary>
    public LedgerLife Life => _life;

    /// <summary>True when a record with that MAC was sealed in the present epoch, or may have been.</summary>
    public bool Knows(long sequence, byte[] mac)
        => (TryGet(sequence, out SealedRecord? record) && record.Mac.AsSpan().SequenceEqual(mac))
            || _halfSaid.Contains(Convert.ToHexString(mac));   // also when its sequence has been used again since: it may lie there

    /// <summary>True when the unit still has to answer for the record: sealed, not committed, not
    /// declared.</summary>
    public bool IsOwed(long sequence, byte[] mac)
        => TryGet(sequence, out SealedRecord? record) && record.Mac.AsSpan().SequenceEqual(mac)
            && !record.IsCommitted && !record.IsDeclared;

    /// <summary>The unit has power again.</summary>
    public void BeginLife()
    {
        _life = new LedgerLife();
        _all.Add(_life);
    }

    /// <summary>Everything in flash is gone, keys and identity with it: the unit was provisioned
    /// anew.</summary>
    public void NoteWiped()
    {
        _abandoned.Add(Epoch);
        _unconfirmed.Clear();
        Epoch = 0;
        LastSequence = 0;
    }

    /// <summary>Records were signed, and not sealed for certain: a failed append, or a cut in the middle of
    /// one.</summary>
    public void NoteUnconfirmed(IEnumerable<VerifiedRecord> records)
    {
        foreach (VerifiedRecord record in records)
        {
            _lives.TryAdd((record.Epoch, record.BootId), _life);
            _unconfirmed.Add(record);
            _halfSaid.Add(Convert.ToHexString(record.Mac));
        }
    }

    /// <summary>A record was sealed for certain.</summary>
    public void NoteSealed(VerifiedRecord record)
    {
        if (!_sealed.TryGetValue(record.Epoch, out SortedDictionary<long, SealedRecord>? records))
        {
            _sealed.Add(record.Epoch, records = []);
        }

        _unconfirmed.RemoveAll(other => other.Epoch == record.Epoch && other.Sequence == record.Sequence);
        bool isSummary = record.Summaries.Count > 0;   // of an earlier boot, perhaps
        if (!isSummary)
        {
            CheckFirst(record, LifeOf(record));
        }

        if (!records.TryAdd(
            record.Sequence, new SealedRecord(record.Mac, record.Kind, record.Readings.Count)))
        {
            throw new SimulationFailureException(
                $"sequence {record.Sequence} of epoch {record.Epoch:x} is used again");
        }

        LastSequence = Math.Max(LastSequence, record.Sequence);
        if (isSummary)
        {
            coverage.Add(record.Kind == RecordKind.Summary ? Met.Thinned : Met.ThinnedAgain);
            CheckOrder(record, records);
            CheckSum(record, records);
            Declare(record, records, isLoss: false);
            return;
        }

        LedgerLife life = LifeOf(record);
        life.LastSequence = Math.Max(life.LastSequence, record.Sequence);
        switch (record.Kind)
        {
            case RecordKind.Vitals:
                life.Seal(record);
                break;
            case RecordKind.Alarm when record.Fields.ContainsKey("stage"):
                life.SealStage(record);
                break;
            case RecordKind.Alarm:
                coverage.Add(Met.AlarmRaised, record.Fields["raised"] is true ? 1 : 0);
                life.SealAlarm(record);
                break;
            case RecordKind.Tombstone:
                bool isFull = (long)record.Fields["reason"]! == (long)TombstoneReason.Full;
                coverage.Add(isFull ? Met.FullFlash : Met.DamageDeclared);
                CheckOrder(record, records);
                Declare(record, records, isLoss: true);
                break;
            case RecordKind.Event when (long)record.Fields["event"]! is (long)EventCode.Loss
                or (long)EventCode.Stop:
                life.DeclaredReadings += Number(record, "lostReadings");
                life.DeclaredAlarms += Number(record, "lostAlarmChanges");
                break;
        }
    }

    /// <summary>The backend has committed a record: it is one that was sealed, byte for byte.</summary>
    public void NoteCommitted(VerifiedRecord record)
    {
        // Half said before an earlier power cut, unread at the starts since, and there after all.
        if (_unconfirmed.Find(other => other.Mac.AsSpan().SequenceEqual(record.Mac)) is { } late
            && late.BootId < _life.BootId)
        {
            NoteSealed(late);
        }

        if (!_sealed.TryGetValue(record.Epoch, out SortedDictionary<long, SealedRecord>? records)
            || !records.TryGetValue(record.Sequence, out SealedRecord? known))
        {
            throw new SimulationFailureException(
                $"the backend got record {record.Sequence}, which was never sealed");
        }

        if (!known.Mac.AsSpan().SequenceEqual(record.Mac))
        {
            throw new SimulationFailureException($"the backend got record {record.Sequence}, altered");
        }

        known.IsCommitted = true;
    }

    // What had been in RAM is declared by the first record of the next boot, which names the last sequence
    // before it. Room may have been made for it first, by tombstones and summaries.
    private void CheckFirst(VerifiedRecord record, LedgerLife life)
    {
        bool isFirst = life.LastSequence == 0 && record.Sequence > LastSequence;
        bool isBoot = record.Kind == RecordKind.Event
            && (long)record.Fields["event"]! == (long)EventCode.Boot;
        if (isFirst && record.Kind != RecordKind.Tombstone
            && !(isBoot && Number(record, "lastSealed") >= _lastBeforeBoot))
        {
            throw new SimulationFailureException(
                $"record {record.Sequence}, the first of boot {record.BootId}, does not name "
                    + $"{_lastBeforeBoot} as the last before it");
        }
    }

    private bool TryGet(long sequence, [NotNullWhen(true)] out SealedRecord? record)
    {
        record = null;
        return _sealed.TryGetValue(Epoch, out SortedDictionary<long, SealedRecord>? records)
            && records.TryGetValue(sequence, out record);
    }

    private static long Number(VerifiedRecord record, string name)
        => record.Fields.TryGetValue(name, out object? value) && value is long number ? number : 0;

    // Oldest first: what is given up is older than everything of its kind that stays.
    private void CheckOrder(VerifiedRecord tombstone, SortedDictionary<long, SealedRecord> records)
    {
        if (IsDamaged || (long)tombstone.Fields["reason"]! == (long)TombstoneReason.Unreadable)
        {
            return;
        }

        long first = (long)tombstone.Fields["first"]!;
        foreach ((long sequence, SealedRecord record) in records)
        {
            if (sequence >= first)
            {
                return;
            }

            if (record.Kind == RecordKind.Vitals && !record.IsCommitted && !record.IsDeclared)
            {
                throw new SimulationFailureException(
                    $"eviction order: tombstone {tombstone.Sequence} gives up {first} and later, and "
                        + $"{sequence} stays");
            }
        }
    }

    // A summary stands for exactly the readings of the records that it names.
    private static void CheckSum(VerifiedRecord summary, SortedDictionary<long, SealedRecord> records)
    {
        long readings = 0;
        foreach ((long first, long last) in summary.Declared)
        {
            for (long sequence = first; sequence <= last; sequence++)
            {
                readings += records.TryGetValue(sequence, out SealedRecord? record) ? record.ReadingCount : 0;
            }
        }

        long said = Number(summary, "readings");
        long inIntervals = summary.Summaries.Sum(interval => (long)interval.ReadingCount);
        if (said != readings || inIntervals != readings)
        {
            throw new SimulationFailureException(
                $"summary {summary.Sequence} says {said} readings and holds {inIntervals}, of records that "
                    + $"have {readings}");
        }
    }

    private static void Declare(
        VerifiedRecord declaration, SortedDictionary<long, SealedRecord> records, bool isLoss)
    {
        foreach ((long first, long last) in declaration.Declared)
        {
            for (long sequence = first; sequence <= last; sequence++)
            {
                if (records.TryGetValue(sequence, out SealedRecord? record))
                {
                    record.IsDeclared = true;
                    record.IsDecayed = !isLoss;
                }
            }
        }
    }

    private LedgerLife LifeOf(VerifiedRecord record)
    {
        if (_life.BootId == 0)
        {
            return _life;   // the boot's first records, sealed while the store opens
        }

        return _lives.TryGetValue((record.Epoch, record.BootId), out LedgerLife? life)
            ? life
            : throw new SimulationFailureException(
                $"record {record.Sequence} is of boot {record.BootId}, which never was");
    }
}
