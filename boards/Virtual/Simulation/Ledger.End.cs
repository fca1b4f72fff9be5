// The invariants of the end, when everything has come to rest.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;

namespace Pulsegate.Virtual.Simulation;

internal sealed partial class Ledger
{
    /// <summary>Where all readings have come to; made by <see cref="CheckEnd"/>.</summary>
    public SimulationBalance Balance { get; private set; } = new();

    /// <summary>Holds everything that was produced against everything that was committed.</summary>
    public void CheckEnd(SimulatedBackend backend)
    {
        Balance = AddUp();
        if (Balance.Sum != Balance.Produced || Balance.Committed != backend.ReadingCount)
        {
            throw new SimulationFailureException(
                $"{Balance} does not add up; the backend has {backend.ReadingCount}");
        }

        foreach ((ulong epoch, SortedDictionary<long, SealedRecord> records) in _sealed)
        {
            if (!backend.Stores.TryGetValue(epoch, out CommittedStore? store))
            {
                if (_abandoned.Contains(epoch))
                {
                    continue;
                }

                throw new SimulationFailureException($"nothing of epoch {epoch:x} was committed");
            }

            CheckRecords(epoch, records, store);
            CheckChain(store);
        }

        foreach (LedgerLife life in _all)
        {
            CheckLife(life);
        }
    }

    private SimulationBalance AddUp()
    {
        long unsealed = _all.Sum(life => (long)life.UnsealedCount);
        long declared = _all.Sum(life => life.DeclaredReadings);
        long inRam = _life.UnsealedCount - _life.DeclaredReadings;
        var balance = new SimulationBalance(
            Produced: _all.Sum(life => (long)life.ReadingCount), InRam: inRam, DeclaredByEvent: declared,
            TakenFromRam: unsealed - declared - inRam);
        foreach ((ulong epoch, SortedDictionary<long, SealedRecord> records) in _sealed)
        {
            foreach (SealedRecord record in records.Values.Where(record => record.Kind == RecordKind.Vitals))
            {
                int count = record.ReadingCount;
                balance = record switch
                {
                    { IsCommitted: true } => balance with { Committed = balance.Committed + count },
                    { IsDecayed: true } => balance with { Decayed = balance.Decayed + count },
                    { IsDeclared: true }
                        => balance with { DeclaredByTombstone = balance.DeclaredByTombstone + count },
                    _ when _abandoned.Contains(epoch)
                        => balance with { Abandoned = balance.Abandoned + count },
                    _ => balance with { Stored = balance.Stored + count },
                };
            }
        }

        return balance;
    }

    private void CheckRecords(ulong epoch, SortedDictionary<long, SealedRecord> records, CommittedStore store)
    {
        foreach ((long sequence, SealedRecord record) in records)
        {
            if (record.IsCommitted)
            {
                continue;
            }

            if (!store.Sequences.Contains(sequence) && !_abandoned.Contains(epoch))
            {
                throw new SimulationFailureException(
                    $"record {sequence} ({record.Kind}) was sealed, and is neither committed nor declared "
                        + $"lost");
            }
        }

        if (!_abandoned.Contains(epoch) && store.Sequences.Cumulative < LastSequence)
        {
            throw new SimulationFailureException(
                $"of {LastSequence} sequences the backend can account for {store.Sequences.Cumulative} only");
        }
    }

    // A record names the one before it; where that was lost, a tombstone that ends there names it.
    private static void CheckChain(CommittedStore store)
    {
        foreach (VerifiedRecord record in store.Records.Values)
        {
            if (store.Records.TryGetValue(record.Sequence - 1, out VerifiedRecord? before)
                && !record.PreviousMac.AsSpan()
                    .SequenceEqual(before.Mac.AsSpan(0, RecordHeader.PreviousMacLength)))
            {
                throw new SimulationFailureException(
                    $"chain: record {record.Sequence} does not follow record {before.Sequence}");
            }

            if (record.Declared.Count > 0
                && record.Fields.TryGetValue("macLast", out object? mac)
                && store.Records.TryGetValue((long)record.Fields["last"]! + 1, out VerifiedRecord? after)
                && (string)mac! != Convert.ToHexStringLower(after.PreviousMac))
            {
                throw new SimulationFailureException(
                    $"chain: record {after.Sequence} does not follow the range that record "
                        + $"{record.Sequence} declares");
            }
        }
    }

    private void CheckLife(LedgerLife life)
    {
        if (life.UnsealedCount > life.DeclaredReadings + life.LostAtEnd
            || life.UnsealedCount < life.DeclaredReadings)
        {
            throw new SimulationFailureException(
                $"boot {life.BootId}: {life.UnsealedCount} readings were not sealed, {life.LostAtEnd} were "
                    + $"in RAM at its end, "
                + $"{life.DeclaredReadings} are declared by loss events");
        }

        if (life.UnsealedAlarmCount > life.DeclaredAlarms + life.LostAlarmsAtEnd && !life.MayLoseAlarms)
        {
            throw new SimulationFailureException(
                $"boot {life.BootId}: {life.UnsealedAlarmCount} alarm changes were not sealed, "
                    + $"{life.LostAlarmsAtEnd} were in "
                + $"RAM at its end, {life.DeclaredAlarms} are declared");
        }
    }
}
