// Goal: damage costs what is damaged and no more, whatever the folder holds. Method: every byte of every segment flipped in turn, files cut,
// doubled, swapped, made up; after each, a start, all records read, one more append, another start.

using Pulsegate.Batch;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed class StoreDamageTests
{
    private readonly MemoryStorage _storage = new();
    private List<Remembered> _records = [];

    [TestMethod]
    public void EveryFlippedByte_LosesItsRecordAtMost_AndIsCounted()
    {
        Fill(12, rollAfter: 6);
        foreach (string name in Segments())
        {
            for (int at = 0; at < _storage.Files[name].Length; at++)
            {
                MemoryStorage damaged = _storage.Clone();
                damaged.Files[name][at] ^= (byte)(1 << (at % 8));
                SegmentStore store = StoreFixture.Open(damaged);
                Assert.AreEqual(1, store.CorruptRecordCount, $"{name} byte {at}");
                AssertNearlyAll(store, at < 24 ? 0 : 1, $"{name} byte {at}");
                Assert.IsGreaterThanOrEqualTo(12, store.LastSequence);
            }
        }
    }

    [TestMethod]
    public void DamagedRecord_IsDeclaredOnce_AndItsSequenceIsNotUsedAgain()
    {
        Fill(12, rollAfter: 6);
        foreach ((int victim, string where) in new[] { (2, "within"), (6, "last of a segment"), (12, "newest"), (1, "first") })
        {
            MemoryStorage damaged = _storage.Clone();
            Damage(damaged, victim);
            SegmentStore store = StoreFixture.Open(damaged);
            Assert.IsTrue(StoreFixture.TryAppend(store, 50));
            Assert.IsTrue(StoreFixture.TryAppend(store, 51));
            store = StoreFixture.Open(damaged);
            Assert.IsTrue(StoreFixture.TryAppend(store, 52));
            List<Remembered> records = StoreFixture.ReadAll(store);
            CollectionAssert.AllItemsAreUnique(records.Select(record => record.Sequence).ToList());
            Assert.DoesNotContain(victim, records.Select(record => record.Sequence), where);
            List<Remembered> tombstones = records.FindAll(record => record.Kind == RecordKind.Tombstone);
            Assert.HasCount(1, tombstones, where);
            var record = new StoredRecord();
            Assert.IsTrue(store.TryRead(tombstones[0].Sequence, record));
            IReadOnlyDictionary<string, object?> fields = StoreFixture.Verify(record).Fields;
            Assert.IsTrue((long)fields["first"]! <= victim && victim <= (long)fields["last"]!, where);
            Assert.IsFalse(fields.ContainsKey("readings"), where);
        }
    }

    [TestMethod]
    public void DamageBehindTheStoresBack_IsPassedOver_AndCountedOnce()
    {
        Fill(12, rollAfter: 6);
        SegmentStore store = StoreFixture.Open(_storage);
        Damage(_storage, 3);
        AssertNearlyAll(store, 1, "first pass");
        AssertNearlyAll(store, 1, "second pass");
        Assert.AreEqual(1, store.CorruptRecordCount);
    }

    [TestMethod]
    public void RecordWithAWrongMac_IsPassedOver_AndCounted()
    {
        Fill(6);
        string name = Segments()[0];
        byte[] file = _storage.Files[name];
        int at = 24 + RecordLength(file, 24);
        int length = RecordLength(file, at);
        file[at + 40] ^= 1;
        RecordCodec.PutCrc(file, at, length);
        SegmentStore store = StoreFixture.Open(_storage);
        AssertNearlyAll(store, 1, "wrong MAC");
        Assert.AreEqual(1, store.CorruptRecordCount);
    }

    [TestMethod]
    public void EveryTornTail_KeepsWhatWasBefore_AndNothingIsAppendedAfterIt()
    {
        Fill(6);
        string name = Segments()[0];
        byte[] whole = _storage.Files[name];
        for (int length = 0; length < whole.Length; length++)
        {
            MemoryStorage cut = _storage.Clone();
            cut.Files[name] = whole[..length];
            SegmentStore store = StoreFixture.Make(cut);
            Assert.IsTrue(store.TryOpen(StoreFixture.Upper));
            List<Remembered> kept = StoreFixture.ReadAll(store);
            CollectionAssert.AreEqual(_records.Take(kept.Count).ToList(), kept);
            long last = store.LastSequence;
            Assert.IsTrue(StoreFixture.TryAppend(store, 60));
            Assert.IsTrue(StoreFixture.TryAppend(store, 61));
            bool wasTorn = store.CorruptRecordCount > 0;
            Assert.AreEqual(kept.Count == 0 || !wasTorn, cut.Files.GetValueOrDefault(name, whole[..length]).Length != length
                || kept.Count == 0, $"length {length}");
            SegmentStore again = StoreFixture.Open(cut);
            List<Remembered> after = StoreFixture.ReadAll(again);
            CollectionAssert.AreEqual(kept, after.Take(kept.Count).ToList());
            Assert.AreEqual(last + 1, after.First(record => record.Sequence > last).Sequence);
        }
    }

    [TestMethod]
    public void EmptyNewestFile_IsNormal()
    {
        Fill(6);
        _storage.Files["s00000002.pg"] = [];
        SegmentStore store = StoreFixture.Open(_storage);
        Assert.AreEqual(0, store.CorruptRecordCount);
        Assert.AreEqual(0, store.ForeignFileCount);
        CollectionAssert.AreEqual(_records, StoreFixture.ReadAll(store));
        Assert.IsTrue(StoreFixture.TryAppend(store, 7));
    }

    [TestMethod]
    public void DoubledSwappedAndForeignFiles_LoseNothing()
    {
        Fill(24, rollAfter: 6);
        List<string> names = Segments();
        Assert.HasCount(4, names);
        AssertAllThere("copied behind", files => files["s00000063.pg"] = [.. files[names[1]]], 1);
        AssertAllThere("copied before", files => files["s00000000.pg"] = [.. files[names[2]]], 1);
        AssertAllThere("copied between", files =>
        {
            files["s00000009.pg"] = files[names[3]];
            files[names[3]] = [.. files[names[2]]];
        }, 1);
        AssertAllThere(
            "swapped", files => (files[names[0]], files[names[3]]) = (files[names[3]], files[names[0]]), 0);
        AssertAllThere("foreign", files =>
        {
            files["readme.txt"] = [1, 2, 3];
            files["s0000zzzz.pg"] = [1, 2, 3];
            files["cursor"] = [9];
        }, 3);
        AssertAllThere("random cursor and cursor of zeros", files =>
        {
            files["cursor0"] = new byte[500];
            files["cursor1"] = [7, 7, 7];
        }, 0);
    }

    [TestMethod]
    public void RandomSegmentFile_IsCounted_AndLosesNothing()
    {
        Fill(6);
        var random = new Random(8);
        for (int round = 0; round < 200; round++)
        {
            MemoryStorage storage = _storage.Clone();
            byte[] noise = new byte[random.Next(1, 20_000)];
            random.NextBytes(noise);
            if (round % 4 == 0)
            {
                for (int i = 0; i + 1 < noise.Length; i += 2)
                {
                    (noise[i], noise[i + 1]) = ((byte)'P', (byte)'G');
                }
            }

            storage.Files[round % 2 == 0 ? "s00000009.pg" : "s00000000.pg"] = noise;
            SegmentStore store = StoreFixture.Open(storage);
            CollectionAssert.AreEqual(_records, StoreFixture.ReadAll(store));
            Assert.IsTrue(StoreFixture.TryAppend(store, 7));
        }
    }

    [TestMethod]
    public void MutatedFolder_NeverThrows()
    {
        Fill(12, rollAfter: 6);
        var random = new Random(9);
        for (int round = 0; round < 20_000; round++)
        {
            MemoryStorage storage = _storage.Clone();
            string name = storage.Files.Keys.ElementAt(random.Next(storage.Files.Count));
            storage.Files[name] = Fuzz.Mutate(random, storage.Files[name]);
            SegmentStore store = StoreFixture.Make(storage);
            if (!store.TryOpen(StoreFixture.Upper))
            {
                continue;
            }

            if (round % 20 == 0)
            {
                StoreFixture.ReadAll(store);
                Assert.IsTrue(StoreFixture.TryAppend(store, 7));
            }
        }
    }

    [TestMethod]
    public void NewerFormat_IsLeftAlone_AndReported()
    {
        Fill(6);
        string segment = Segments()[0];
        AssertNewer(file => file[segment][4] = 2, storage => RecordCodec.Put(
            storage.Files[segment], 20, RecordCodec.Crc(storage.Files[segment], 0, 20), 4));
        AssertNewer(file => file[segment][26] = 2, storage => RecordCodec.PutCrc(
            storage.Files[segment], 24, RecordLength(storage.Files[segment], 24)));
        AssertNewer(file => file["identity0"][2] = 2, storage => RecordCodec.PutCrc(
            storage.Files["identity0"], 0, storage.Files["identity0"].Length));
    }

    [TestMethod]
    public void LostIdentity_KeepsTheEpoch_AndABootIdIsNotUsedAgain()
    {
        for (int boot = 1; boot <= 3; boot++)
        {
            SegmentStore store = StoreFixture.Open(_storage);
            Assert.IsTrue(StoreFixture.TryAppend(store, boot));
            Assert.AreEqual((uint)boot, store.BootId);
        }

        long epoch = StoreFixture.Open(_storage).Epoch;
        _storage.Files.Remove("identity0");
        _storage.Files.Remove("identity1");
        SegmentStore again = StoreFixture.Open(_storage);
        Assert.AreEqual(epoch, again.Epoch);
        Assert.IsGreaterThan(3u, again.BootId);
        Assert.IsFalse(again.WasWiped);
        Assert.HasCount(3, StoreFixture.ReadAll(again));
    }

    [TestMethod]
    public void LostSegments_BeginANewEpoch()
    {
        Fill(6);
        long epoch = StoreFixture.Open(_storage).Epoch;
        Segments().ForEach(name => _storage.Files.Remove(name));
        SegmentStore store = StoreFixture.Open(_storage);
        Assert.AreEqual(epoch + 1, store.Epoch);
        Assert.IsFalse(store.WasWiped);
        _storage.Files.Clear();
        Assert.IsTrue(StoreFixture.Open(_storage).WasWiped);
    }

    [TestMethod]
    public void OtherProvisioning_LeavesTheOlderStoreAlone()
    {
        Fill(6);
        byte[] segment = [.. _storage.Files[Segments()[0]]];
        SegmentStore store = StoreFixture.Make(_storage);
        Assert.IsTrue(store.TryOpen(77));
        Assert.AreEqual((77L << 32) + 2, store.Epoch);
        Assert.AreEqual(1, store.ForeignFileCount);
        Assert.IsTrue(StoreFixture.TryAppend(store, 1));
        Assert.AreEqual(1, store.LastSequence);
        CollectionAssert.AreEqual(segment, _storage.Files[Segments()[0]]);
    }

    private void AssertNewer(Action<IDictionary<string, byte[]>> change, Action<MemoryStorage> repairCrc)
    {
        MemoryStorage storage = _storage.Clone();
        storage.Files.Remove("identity1");
        change(storage.Files);
        repairCrc(storage);
        MemoryStorage before = storage.Clone();
        SegmentStore store = StoreFixture.Make(storage);
        Assert.IsFalse(store.TryOpen(StoreFixture.Upper));
        Assert.AreEqual(StoreCondition.NewerFormat, store.Condition);
        Assert.IsFalse(StoreFixture.TryAppend(store, 1));
        foreach ((string name, byte[] content) in before.Files)
        {
            CollectionAssert.AreEqual(content, storage.Files[name]);
        }
    }

    private void AssertAllThere(string what, Action<IDictionary<string, byte[]>> change, int foreignCount)
    {
        MemoryStorage storage = _storage.Clone();
        change(storage.Files);
        SegmentStore store = StoreFixture.Open(storage);
        CollectionAssert.AreEqual(_records, StoreFixture.ReadAll(store), what);
        Assert.AreEqual(foreignCount, store.ForeignFileCount, what);
        Assert.IsTrue(StoreFixture.TryAppend(store, 7));
        Assert.HasCount(_records.Count + 1, StoreFixture.ReadAll(StoreFixture.Open(storage)), what);
    }

    private void AssertNearlyAll(SegmentStore store, int missingMax, string what)
    {
        List<Remembered> found = StoreFixture.ReadAll(store);
        Assert.IsGreaterThanOrEqualTo(_records.Count - missingMax, found.Count, what);
        CollectionAssert.IsSubsetOf(found, _records, what);
    }

    // A failing append makes the next one begin a segment: how the tests get several small ones.
    private void Fill(int count, int rollAfter = int.MaxValue)
    {
        SegmentStore store = StoreFixture.Open(_storage);
        for (int seed = 0; seed < count; seed++)
        {
            if (seed > 0 && seed % rollAfter == 0)
            {
                StoreFixture.Keys.IsBroken = false;
                _storage.Leaves = FailureLeaves.Nothing;
                _storage.FailAtCall = _storage.CallCount + 1;
                Assert.IsFalse(StoreFixture.TryAppendAlarm(store, seed));
                _storage.FailAtCall = 0;
            }

            Assert.IsTrue(StoreFixture.TryAppend(store, seed));
        }

        _records = StoreFixture.ReadAll(store);
        Assert.HasCount(count, _records);
    }

    private List<string> Segments() => [.. _storage.Files.Keys.Where(name => name.EndsWith(".pg"))];

    private static int RecordLength(byte[] file, int at) => RecordCodec.ClaimedLength(file, at, file.Length - at);

    private void Damage(MemoryStorage storage, long sequence)
    {
        foreach (string name in Segments())
        {
            byte[] file = storage.Files[name];
            for (int at = 24; at < file.Length; at += RecordLength(file, at))
            {
                if (RecordCodec.Sequence(file, at) == sequence)
                {
                    file[at + 30] ^= 0x10;
                    return;
                }
            }
        }
    }
}
