// Decides what becomes of a group of messages, the same on every engine: records once, doubles recognised,
// conflicts and chain breaks told. Reads what it needs, decides in memory, writes once.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

/// <summary>Lives as long as one connection.</summary>
internal sealed class GroupWriter(IGroupTransaction transaction)
{
    private const int ChainBytes = 8;   // of the previous record's MAC

    private GroupChanges _changes = new();
    private Dictionary<RecordKey, RecordMacs> _macs = [];
    private readonly Quarantining _quarantine = new(transaction);

    /// <summary>Writes everything; the caller commits, or drops this object.</summary>
    internal CommitResult Write(CommitGroup group)
    {
        _changes = new GroupChanges();
        StoreState[] stores = FindStores(group);
        _macs = FindMacs(group, stores);
        var outcomes = new List<RecordOutcome>(group.Records.Count);
        var touched = new HashSet<StoreState>();
        for (int i = 0; i < group.Records.Count; i++)
        {
            RecordOutcome outcome = Decide(stores[i], group.Records[i]);
            outcomes.Add(outcome);
            touched.Add(stores[i]);
            if (outcome is RecordOutcome.Committed or RecordOutcome.Conflict)
            {
                _changes.Stores.Add(stores[i]);
            }
        }

        DecideStates(group.States, touched);
        foreach (RejectedMessage message in group.Rejected)
        {
            _quarantine.Add(message, isConflict: false);
        }

        _quarantine.Decide(_changes);
        transaction.Write(_changes);
        return new CommitResult(outcomes, touched);
    }

    private StoreState[] FindStores(CommitGroup group)
    {
        if (group.Records.Count == 0)
        {
            return [];
        }

        var keys = new HashSet<StoreKey>();
        foreach (ReceivedRecord received in group.Records)
        {
            keys.Add(new StoreKey(received.Record.Device, received.Record.Epoch));
        }

        Dictionary<StoreKey, FoundStore> found = transaction.FindStores(keys);
        var stores = new Dictionary<StoreKey, StoreState>(keys.Count);
        var begun = new HashSet<string>(StringComparer.Ordinal);
        var result = new StoreState[group.Records.Count];
        for (int i = 0; i < result.Length; i++)
        {
            ReceivedRecord received = group.Records[i];
            var key = new StoreKey(received.Record.Device, received.Record.Epoch);
            if (!stores.TryGetValue(key, out StoreState? store))
            {
                store = found[key].State ?? Begin(key, found[key], received, begun);
                stores.Add(key, store);
            }

            result[i] = store;
        }

        return result;
    }

    private StoreState Begin(StoreKey key, FoundStore found, ReceivedRecord received, HashSet<string> begun)
    {
        var store = new StoreState(key.Device, key.Epoch)
        {
            FirstUtcMs = received.ReceivedUtcMs,
            KeyVersion = found.DeviceKeyVersion,
        };
        if (!begun.Add(key.Device) || found.IsDeviceKnown)
        {
            // A unit whose store was wiped or replaced starts a new epoch: what it had not sent is lost.
            _changes.Incidents.Add(new Incident(
                received.ReceivedUtcMs, key, received.Record.Sequence, "new-epoch",
                "the device began a new store"));
        }

        _changes.Stores.Add(store);
        return store;
    }

    // In the usual order nothing has to be asked: the record is new and follows the newest one.
    private Dictionary<RecordKey, RecordMacs> FindMacs(CommitGroup group, StoreState[] stores)
    {
        var keys = new HashSet<RecordKey>();
        for (int i = 0; i < stores.Length; i++)
        {
            var key = new RecordKey(group.Records[i].Record);
            SequenceSet set = stores[i].Sequences;
            bool isKnown = set.Contains(key.Sequence);
            if (isKnown)
            {
                keys.Add(key);
            }

            if (key.Sequence > 1 && key.Sequence - 1 != stores[i].LastSequence
                && set.Contains(key.Sequence - 1))
            {
                keys.Add(key with { Sequence = key.Sequence - 1 });
            }

            if (isKnown || set.Contains(key.Sequence + 1))
            {
                keys.Add(key with { Sequence = key.Sequence + 1 });
            }
        }

        Dictionary<RecordKey, RecordMacs> found = keys.Count == 0 ? [] : transaction.FindMacs(keys);
        foreach (StoreState store in stores)
        {
            if (store.LastMac is not null)
            {
                found.TryAdd(
                    new RecordKey(store.Device, store.Epoch, store.LastSequence),
                    new RecordMacs(store.LastMac, []));
            }
        }

        return found;
    }

    private RecordOutcome Decide(StoreState store, ReceivedRecord received)
    {
        VerifiedRecord record = received.Record;
        var key = new RecordKey(record);
        bool isKnown = store.Sequences.Contains(record.Sequence);
        if ((!isKnown && !store.Sequences.CanAdd(record.Sequence, record.Sequence))
            || record.Declared.Any(range => !store.Sequences.CanAdd(range.First, range.Last)))
        {
            return RecordOutcome.Refused;
        }

        if (IsDowngrade(store, record, isKnown))
        {
            _quarantine.Add(Downgraded(record, received.ReceivedUtcMs), isConflict: false);
            return RecordOutcome.Refused;
        }

        if (isKnown && _macs.TryGetValue(key, out RecordMacs stored))
        {
            return Compare(store, received, stored.Mac);
        }

        if (isKnown && record.Sequence <= store.PrunedThrough)
        {
            return RecordOutcome.Duplicate;   // it was here, and retention has removed it
        }

        Take(store, received, key, isKnown);
        return RecordOutcome.Committed;
    }

    private void Take(StoreState store, ReceivedRecord received, RecordKey key, bool isKnown)
    {
        VerifiedRecord record = received.Record;
        _changes.Records.Add(received);
        _macs[key] = new RecordMacs(record.Mac, record.PreviousMac);
        store.KeyVersion = Math.Max(store.KeyVersion, record.KeyVersion);

        bool hasPrevious = record.Sequence > 1 && store.Sequences.Contains(record.Sequence - 1);
        bool hasNext = isKnown || store.Sequences.Contains(record.Sequence + 1);
        store.Sequences.Add(record.Sequence, record.Sequence);
        CheckChain(store, received, hasPrevious, hasNext);
        // What is declared will never come: the cumulative sequence can pass it.
        foreach ((long first, long last) in record.Declared)
        {
            store.DeclaredCount += store.Sequences.Add(first, last);
        }

        if (record.Kind == RecordKind.Event && record.TryReadAnchor(out long monotonicMs, out long utcMs))
        {
            var name = new StoreKey(record.Device, record.Epoch);
            _changes.Anchors[(name, record.BootId)] = new Anchor(name, record.BootId, monotonicMs, utcMs);
        }

        store.RecordCount++;
        store.ReadingCount += record.Readings.Count;
        store.LastUtcMs = received.ReceivedUtcMs;
        if (record.Sequence > store.LastSequence)
        {
            store.LastSequence = record.Sequence;
            store.LastMac = record.Mac;
        }
    }

    // After a rotation a unit seals nothing more with the old key: what lies before its first record with the
    // new one is backlog, what comes after it is somebody with the old key.
    private bool IsDowngrade(StoreState store, VerifiedRecord record, bool isKnown)
        => !isKnown && record.KeyVersion < store.KeyVersion
            && (store.RecordCount == 0
                || _changes.Records.Exists(other => other.Record.Device == record.Device
                    && other.Record.Epoch == record.Epoch && other.Record.Sequence < record.Sequence
                    && other.Record.KeyVersion > record.KeyVersion)
                || transaction.HasNewerKeyBelow(new RecordKey(record), record.KeyVersion));

    private RecordOutcome Compare(StoreState store, ReceivedRecord received, byte[] mac)
    {
        VerifiedRecord record = received.Record;
        if (record.Mac.AsSpan().SequenceEqual(mac))
        {
            return RecordOutcome.Duplicate;
        }

        var message = new RejectedMessage(
            record.Device, $"pg/1/{record.Device}", record.Text, "identity taken by another record",
            received.ReceivedUtcMs);
        _quarantine.Add(message, isConflict: true);
        store.ConflictCount++;
        return RecordOutcome.Conflict;
    }

    // Each record names the one before it. A mismatch means that one of the two is not what the device sealed
    // in this place, although both carry its signature: a restored flash image, or somebody who has its key.
    private void CheckChain(StoreState store, ReceivedRecord received, bool hasPrevious, bool hasNext)
    {
        VerifiedRecord record = received.Record;
        var key = new RecordKey(record);
        if (hasPrevious
            && _macs.TryGetValue(key with { Sequence = record.Sequence - 1 }, out RecordMacs previous)
            && !Links(previous.Mac, record.PreviousMac))
        {
            ReportBreak(store, received.ReceivedUtcMs, record.Sequence);
        }

        if (hasNext && _macs.TryGetValue(key with { Sequence = record.Sequence + 1 }, out RecordMacs next)
            && next.PreviousMac.Length > 0 && !Links(record.Mac, next.PreviousMac))
        {
            ReportBreak(store, received.ReceivedUtcMs, record.Sequence + 1);
        }
    }

    private static bool Links(byte[] mac, byte[] previousMac)
        => mac.Length >= ChainBytes && previousMac.Length >= ChainBytes
            && mac.AsSpan(0, ChainBytes).SequenceEqual(previousMac.AsSpan(0, ChainBytes));

    private void ReportBreak(StoreState store, long utcMs, long sequence)
    {
        store.ChainBreaks++;
        _changes.Incidents.Add(new Incident(
            utcMs, new StoreKey(store.Device, store.Epoch), sequence, "chain-break",
            $"record {sequence} does not follow record {sequence - 1}"));
    }

    private void DecideStates(List<ReceivedState> states, HashSet<StoreState> touched)
    {
        if (states.Count == 0)
        {
            return;
        }

        Dictionary<string, int> versions = transaction.FindKeyVersions(
            [.. states.Select(state => state.Record.Device).Distinct()]);
        foreach (StoreState store in touched)
        {
            versions[store.Device] = Math.Max(versions.GetValueOrDefault(store.Device), store.KeyVersion);
        }

        foreach (ReceivedState state in states)
        {
            if (state.Record.KeyVersion >= versions.GetValueOrDefault(state.Record.Device))
            {
                _changes.States[(state.Record.Device, state.Kind)] = state;
            }
            else
            {
                _quarantine.Add(Downgraded(state.Record, state.ReceivedUtcMs), isConflict: false);
            }
        }
    }

    private static RejectedMessage Downgraded(VerifiedRecord record, long receivedUtcMs) => new(
        record.Device, $"pg/1/{record.Device}", record.Text, "key version went back", receivedUtcMs);
}
