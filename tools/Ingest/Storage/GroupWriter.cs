// Puts a group of messages into the open transaction: records once, doubles recognised, conflicts and chain
// breaks told.

using System.Security.Cryptography;
using System.Text;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

/// <summary>Lives as long as one connection and remembers the state of the stores it has met.</summary>
internal sealed class GroupWriter(RecordStatements statements)
{
    /// <summary>Most rows of messages that could not be verified. More are counted and not kept.</summary>
    internal const int UnverifiableRowsMax = 10_000;

    /// <summary>Most rows of verified records whose identity is taken. More are counted and not
    /// kept.</summary>
    internal const int ConflictRowsMax = 10_000;

    /// <summary>Most stores remembered; above it all are forgotten and read again when met.</summary>
    internal const int StateCountMax = 100_000;

    private const int ChainBytes = 8;   // of the previous record's MAC

    private readonly Dictionary<(string Device, ulong Epoch), StoreState> _states = [];
    private long _unverifiableRows = statements.CountQuarantine(conflict: false);
    private long _conflictRows = statements.CountQuarantine(conflict: true);

    /// <summary>Writes everything; the caller commits, or drops this object.</summary>
    internal CommitResult Write(CommitGroup group)
    {
        if (_states.Count > StateCountMax)
        {
            _states.Clear();
        }

        var outcomes = new List<RecordOutcome>(group.Records.Count);
        var touched = new HashSet<StoreState>();
        var changed = new HashSet<StoreState>();
        foreach (ReceivedRecord received in group.Records)
        {
            StoreState store = FindStore(received);
            RecordOutcome outcome = WriteRecord(store, received);
            outcomes.Add(outcome);
            touched.Add(store);
            if (outcome is RecordOutcome.Committed or RecordOutcome.Conflict)
            {
                changed.Add(store);
            }
        }

        foreach (StoreState store in changed)
        {
            statements.SaveState(store);
        }

        foreach (ReceivedState state in group.States)
        {
            WriteState(state);
        }

        foreach (RejectedMessage message in group.Rejected)
        {
            Quarantine(message, conflict: false, ref _unverifiableRows, UnverifiableRowsMax);
        }

        return new CommitResult(outcomes, touched);
    }

    private StoreState FindStore(ReceivedRecord received)
    {
        VerifiedRecord record = received.Record;
        (string Device, ulong Epoch) key = (record.Device, record.Epoch);
        if (_states.TryGetValue(key, out StoreState? store))
        {
            return store;
        }

        int keyVersion = statements.FindKeyVersion(record.Device);
        store = statements.FindState(record.Device, record.Epoch);
        if (store is null)
        {
            store = new StoreState(record.Device, record.Epoch) { FirstUtcMs = received.ReceivedUtcMs };
            if (statements.IsKnown(record.Device))
            {
                // A unit whose store was wiped or replaced starts a new epoch: what it had not sent is lost.
                statements.InsertIncident(
                    received.ReceivedUtcMs, store, record.Sequence, "new-epoch",
                    "the device began a new store");
            }

            statements.SaveState(store);
        }

        store.KeyVersion = keyVersion;
        _states.Add(key, store);
        return store;
    }

    private RecordOutcome WriteRecord(StoreState store, ReceivedRecord received)
    {
        VerifiedRecord record = received.Record;
        bool known = store.Sequences.Contains(record.Sequence);
        if ((!known && !store.Sequences.CanAdd(record.Sequence, record.Sequence))
            || record.Declared.Any(range => !store.Sequences.CanAdd(range.First, range.Last)))
        {
            return RecordOutcome.Refused;
        }

        if (IsDowngrade(store, record, known))
        {
            Quarantine(
                Downgraded(record, received.ReceivedUtcMs), conflict: false, ref _unverifiableRows,
                UnverifiableRowsMax);
            return RecordOutcome.Refused;
        }

        if (!statements.InsertRecord(received))
        {
            return CompareWithStored(store, received);
        }

        store.KeyVersion = Math.Max(store.KeyVersion, record.KeyVersion);

        bool hasPrevious = record.Sequence > 1 && store.Sequences.Contains(record.Sequence - 1);
        bool hasNext = known || store.Sequences.Contains(record.Sequence + 1);
        store.Sequences.Add(record.Sequence, record.Sequence);
        CheckChain(store, received, hasPrevious, hasNext);
        // What is declared will never come: the cumulative sequence can pass it.
        foreach ((long first, long last) in record.Declared)
        {
            store.DeclaredCount += store.Sequences.Add(first, last);
        }

        if (record.Kind == RecordKind.Event && record.TryReadAnchor(out long monotonicMs, out long utcMs))
        {
            statements.SaveAnchor(record, monotonicMs, utcMs);
        }

        store.RecordCount++;
        store.ReadingCount += record.Readings.Count;
        store.LastUtcMs = received.ReceivedUtcMs;
        if (record.Sequence > store.LastSequence)
        {
            store.LastSequence = record.Sequence;
            store.LastMac = record.Mac;
        }

        return RecordOutcome.Committed;
    }

    // After a rotation a unit seals nothing more with the old key: what lies before its first record with the
    // new one is backlog, what comes after it is somebody with the old key.
    private bool IsDowngrade(StoreState store, VerifiedRecord record, bool known)
        => !known && record.KeyVersion < store.KeyVersion
            && (store.RecordCount == 0
                || statements.HasNewerKeyBelow(
                    record.Device, record.Epoch, record.Sequence, record.KeyVersion));

    private void WriteState(ReceivedState state)
    {
        if (state.Record.KeyVersion >= statements.FindKeyVersion(state.Record.Device))
        {
            statements.SaveDeviceMessage(state);
            return;
        }

        Quarantine(
            Downgraded(state.Record, state.ReceivedUtcMs), conflict: false, ref _unverifiableRows,
            UnverifiableRowsMax);
    }

    private static RejectedMessage Downgraded(VerifiedRecord record, long receivedUtcMs) => new(
        record.Device, $"pg/1/{record.Device}", record.Text, "key version went back", receivedUtcMs);

    private RecordOutcome CompareWithStored(StoreState store, ReceivedRecord received)
    {
        VerifiedRecord record = received.Record;
        statements.TryFindMacs(record.Device, record.Epoch, record.Sequence, out byte[] mac, out _);
        if (record.Mac.AsSpan().SequenceEqual(mac))
        {
            return RecordOutcome.Duplicate;
        }

        var message = new RejectedMessage(
            record.Device, $"pg/1/{record.Device}", record.Text, "identity taken by another record",
            received.ReceivedUtcMs);
        Quarantine(message, conflict: true, ref _conflictRows, ConflictRowsMax);
        store.ConflictCount++;
        return RecordOutcome.Conflict;
    }

    // Each record names the one before it. A mismatch means that one of the two is not what the device sealed
    // in this place, although both carry its signature: a restored flash image, or somebody who has its key.
    private void CheckChain(StoreState store, ReceivedRecord received, bool hasPrevious, bool hasNext)
    {
        VerifiedRecord record = received.Record;
        if (hasPrevious)
        {
            byte[]? previous = FindMac(store, record.Sequence - 1);
            if (previous is not null && !Links(previous, record.PreviousMac))
            {
                ReportBreak(store, received.ReceivedUtcMs, record.Sequence);
            }
        }

        if (hasNext
            && statements.TryFindMacs(
                record.Device, record.Epoch, record.Sequence + 1, out _, out byte[] next)
            && !Links(record.Mac, next))
        {
            ReportBreak(store, received.ReceivedUtcMs, record.Sequence + 1);
        }
    }

    private byte[]? FindMac(StoreState store, long sequence)
    {
        if (sequence == store.LastSequence)
        {
            return store.LastMac;
        }

        bool found = statements.TryFindMacs(store.Device, store.Epoch, sequence, out byte[] mac, out _);
        return found ? mac : null;
    }

    private static bool Links(byte[] mac, byte[] previousMac)
        => mac.Length >= ChainBytes && previousMac.Length >= ChainBytes
            && mac.AsSpan(0, ChainBytes).SequenceEqual(previousMac.AsSpan(0, ChainBytes));

    private void ReportBreak(StoreState store, long utcMs, long sequence)
    {
        store.ChainBreaks++;
        statements.InsertIncident(
            utcMs, store, sequence, "chain-break",
            $"record {sequence} does not follow record {sequence - 1}");
    }

    private void Quarantine(RejectedMessage message, bool conflict, ref long rows, int rowsMax)
    {
        byte[] fingerprint = SHA256.HashData(
            [.. Encoding.UTF8.GetBytes(message.Topic), 0, .. message.Message]);
        if (statements.CountQuarantined(fingerprint, message.ReceivedUtcMs))
        {
            return;
        }

        if (rows >= rowsMax)
        {
            statements.AddToCounter(RecordDatabase.QuarantineOverflow, 1);
            return;
        }

        statements.InsertQuarantined(fingerprint, conflict, message);
        rows++;
    }
}
