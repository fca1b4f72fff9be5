// Files that are not as the store left them: doubled, swapped, made up, mutated, of another unit, of a newer
// format.

using Pulsegate.Store;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Store;

public sealed partial class StoreDamageTests
{
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
}
