// The invariants of a start.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Store;

namespace Pulsegate.Virtual.Simulation;

/// <summary>What the unit found when its store opened.</summary>
/// <param name="Store">The open store; its storage makes no faults meanwhile.</param>
/// <param name="Sealed">Records sealed while it opened.</param>
/// <param name="HadFailures">True when storage calls failed while it opened.</param>
/// <param name="SavedCumulative">What the last cursor that was saved has released, as far as is known; 0 for
/// nothing.</param>
/// <param name="IsCut">True when the power has gone since: nothing of it can be read.</param>
internal sealed record OpenedStore(
    SegmentStore Store, IReadOnlyList<VerifiedRecord> Sealed, bool HadFailures, long SavedCumulative,
    bool IsCut = false);

internal sealed partial class Ledger
{
    /// <summary>The store has opened: nothing that was sealed is forgotten, nothing else is there.</summary>
    public void CheckBoot(OpenedStore opened)
    {
        SegmentStore store = opened.Store;
        var epoch = (ulong)store.Epoch;
        if (epoch == Epoch)
        {
            if (store.LastSealedBeforeBoot < LastSequence)
            {
                throw new SimulationFailureException(
                    $"high-water mark: {LastSequence} was sealed, the boot goes on from "
                        + $"{store.LastSealedBeforeBoot}");
            }
        }
        else if (LastSequence > 0 && !IsDamaged)
        {
            throw new SimulationFailureException(
                $"high-water mark: epoch {epoch:x} was begun, though nothing was lost of {Epoch:x}");
        }
        else
        {
            _abandoned.Add(Epoch);
            LastSequence = 0;
        }

        Epoch = epoch;
        _lastBeforeBoot = LastSequence;
        BeginBoot(store);
        foreach (VerifiedRecord record in opened.Sealed)
        {
            NoteSealed(record);
        }

        if (opened.IsCut)
        {
            return;
        }

        Dictionary<long, byte[]> found = Walk(store, out long readings);
        Resolve(found, opened.HadFailures);
        bool isWhole = !opened.HadFailures && !IsDamaged;
        if (isWhole && readings != store.StoredReadings)
        {
            throw new SimulationFailureException(
                $"{readings} readings are in the store, which says {store.StoredReadings}");
        }

        if (isWhole && found.Count > 0 && found.Keys.Min() <= opened.SavedCumulative)
        {
            throw new SimulationFailureException(
                $"cursor: everything up to {opened.SavedCumulative} was saved as released, and "
                    + $"{found.Keys.Min()} is not");
        }

        CheckNothingForgotten(found, isWhole);
    }

    private void BeginBoot(SegmentStore store)
    {
        foreach ((ulong Epoch, uint BootId) key in _lives.Keys)
        {
            if (key.Epoch == Epoch && key.BootId >= store.BootId && _lives[key] != _life)
            {
                throw new SimulationFailureException($"boot {store.BootId} follows boot {key.BootId}");
            }
        }

        _life.Epoch = Epoch;
        _life.BootId = store.BootId;
        _lives[(Epoch, store.BootId)] = _life;
    }

    private static Dictionary<long, byte[]> Walk(SegmentStore store, out long readings)
    {
        var found = new Dictionary<long, byte[]>();
        var record = new StoredRecord();
        readings = 0;
        for (long after = 0; store.TryReadNext(after, record); after = record.Sequence)
        {
            found.Add(record.Sequence, [.. record.Mac]);
            readings += record.Kind == RecordKind.Vitals ? record.ReadingCount : 0;
        }

        return found;
    }

    // What a cut left half said: it is there, and is as good as sealed; or it is not, and never was. When
    // reads failed nobody can say yet.
    private void Resolve(Dictionary<long, byte[]> found, bool hadFailures)
    {
        foreach (VerifiedRecord record in _unconfirmed.OrderBy(record => record.Sequence).ToList())
        {
            // Said half twice, the same both times, it is still one record.
            if (record.Epoch == Epoch && found.TryGetValue(record.Sequence, out byte[]? mac)
                && record.Mac.AsSpan().SequenceEqual(mac) && !Has(record))
            {
                NoteSealed(record);
            }
        }

        if (!hadFailures)
        {
            _unconfirmed.Clear();
        }

        SortedDictionary<long, SealedRecord> records = _sealed.GetValueOrDefault(Epoch) ?? [];
        foreach ((long sequence, byte[] mac) in found)
        {
            if (!records.TryGetValue(sequence, out SealedRecord? known) || !known.Mac.AsSpan()
                .SequenceEqual(mac))
            {
                throw new SimulationFailureException(
                    $"record {sequence} in the store "
                        + $"{(known is null ? "was never sealed" : "is not what was sealed")}");
            }
        }
    }

    private bool Has(VerifiedRecord record)
        => TryGet(record.Sequence, out SealedRecord? known) && known.Mac.AsSpan().SequenceEqual(record.Mac);

    private void CheckNothingForgotten(Dictionary<long, byte[]> found, bool isWhole)
    {
        if (!isWhole)
        {
            return;
        }

        foreach ((long sequence, SealedRecord record) in _sealed.GetValueOrDefault(Epoch) ?? [])
        {
            if (!record.IsCommitted && !record.IsDeclared && !found.ContainsKey(sequence))
            {
                throw new SimulationFailureException(
                    $"record {sequence} ({record.Kind}) was sealed, is not committed, and is no longer in "
                        + $"the store");
            }
        }
    }
}
