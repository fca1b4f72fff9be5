// The re-entrant scenarios: small lives of a store, deterministic, in which every kind of record is written,
// released and given up.

using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Store;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Tests.PowerLoss;

internal static class StoreLives
{
    /// <summary>The smallest partition that a store opens on: it wraps soonest.</summary>
    public const int CapacityBytes = 64 * 1024;

    private const int ReleasingFrom = 40;
    private const int ReleasingEvery = 100;

    /// <summary>An outage: nothing is released, so that the store fills, and goes on giving up its
    /// oldest.</summary>
    public static void Outage(StorageModel storage, StoreLedger ledger, int appends)
        => Live(storage, ledger, appends, isReleasing: false);

    /// <summary>An everyday life: acknowledgements come in bursts, with longer and longer outages between;
    /// restarts.</summary>
    public static void Everyday(StorageModel storage, StoreLedger ledger, int appends)
        => Live(storage, ledger, appends, isReleasing: true);

    private static void Live(StorageModel storage, StoreLedger ledger, int appends, bool isReleasing)
    {
        SegmentStore store = StoreFixture.Open(storage);
        for (int i = 1; i <= appends; i++)
        {
            Assert.IsTrue(TryAppend(store, ledger, i), $"append {i}");
            ledger.NotePromised(store);
            if (isReleasing && i % ReleasingEvery >= ReleasingFrom && i % 4 == 0)
            {
                long cumulative = store.LastSequence - 2;
                ledger.NoteReleasing(cumulative);
                StoreFixture.Release(store, cumulative);
            }

            if (i % 331 == 0)
            {
                Assert.IsTrue(!isReleasing || store.TryFlush());
                store = StoreFixture.Open(storage);
            }
        }
    }

    private static bool TryAppend(SegmentStore store, StoreLedger ledger, int seed)
    {
        if (seed % 8 == 3)
        {
            return StoreFixture.TryAppendAlarm(store, seed);
        }

        if (seed % 40 == 5)
        {
            CborWriter? writer =
                store.Begin(RecordKind.Event, store.BootId, 1000L * seed, TimeQuality.Unsynced, 0);
            if (writer is not null)
            {
                RecordBody.WriteNote(writer, EventCode.StoreNote, "a note");
            }

            return writer is not null && store.TryCommit(0) && StoreFixture.HasThinned(store);
        }

        int readings = 1 + (seed * 7 % 60);
        ledger.ReadingsUnderWay = readings;
        return StoreFixture.TryAppendVitals(store, seed, readings);
    }
}
