// Goal: what a store may never do, in one file. Method: the ledger remembers what was promised (every record
// an append returned for, what was released, what a tombstone or a summary declared); it holds against a
// store that has just started, wherever the power went.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Store;
using Pulsegate.Tests.Store;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Tests.PowerLoss;

/// <summary>One record that was read: its MAC stands for all of it, since the store has checked it over the
/// payload.</summary>
internal sealed record LedgerRecord(
    long Sequence, RecordKind Kind, int Readings, string Mac, IReadOnlyList<(long First, long Last)> Ranges,
    long Declared)
{
    /// <summary>True when the record speaks for a sequence.</summary>
    public bool Declares(long sequence)
        => Ranges.Any(range => range.First <= sequence && sequence <= range.Last);
}

/// <summary>What was promised, and the invariants.</summary>
internal sealed class StoreLedger
{
    private const int RecoveryBytesMax = 8 * 1024;
    private const int RecoveryCallsMax = 150;
    private readonly StoredRecord _record = new();
    private readonly Dictionary<long, LedgerRecord> _promised;
    private readonly HashSet<long> _released;

    public StoreLedger()
    {
        _promised = [];
        _released = [];
    }

    /// <summary>A ledger that goes its own way from here.</summary>
    public StoreLedger(StoreLedger other)
    {
        _promised = new Dictionary<long, LedgerRecord>(other._promised);
        _released = [.. other._released];
        ReadingsUnderWay = other.ReadingsUnderWay;
        Highest = other.Highest;
        Epoch = other.Epoch;
        AllowsDamage = other.AllowsDamage;
        Produced = other.Produced;
    }

    /// <summary>Readings of the append that is under way; 0 when there is none.</summary>
    public int ReadingsUnderWay { get; set; }

    /// <summary>Highest sequence that an append has returned for, or that was read.</summary>
    public long Highest { get; private set; }

    public long Epoch { get; set; }

    /// <summary>Records that may be damaged: what flips at rest is nobody's promise, but has to be
    /// declared.</summary>
    public bool AllowsDamage { get; init; }

    /// <summary>Readings of everything promised.</summary>
    public long Produced { get; private set; }

    /// <summary>Kinds of everything promised.</summary>
    public IReadOnlyCollection<RecordKind> Kinds
        => [.. _promised.Values.Select(record => record.Kind).Distinct()];

    /// <summary>Appends that have returned.</summary>
    public int AppendCount { get; private set; }

    /// <summary>An append has returned: its record, and what the store wrote by itself before and after, are
    /// promised from here.</summary>
    public void NotePromised(SegmentStore store)
    {
        ReadingsUnderWay = 0;
        AppendCount++;
        Epoch = store.Epoch;
        while (store.TryReadNext(Highest, _record))
        {
            LedgerRecord record = Remember(_record);
            _promised.Add(record.Sequence, record);
            Produced += record.Kind == RecordKind.Vitals ? record.Readings : 0;
            Highest = record.Sequence;
        }

        Highest = Math.Max(Highest, store.LastSequence);
    }

    /// <summary>A release is about to be asked for: from here on these may be gone.</summary>
    public void NoteReleasing(long cumulative)
    {
        foreach (long sequence in _promised.Keys.Where(sequence => sequence <= cumulative))
        {
            _released.Add(sequence);
        }
    }

    /// <summary>Starts a store on a folder as a cut left it, holds everything against the promises, appends,
    /// starts again.</summary>
    /// <param name="storage">The folder.</param>
    /// <param name="seed">What is appended.</param>
    /// <param name="isTwice">True to start a second time and to hold it against everything once more.</param>
    /// <param name="isPromising">True to take what is appended into this ledger: the folder is going to be
    /// cut again.</param>
    /// <returns>What is broken; null when all holds.</returns>
    public string? Check(StorageModel storage, int seed, bool isTwice, bool isPromising = false)
    {
        SegmentStore store = StoreFixture.Make(storage);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        bool isOpen = store.TryOpen(StoreFixture.Upper);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (!isOpen)
        {
            return $"the store does not open: {store.Condition}";
        }

        // A watcher's own work would be counted with it.
        if (storage.Watcher is null && (allocated > RecoveryBytesMax || storage.CallCount > RecoveryCallsMax))
        {
            return $"the recovery took {allocated} bytes of RAM and {storage.CallCount} calls";
        }

        Dictionary<long, LedgerRecord> found = [];
        string? broken = CheckStart(store) ?? Read(store, found) ?? CheckMissing(found)
            ?? CheckBalance(store, found);
        if (broken is not null)
        {
            return broken;
        }

        long before = Math.Max(Highest, store.LastSequence);
        NoteIf(isPromising, store, readingsNext: 0);
        bool isAppended = StoreFixture.TryAppendAlarm(store, seed);
        NoteIf(isPromising, store, readingsNext: 3);
        isAppended &= StoreFixture.TryAppendVitals(store, seed, 3);
        NoteIf(isPromising, store, readingsNext: 0);
        if (!isAppended)
        {
            return "nothing can be appended after the start";
        }

        Dictionary<long, LedgerRecord> grown = [];
        if (!isTwice)
        {
            return store.LastSequence > before + 1
                ? null : "sequence reuse: the next records do not lie above all before";
        }

        SegmentStore again = StoreFixture.Make(storage);
        return again.TryOpen(StoreFixture.Upper)
            ? Read(again, grown) ?? CheckMissing(grown) ?? CheckGrown(found, grown, before)
            : $"the store does not open a second time: {again.Condition}";
    }

    private void NoteIf(bool isPromising, SegmentStore store, int readingsNext)
    {
        if (isPromising)
        {
            NotePromised(store);
            ReadingsUnderWay = readingsNext;
        }
    }

    private string? CheckStart(SegmentStore store)
    {
        if (Highest == 0)
        {
            return null;
        }

        if (store.Epoch != Epoch)
        {
            return $"the epoch changed from {Epoch} to {store.Epoch}";
        }

        return store.LastSealedBeforeBoot >= Highest ? null
            : $"sequence reuse: the high-water mark {store.LastSealedBeforeBoot} lies below {Highest}";
    }

    private string? Read(SegmentStore store, Dictionary<long, LedgerRecord> found)
    {
        long after = 0;
        while (store.TryReadNext(after, _record))
        {
            if (_record.Sequence <= after)
            {
                return $"out of order: {_record.Sequence} after {after}";
            }

            after = _record.Sequence;
            if (_promised.TryGetValue(after, out LedgerRecord? promised))
            {
                if (promised.Mac != Convert.ToHexString(_record.Mac))
                {
                    return $"altered: {after}";
                }

                found.Add(after, promised);
            }
            else if (after <= Highest)
            {
                return $"invented: {after} was never promised";
            }
            else
            {
                found.Add(after, Remember(_record));
            }
        }

        return null;
    }

    // Of what is not there, each record was released or lies in a range that a signed record declares.
    private string? CheckMissing(Dictionary<long, LedgerRecord> found)
    {
        LedgerRecord[] declarations = [.. found.Values.Where(record => record.Ranges.Count > 0)];
        foreach (LedgerRecord promised in _promised.Values)
        {
            if (!found.ContainsKey(promised.Sequence) && !_released.Contains(promised.Sequence)
                && !AllowsDamage
                && !Array.Exists(declarations, d => d.Declares(promised.Sequence)))
            {
                return $"lost: {promised.Kind} {promised.Sequence}";
            }
        }

        return null;
    }

    // produced = released + stored + decayed + declared lost; what was under way may be in or not. With
    // releases whose cursor a cut may have taken, what was released counts on either side.
    private string? CheckBalance(SegmentStore store, Dictionary<long, LedgerRecord> found)
    {
        if (AllowsDamage)
        {
            return null;
        }

        long stored = found.Values.Where(record => record.Kind == RecordKind.Vitals)
            .Sum(record => (long)record.Readings);
        LedgerRecord[] declarations = [.. found.Values.Where(record => record.Ranges.Count > 0)];
        long declared = declarations
            .Where(d => !Array.Exists(declarations, o => o != d && o.Declares(d.Sequence)))
            .Sum(d => d.Declared);
        long released = _released.Sum(sequence => Released(sequence));
        long sum = stored + declared;
        return sum <= Produced + ReadingsUnderWay && sum >= Produced - released && StoredAgrees(store, found)
            ? null
            : $"not balanced: {Produced} produced ({released} of them released, {ReadingsUnderWay} under "
                + $"way), {stored} stored "
                + $"({store.StoredReadings} by the store), {declared} declared";
    }

    private long Released(long sequence)
        => _promised[sequence].Kind == RecordKind.Vitals
            ? _promised[sequence].Readings : _promised[sequence].Declared;

    private static bool StoredAgrees(SegmentStore store, Dictionary<long, LedgerRecord> found)
        => store.StoredReadings == found.Values.Where(r => r.Kind == RecordKind.Vitals)
            .Sum(r => (long)r.Readings);

    // What the first start showed is still there, unless something declares it; and what came since lies
    // above.
    private static string? CheckGrown(
        Dictionary<long, LedgerRecord> found, Dictionary<long, LedgerRecord> grown, long before)
    {
        foreach (LedgerRecord record in found.Values)
        {
            if (grown.TryGetValue(record.Sequence, out LedgerRecord? later))
            {
                if (later.Mac != record.Mac)
                {
                    return $"sequence reuse: {record.Sequence}";
                }
            }
            else if (!grown.Values.Any(d => d.Declares(record.Sequence)))
            {
                return $"lost after the second start: {record.Sequence}";
            }
        }

        return grown.Keys.Count(sequence => sequence > before) >= 2
            ? null : "lost: what was appended after the cut";
    }

    private static LedgerRecord Remember(StoredRecord record)
    {
        IReadOnlyList<(long First, long Last)> ranges = [];
        long declared = 0;
        if (record.Kind is RecordKind.Tombstone or RecordKind.Summary or RecordKind.CoarseSummary)
        {
            VerifiedRecord verified = StoreFixture.Verify(record);
            ranges = verified.Declared;
            declared = (long)(verified.Fields.GetValueOrDefault("readings") ?? 0L);
        }

        return new LedgerRecord(
            record.Sequence, record.Kind, record.ReadingCount, Convert.ToHexString(record.Mac), ranges,
            declared);
    }
}
