// Goal: damage costs what is damaged and no more, whatever the folder holds. Method: every byte of every
// segment flipped in turn, files cut, doubled, swapped, made up; after each, a start, all records read, one
// more append, another start.

using Pulsegate.Batch;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Virtual.Bench;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed partial class StoreDamageTests
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

    // However many sequences there are to account for: the log is read a few times over, not once for each
    // window of them.
    [TestMethod]
    [TestCategory("Slow")]
    public void DamageInAStoreOfMonths_IsAccountedFor_InABoundedTime()
    {
        long undamaged = StoreScenario.RecoveryBytes(StoreScenario.LargeCapacityBytes);
        long damaged = StoreScenario.DamagedRecovery(StoreScenario.LargeCapacityBytes, () => 0)[1];
        Assert.IsLessThan(4 * undamaged, damaged);
    }

    [TestMethod]
    public void DamagedRecord_IsDeclaredOnce_AndItsSequenceIsNotUsedAgain()
    {
        Fill(12, rollAfter: 6);
        (int Sequence, string Where)[] places =
            [(2, "within"), (6, "last of a segment"), (12, "newest"), (1, "first")];
        foreach ((int victim, string where) in places)
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
            if (wasTorn && kept.Count > 0)
            {
                Assert.HasCount(length, cut.Files[name], "nothing is appended to it");
            }

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

    // The third boot has left nothing but its identity, and just that is lost: its number is not used again.
    [TestMethod]
    [DataRow("flipped")]
    [DataRow("empty")]
    [DataRow("unreadable")]
    public void LostNewestIdentity_OfABootWithoutARecord_CountsThatBootAllTheSame(string how)
    {
        for (int boot = 1; boot <= 3; boot++)
        {
            SegmentStore store = StoreFixture.Open(_storage);
            Assert.AreEqual((uint)boot, store.BootId);
            Assert.IsTrue(boot == 3 || StoreFixture.TryAppend(store, boot));
        }

        string newest = "identity"
            + (_storage.Files["identity0"][6] > _storage.Files["identity1"][6] ? "0" : "1");
        _storage.Files[newest] = how switch
        {
            "flipped" => [.. _storage.Files[newest][..^1], (byte)(_storage.Files[newest][^1] ^ 1)],
            "empty" => [],
            _ => _storage.Files[newest],
        };
        _storage.Unreadable = how == "unreadable" ? newest : "";
        Assert.AreEqual(4u, StoreFixture.Open(_storage).BootId);
        _storage.Unreadable = "";
        _storage.Files[newest][^1] ^= 1;   // and again, and again
        Assert.IsGreaterThan(4u, StoreFixture.Open(_storage).BootId);
        uint before = StoreFixture.Open(_storage).BootId;
        _storage.Files["identity0"] = [];
        Assert.IsGreaterThan(before, StoreFixture.Open(_storage).BootId);
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

    private static int RecordLength(byte[] file, int at)
        => RecordCodec.ClaimedLength(file, at, file.Length - at);

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
