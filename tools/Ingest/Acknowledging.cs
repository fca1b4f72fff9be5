// What the ingest says to devices after a commit: how far their store is safe, and how much more it will take
// now.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Ingest;

internal static class Acknowledging
{
    /// <summary>Most backfill batches that one acknowledgement invites.</summary>
    internal const int CreditsMax = 32;

    /// <summary>The acknowledgements due after a commit: at least one for each store that any record came
    /// from, more when its records lie in more than eight ranges, so that everything just sent can be
    /// released. None for a store under whose name two have sealed: what was committed of the one would
    /// release what is kept of the other.</summary>
    internal static IEnumerable<(string Topic, byte[] Text)> Write(
        CommitGroup group, CommitResult result, IKeyring keyring, int credits, long utcMs)
    {
        ILookup<StoreKey, long> sent = group.Records.ToLookup(
            received => new StoreKey(received.Record.Device, received.Record.Epoch),
            received => received.Record.Sequence);
        foreach (StoreState store in result.Stores.Where(store => store.ConflictCount == 0))
        {
            IEnumerable<long> sequences = sent[new StoreKey(store.Device, store.Epoch)];
            foreach ((int version, byte[] key) in KeysFor(store, keyring))
            {
                foreach ((long First, long Last)[] ranges in ChooseRanges(store.Sequences, sequences))
                {
                    byte[] text = AcknowledgementWriter.Write(
                        store.Device, version, key, store.Epoch, store.Sequences.Cumulative, ranges, credits,
                        utcMs);
                    yield return (Topics.Acknowledgement(store.Device), text);
                }
            }
        }
    }

    // A unit believes the version that it signs with itself, and no older one. While the keyring has a newer
    // one, the same is said under that too: it shows a unit with staged keys that the backend holds them.
    // None when the device was taken out of the keyring since it was verified: it is no longer spoken to.
    private static IEnumerable<(int Version, byte[] Key)> KeysFor(StoreState store, IKeyring keyring)
    {
        if (keyring.TryGetDownKey(store.Device, store.KeyVersion, out byte[] own))
        {
            yield return (store.KeyVersion, own);
        }

        if (keyring.TryGetDownKey(store.Device, out int newest, out byte[] key) && newest != store.KeyVersion)
        {
            yield return (newest, key);
        }
    }

    /// <summary>Backfill batches that each device may send now: half of the free room, shared among the
    /// devices.</summary>
    internal static int Credits(int freeCount, int deviceCount)
        => Math.Clamp(freeCount / 2 / Math.Max(1, deviceCount), 0, CreditsMax);

    /// <summary>Picks the ranges to name: first those that hold what was just sent, then the lowest others;
    /// at most eight an acknowledgement, ascending.</summary>
    internal static IEnumerable<(long First, long Last)[]> ChooseRanges(
        SequenceSet set, IEnumerable<long> sequences)
    {
        var touched = new SortedSet<int>(sequences.Select(set.FindRange).Where(index => index >= 0));
        for (int i = 0; touched.Count < Acknowledgement.RangeCountMax && i < set.Ranges.Count; i++)
        {
            touched.Add(i);
        }

        return touched.Count == 0
            ? [[]]
            : touched.Select(index => set.Ranges[index]).Chunk(Acknowledgement.RangeCountMax);
    }
}
