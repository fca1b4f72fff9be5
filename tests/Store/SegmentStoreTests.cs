// Goal: what is committed is there, once, in order, until it is released; nothing is reused. Method: a memory
// storage, restarts, and the backend's verifier over every record read.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed class SegmentStoreTests
{
    private readonly MemoryStorage _storage = new();

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void OneMinuteOfVitals_StaysWithinTheFlashBudget()
    {
        var storage = new MemoryStorage(2 * 1024 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        long before = storage.BytesWritten;
        const int Minutes = 200;
        for (int minute = 1; minute <= Minutes; minute++)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, minute));
        }

        long bytes = (storage.BytesWritten - before) / Minutes;
        TestContext.WriteLine($"flash {bytes} bytes a minute");
        Assert.IsLessThanOrEqualTo(500L, bytes);
    }

    [TestMethod]
    public void NewStore_SaysThatItIsNew_AndCountsItsBoots()
    {
        SegmentStore store = StoreFixture.Open(_storage);
        Assert.IsTrue(store.WasWiped);
        Assert.AreEqual(1u, store.BootId);
        Assert.AreEqual(unchecked((long)0xF123456700000001), store.Epoch);
        Assert.AreEqual(0, store.LastSequence);
        Assert.IsTrue(StoreFixture.TryAppend(store, 1));
        store = StoreFixture.Open(_storage);
        Assert.IsFalse(store.WasWiped);
        Assert.AreEqual(2u, store.BootId);
        Assert.AreEqual(unchecked((long)0xF123456700000001), store.Epoch);
        Assert.AreEqual(1, store.LastSealedBeforeBoot);
    }

    [TestMethod]
    public void Records_ComeBackInOrder_AlsoAfterARestart_AndAreChained()
    {
        SegmentStore store = StoreFixture.Open(_storage);
        for (int seed = 0; seed < 120; seed++)
        {
            Assert.IsTrue(StoreFixture.TryAppend(store, seed));
        }

        List<Remembered> records = StoreFixture.ReadAll(store);
        Assert.HasCount(120, records);
        Assert.IsGreaterThan(1, store.SegmentCount);
        Assert.AreEqual(records.Sum(record => record.ReadingCount), store.StoredReadings);
        SegmentStore again = StoreFixture.Open(_storage);
        CollectionAssert.AreEqual(records, StoreFixture.ReadAll(again));
        Assert.AreEqual(store.StoredReadings, again.StoredReadings);
        Assert.IsTrue(StoreFixture.TryAppend(again, 120));
        var record = new StoredRecord();
        byte[] previous = new byte[8];
        for (long sequence = 1; sequence <= 121; sequence++)
        {
            Assert.IsTrue(again.TryRead(sequence, record));
            VerifiedRecord verified = StoreFixture.Verify(record);
            CollectionAssert.AreEqual(previous, verified.PreviousMac, $"chain at {sequence}");
            previous = verified.Mac[..8];
        }
    }

    [TestMethod]
    public void Release_CountsReadings_DeletesSegments_AndKeepsTheNewestRecord()
    {
        SegmentStore store = StoreFixture.Open(_storage);
        for (int seed = 0; seed < 120; seed++)
        {
            Assert.IsTrue(StoreFixture.TryAppend(store, seed));
        }

        List<Remembered> records = StoreFixture.ReadAll(store);
        long produced = store.StoredReadings;
        Assert.AreEqual(10, StoreFixture.Release(store, 10));
        Assert.AreEqual(0, StoreFixture.Release(store, 10), "a replayed acknowledgement");
        Assert.AreEqual(0, StoreFixture.Release(store, 4), "a stale acknowledgement");
        Assert.AreEqual(records.Take(10).Sum(record => record.ReadingCount), store.ReleasedReadings);
        Assert.AreEqual(21, StoreFixture.Release(store, 10, (20, 30), (111, 120)));
        Assert.AreEqual(produced, store.StoredReadings + store.ReleasedReadings);
        CollectionAssert.AreEqual(
            records.Where(r => r.Sequence is > 10 and < 20 or > 30 and < 111).ToList(),
            StoreFixture.ReadAll(store));
        Assert.AreEqual(89, StoreFixture.Release(store, 5000));
        Assert.AreEqual(0, store.StoredReadings);
        Assert.AreEqual(produced, store.ReleasedReadings);
        Assert.AreEqual(1, store.SegmentCount);
        var last = new StoredRecord();
        Assert.IsTrue(store.TryRead(120, last));
        Assert.AreEqual(120, StoreFixture.Open(_storage).LastSequence);
    }

    [TestMethod]
    public void RandomReleases_NeverLoseTheBalance()
    {
        var random = new Random(5);
        var storage = new MemoryStorage(256 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        long produced = 0;
        var unreleased = new SortedDictionary<long, Remembered>();
        var record = new StoredRecord();
        long cumulative = 0;
        for (int seed = 0; seed < 600; seed++)
        {
            Assert.IsTrue(StoreFixture.TryAppend(store, seed));
            Assert.IsTrue(store.TryRead(store.LastSequence, record));
            unreleased[record.Sequence] = StoreFixture.Remember(record);
            produced += record.ReadingCount;
            if (random.Next(3) == 0)
            {
                cumulative += random.Next((int)(store.LastSequence - cumulative + 1)) / 4;
                long first = cumulative + 2 + random.Next(30);
                long last = Math.Min(store.LastSequence, first + random.Next(20));
                var gone = unreleased.Keys.Where(s => s <= cumulative || (s >= first && s <= last)).ToList();
                gone.ForEach(sequence => unreleased.Remove(sequence));
                Assert.AreEqual(gone.Count, StoreFixture.Release(store, cumulative, (first, last)));
                Assert.AreEqual(produced, store.StoredReadings + store.ReleasedReadings);
                Assert.AreEqual(unreleased.Values.Sum(r => r.ReadingCount), store.StoredReadings);
            }
        }

        CollectionAssert.AreEqual(unreleased.Values.ToList(), StoreFixture.ReadAll(store));
    }

    // Thinning goes on over many turns; what the backend commits between two of them must not count twice.
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void RecordsReleasedWhileTheyAreBeingThinned_KeepTheBalance(int seed)
    {
        var random = new Random(seed);
        SegmentStore store = StoreFixture.Open(new MemoryStorage(64 * 1024));
        var record = new StoredRecord();
        long produced = 0;
        int releases = 0;
        for (int minute = 1; minute <= 1500; minute++)
        {
            produced += StoreFixture.TryAppendVitals(store, minute, 60, turns: random.Next(12)) ? 60 : 0;
            if (random.Next(4) == 0 && store.DecayedReadings > 0)
            {
                for (record.Sequence = 0; store.TryReadNext(record.Sequence, record)
                    && record.Kind != RecordKind.Vitals;)
                {
                }

                long first = record.Sequence + random.Next(4);
                long cumulative = random.Next(4) == 0 ? record.Sequence - 1 : 0;
                releases += StoreFixture.Release(store, cumulative, (first, first + random.Next(3)));
            }

            Assert.AreEqual(
                produced,
                store.StoredReadings + store.ReleasedReadings + store.DecayedReadings + store.DroppedReadings,
                $"minute {minute}");
            long stored = 0;
            for (record.Sequence = 0; minute % 10 == 0 && store.TryReadNext(record.Sequence, record);)
            {
                stored += record.Kind == RecordKind.Vitals ? record.ReadingCount : 0;
            }

            Assert.IsTrue(
                minute % 10 > 0 || stored == store.StoredReadings, $"minute {minute}: {stored} are there");
        }

        Assert.IsGreaterThan(100, releases);
    }

    [TestMethod]
    public void CursorLoss_CostsDuplicatesOnly_AndTheCursorIsWrittenOnceAMinute()
    {
        SegmentStore store = StoreFixture.Open(_storage);
        for (int seed = 1; seed <= 50; seed++)
        {
            Assert.IsTrue(StoreFixture.TryAppendAlarm(store, seed));
        }

        List<Remembered> records = StoreFixture.ReadAll(store);
        StoreFixture.Release(store, 20, (30, 32));
        Assert.IsFalse(_storage.Files.ContainsKey("cursor0"));
        Assert.IsTrue(store.TryFlush());
        Assert.HasCount(27, StoreFixture.ReadAll(StoreFixture.Open(_storage)));
        _storage.Files.Remove("cursor0");
        SegmentStore again = StoreFixture.Open(_storage);
        CollectionAssert.AreEqual(records, StoreFixture.ReadAll(again));
        Assert.AreEqual(50, again.LastSequence);
    }

    [TestMethod]
    public void SequenceIsNeverReused_AlsoWhenAllIsReleasedAndTheCursorIsLost()
    {
        SegmentStore store = StoreFixture.Open(_storage);
        for (int round = 1; round <= 30; round++)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, round));
            StoreFixture.Release(store, long.MaxValue);
            _storage.Files.Remove("cursor0");
            _storage.Files.Remove("cursor1");
            store = StoreFixture.Open(_storage);
            Assert.AreEqual(round, store.LastSequence);
        }
    }

    [TestMethod]
    public void FullPartition_DropsReleasedFirst_ThenTheOldest_WithTombstonesThatBalance()
    {
        SegmentStore store = StoreFixture.Open(_storage);
        long produced = 0;
        int seed = 0;
        while (store.DroppedReadings == 0)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, ++seed));
            produced += 60;
        }

        for (int more = 0; more < 400; more++)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, ++seed));
            produced += 60;
            Assert.IsLessThanOrEqualTo(_storage.CapacityBytes, store.UsedBytes);
        }

        Assert.IsLessThanOrEqualTo(_storage.CapacityBytes, _storage.PeakBytes);
        Assert.AreEqual(produced, store.StoredReadings + store.DecayedReadings + store.DroppedReadings);
        store = StoreFixture.Open(_storage);
        List<Remembered> records = StoreFixture.ReadAll(store);
        Assert.AreEqual(
            produced,
            records.Where(record => record.Kind == RecordKind.Vitals).Sum(record => record.ReadingCount)
                + StoreFixture.DeclaredReadings(store));

        // Once the backend has everything, dropping takes the released and loses nothing.
        StoreFixture.Release(store, store.LastSequence);
        long dropped = store.DroppedReadings;
        for (int more = 0; more < 20; more++)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, ++seed));
        }

        Assert.AreEqual(dropped, store.DroppedReadings);
    }

    [TestMethod]
    public void BatchThatDoesNotFit_ConsumesNothing()
    {
        SegmentStore store = StoreFixture.Open(_storage);
        CborWriter writer = store.Begin(RecordKind.Event, store.BootId, 1, TimeQuality.Unsynced, 0);
        writer.Key(30);
        writer.WriteBytes(new byte[3000], 0, 3000);
        Assert.IsFalse(store.TryCommit(0));
        Assert.AreEqual(0, store.LastSequence);
        Assert.IsFalse(store.TryCommit(0), "nothing begun");
        Assert.IsTrue(StoreFixture.TryAppend(store, 1));
        Assert.AreEqual(1, store.LastSequence);
    }

    [TestMethod]
    public void KeyRotation_LeavesOlderRecordsAsTheyWere()
    {
        var keys = new TestKeys();
        var store = new SegmentStore(_storage, keys, TestKeys.Device, 60);
        Assert.IsTrue(store.TryOpen(StoreFixture.Upper));
        Assert.IsTrue(StoreFixture.TryAppendAlarm(store, 1));
        keys.KeyVersion = 2;
        Assert.IsTrue(StoreFixture.TryAppendAlarm(store, 2));
        var record = new StoredRecord();
        Assert.IsTrue(store.TryRead(1, record));
        Assert.AreEqual(1, record.KeyVersion);
        StoreFixture.Verify(record);
        Assert.IsTrue(store.TryRead(2, record));
        Assert.AreEqual(2, record.KeyVersion);
        StoreFixture.Verify(record);
        keys.IsBroken = true;
        Assert.IsFalse(store.TryReadNext(0, record));
        Assert.AreEqual(0, store.CorruptRecordCount);
        Assert.IsFalse(StoreFixture.TryAppendAlarm(store, 3));
        keys.IsBroken = false;
        Assert.IsTrue(StoreFixture.TryAppendAlarm(store, 3));
        Assert.HasCount(3, StoreFixture.ReadAll(store));
    }
}
