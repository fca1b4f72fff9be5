// Goal: any single failing call of the storage costs nothing that was promised. Method: a run of appends, releases and restarts is done again
// with the k-th call failing, for every k, for each thing a failing write can leave; then the same with everything failing from k on.

using Pulsegate.Store;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed class StoreFailureTests
{
    private const int CapacityBytes = 64 * 1024;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void AnyCallFailingOnce_LosesNothing_AndNothingIsDoubled(int leaves) => RunAll((FailureLeaves)leaves, false);

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void AllCallsFailingFromOneOn_LoseNothing_AfterARestart(int leaves) => RunAll((FailureLeaves)leaves, true);

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void FullPartition_AnyCallFailingOnce_KeepsTheBalance(int leaves)
    {
        var full = new MemoryStorage(CapacityBytes);
        SegmentStore store = StoreFixture.Open(full);
        int seed = 0;
        while (store.DroppedReadings == 0)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, ++seed, 200));
        }

        long producedBefore = 200L * seed;
        int callCount = int.MaxValue;
        for (int k = 0; k < callCount; k++)
        {
            MemoryStorage storage = full.Clone();
            storage.FailAtCall = k;
            storage.Leaves = (FailureLeaves)leaves;
            long produced = producedBefore;
            store = StoreFixture.Make(storage);
            bool isOpen = store.TryOpen(StoreFixture.Upper);
            for (int i = 0; i < 50 && isOpen; i++)
            {
                produced += StoreFixture.TryAppendVitals(store, seed + i, 200) ? 200 : 0;
            }

            callCount = k == 0 ? storage.CallCount : callCount;
            storage.FailAtCall = 0;
            store = StoreFixture.Open(storage);
            Assert.AreEqual(produced, store.StoredReadings + StoreFixture.DeclaredReadings(store), $"call {k}");
        }

        TestContext.WriteLine($"{callCount} calls failed in turn");
    }

    private void RunAll(FailureLeaves leaves, bool forGood)
    {
        var dryRun = new MemoryStorage(CapacityBytes);
        Run(dryRun, [], "no failure");
        int callCount = dryRun.CallCount;
        Assert.IsGreaterThan(100, callCount);
        for (int k = 1; k <= callCount; k++)
        {
            var storage = new MemoryStorage(CapacityBytes) { FailAtCall = k, Leaves = leaves, FailsForGood = forGood };
            var promised = new Dictionary<long, string>();
            Run(storage, promised, $"call {k}");
            storage.FailAtCall = 0;
            SegmentStore store = StoreFixture.Make(storage);
            Assert.IsTrue(store.TryOpen(StoreFixture.Upper), $"call {k}");
            Check(store, promised, $"call {k}");
            Assert.IsTrue(StoreFixture.TryAppend(store, 99), $"call {k}");
        }

        TestContext.WriteLine($"{callCount} calls failed in turn");
    }

    // Three boots of a small life: appends of both kinds, retries, releases, clean and unclean ends.
    private static void Run(MemoryStorage storage, Dictionary<long, string> promised, string what)
    {
        int seed = 0;
        for (int boot = 0; boot < 3; boot++)
        {
            SegmentStore store = StoreFixture.Make(storage);
            if (!store.TryOpen(StoreFixture.Upper))
            {
                continue;
            }

            if (!storage.FailsForGood)
            {
                Check(store, promised, what);
            }

            for (int i = 0; i < 14; i++)
            {
                seed++;
                bool isCommitted = StoreFixture.TryAppend(store, seed) || StoreFixture.TryAppend(store, seed);
                var record = new StoredRecord();
                if (isCommitted)
                {
                    Assert.IsFalse(promised.ContainsKey(store.LastSequence), what);
                    promised[store.LastSequence] = store.TryRead(store.LastSequence, record)
                        ? StoreFixture.Remember(record).Text : "";
                }

                if (i % 6 == 5)
                {
                    long upTo = store.LastSequence - 4;
                    StoreFixture.Release(store, upTo);
                    promised.Keys.Where(sequence => sequence <= upTo).ToList().ForEach(s => promised.Remove(s));
                }
            }

            if (boot == 1)
            {
                store.TryFlush();
            }
        }
    }

    // Everything promised is there once, unaltered; duplicates of released records may come back when the cursor was lost. A read that fails
    // for once may hide records from one pass, never from the next.
    private static void Check(SegmentStore store, Dictionary<long, string> promised, string what)
    {
        Dictionary<long, string> found = [];
        for (int pass = 0; pass < 2 && promised.Keys.Except(found.Keys).Any(); pass++)
        {
            found = StoreFixture.ReadAll(store).ToDictionary(record => record.Sequence, record => record.Text);
        }

        foreach ((long sequence, string text) in promised)
        {
            Assert.IsTrue(found.ContainsKey(sequence), $"{what}: {sequence} is missing");
            Assert.IsTrue(text.Length == 0 || text == found[sequence], $"{what}: {sequence} is altered");
        }
    }
}
