// Goal: what the simulation has found once does not come back; method: every seed that ever failed, with a
// line on why, and where a fault needs no luck to be met, the shortest way to it. A change of what the plan
// draws gives a seed another run: the line stays.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Store;
using Pulsegate.Virtual.Simulation;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Tests.Simulation;

[TestClass]
public class Regressions
{
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(8, "sequences below the first record that neither cursor nor tombstone names were not declared")]
    [DataRow(29, "as 8")]
    [DataRow(21, "the ledger did not know that room may be made before a boot's first record")]
    [DataRow(28, "the boot record's append failed and the time anchor's did not: see RecorderTests")]
    [DataRow(42,
        "a read that fails while a segment is given up lost the ranges that tombstones in it had declared")]
    [DataRow(45, "the ledger took it for a loss that a store without any record is begun again after a cut "
        + "in its first append")]
    [DataRow(60, "as 8; and the ledger believed what a unit without power read from its buffer")]
    [DataRow(79, "a torn new segment whose length could not be read kept its number, and the next append "
        + "went behind the torn bytes")]
    [DataRow(
        85, "a read that failed let the backlog pass a record, which then waited for the next connection")]
    [DataRow(94, "the ledger took a record that was half said twice, the same both times, for two")]
    [DataRow(212, "a damaged summary among many alarms leaves more gaps than a unit can release around; the "
        + "next start declares them")]
    [DataRow(214, "a hole behind records already gathered for a summary was never declared")]
    [DataRow(
        286, "a damaged summary took with it the word about what it stood for; nobody declared that again")]
    [DataRow(520, "the ledger forgot a failed append that had reached the flash once its sequence was used "
        + "again; later, as 212")]
    [DataRow(735, "the simulation took a new segment's whole header, alone, for a bad tail")]
    [DataRow(1126, "skipped sequences were not declared when a cut came before their tombstone and all "
        + "records below were "
        + "released; later, a boot's number came back when its identity and its only record were damaged")]
    [DataRow(1162, "the ledger forgot a record that a cut had left half said, at a start whose reads failed")]
    [DataRow(1166, "as 42")]
    public void SeedThatFailedOnce_KeepsEveryPromise(int seed, string why)
    {
        SimulationResult result = GatewaySimulation.Run(new SimulationOptions(seed, 2));
        Assert.IsNull(result.Failure, $"{why}: {result.Failure}");
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow(1008, "foreign files took more than was in reserve, and not even a tombstone fitted any longer")]
    public void SeedThatFailedOnceInTenDays_KeepsEveryPromise(int seed, string why)
    {
        SimulationResult result = GatewaySimulation.Run(new SimulationOptions(seed, 10));
        Assert.IsNull(result.Failure, $"{why}: {result.Failure}");
    }

    [TestMethod]
    public void TornNewSegment_WhoseLengthCannotBeRead_IsNotAppendedTo()
    {
        var storage = new MemoryStorage(256 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        storage.Leaves = FailureLeaves.Half;
        storage.FailAtCall = storage.CallCount + 1;
        storage.FailsForGood = true;
        Assert.IsFalse(StoreFixture.TryAppendVitals(store, 1));
        storage.FailAtCall = 0;
        storage.FailsForGood = false;
        Assert.IsTrue(StoreFixture.TryAppendVitals(store, 2));
        byte[] segment =
            storage.Files.Single(file => file.Key.EndsWith(".pg", StringComparison.Ordinal)).Value;
        Assert.AreEqual(
            0, store.CorruptRecordCount, $"nothing is appended behind a bad tail: {segment.Length} bytes");
        Assert.HasCount(1, StoreFixture.ReadAll(store));
        SegmentStore again = StoreFixture.Open(storage);
        Assert.HasCount(1, StoreFixture.ReadAll(again));
        Assert.AreEqual(0, again.CorruptRecordCount);
    }

    /// <summary>Seeds 42 and 1166: a tombstone that lies in a segment which is given up unread has to be
    /// taken over all the same.</summary>
    [TestMethod]
    public void SegmentGivenUpUnread_TakesOverWhatItsTombstonesDeclared()
    {
        var storage = new TornModel(64 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        storage.ReadFailuresPerMille = 1000;   // appends go on; not one read does
        for (int i = 1; i <= 400; i++)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, i));
        }

        storage.ReadFailuresPerMille = 0;
        AssertAccountedFor(store);
        AssertAccountedFor(StoreFixture.Open(storage));
    }

    /// <summary>Seed 1126: a start skips sequences that damaged bytes may have held; before it can declare
    /// them the power goes, and all below them is released and deleted.</summary>
    [TestMethod]
    public void SkippedSequences_AreDeclared_ThoughEverythingBelowIsGone()
    {
        var storage = new MemoryStorage(64 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        Assert.IsTrue(StoreFixture.TryAppendVitals(store, 1));
        string segment = storage.Files.Keys.Single(name => name.EndsWith(".pg", StringComparison.Ordinal));
        storage.Files[segment] = [.. storage.Files[segment], .. new byte[200]];

        store = StoreFixture.Open(storage);
        storage.FailAtCall = storage.CallCount + 2;   // the tombstone behind the next record
        Assert.IsTrue(StoreFixture.TryAppendVitals(store, 2));
        long last = store.LastSequence;
        Assert.IsGreaterThan(2, last, "sequences were skipped");
        StoreFixture.Release(store, 1, (last, last));
        Assert.DoesNotContain(segment, storage.Files.Keys);

        store = StoreFixture.Open(storage);
        Assert.IsTrue(StoreFixture.TryAppendVitals(store, 3));
        AssertAccountedFor(store, (1, 1), (last, last));
    }

    /// <summary>Seed 214: a record goes bad while the unit runs, among vitals that are thinned together later
    /// on.</summary>
    [TestMethod]
    public void HoleAmongThinnedRecords_IsDeclared()
    {
        var storage = new MemoryStorage(64 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        for (int i = 1; i <= 1000; i++)
        {
            Assert.IsTrue(
                i % 5 == 0 ? StoreFixture.TryAppendAlarm(store, i) : StoreFixture.TryAppendVitals(store, i));
            if (i == 20)
            {
                FlipRecord(storage, name => name == "s00000001.pg", sequence => sequence == 7);
            }
        }

        Assert.DoesNotContain("s00000001.pg", storage.Files.Keys);
        AssertAccountedFor(store);
        AssertAccountedFor(StoreFixture.Open(storage));
    }

    /// <summary>Seed 286: a summary that has moved on goes bad; what it stood for lies far below its
    /// neighbours.</summary>
    [TestMethod]
    public void RangesOfADamagedSummary_AreDeclaredAgain()
    {
        var storage = new MemoryStorage(64 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        for (int i = 1; i <= 1500; i++)
        {
            Assert.IsTrue(
                i % 5 == 0 ? StoreFixture.TryAppendAlarm(store, i) : StoreFixture.TryAppendVitals(store, i));
        }

        FlipRecord(
            storage, name => name[0] == 'd',
            sequence => StoreFixture.ReadAll(store).Find(r => r.Sequence == sequence)?.Kind
                == RecordKind.CoarseSummary);
        store = StoreFixture.Open(storage);
        Assert.AreEqual(1, store.CorruptRecordCount);
        Assert.IsTrue(StoreFixture.TryAppendVitals(store, 1501));
        AssertAccountedFor(store);
        AssertAccountedFor(StoreFixture.Open(storage));
    }

    /// <summary>Seed 1008: foreign files take more than was in reserve, and not even a tombstone fits any
    /// longer.</summary>
    [TestMethod]
    public void ForeignFilesInAFullStore_DoNotStopIt()
    {
        var storage = new MemoryStorage(256 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        int i = 0;
        while (store.DroppedReadings == 0)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, ++i));
        }

        storage.Files["notes.txt"] = new byte[40_000];
        store = StoreFixture.Open(storage);
        for (int more = 0; more < 50; more++)
        {
            Assert.IsTrue(StoreFixture.TryAppendVitals(store, ++i), $"append {more}");
        }

        Assert.IsLessThanOrEqualTo(storage.CapacityBytes, store.UsedBytes);
        AssertAccountedFor(store);
        AssertAccountedFor(StoreFixture.Open(storage));
    }

    /// <summary>Seed 1162: what a start could not read, a later one may find.</summary>
    [TestMethod]
    public void RecordHalfSaid_IsNoInvention_WhenAStartBetweenCouldNotReadIt()
    {
        var ledger = new Ledger(new SimulationCoverage());
        var storage = new MemoryStorage(256 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        ledger.BeginLife();
        ledger.CheckBoot(new OpenedStore(store, [Append(store, 1)], HadFailures: false, SavedCumulative: 0));
        MemoryStorage unread = storage.Clone();
        ledger.NoteUnconfirmed([Append(store, 2)]);

        ledger.BeginLife();
        ledger.CheckBoot(
            new OpenedStore(StoreFixture.Open(unread), [], HadFailures: true, SavedCumulative: 0));
        StoreFixture.Open(storage);   // as many starts as the other has seen
        ledger.BeginLife();
        ledger.CheckBoot(
            new OpenedStore(StoreFixture.Open(storage), [], HadFailures: false, SavedCumulative: 0));
        Assert.AreEqual(2, ledger.LastSequence);
    }

    private static void FlipRecord(
        MemoryStorage storage, Predicate<string> isSegment, Predicate<long> isRecord)
    {
        foreach (string name in storage.Files.Keys.Where(name => isSegment(name)).ToList())
        {
            byte[] file = storage.Files[name];
            for (int at = RecordCodec.SegmentHeaderLength; at < file.Length;
                at += RecordCodec.ClaimedLength(file, at, file.Length - at))
            {
                if (isRecord(RecordCodec.Sequence(file, at)))
                {
                    file[at + 30] ^= 0x10;
                    return;
                }
            }
        }

        Assert.Fail("there is no such record");
    }

    private static VerifiedRecord Append(SegmentStore store, long sequence)
    {
        CborWriter writer =
            store.Begin(RecordKind.Event, store.BootId, 1000 * sequence, TimeQuality.Unsynced, 0);
        RecordBody.WriteBoot(writer, sequence - 1, "", "");
        Assert.IsTrue(store.TryCommit(0));
        var record = new StoredRecord();
        Assert.IsTrue(store.TryRead(sequence, record));
        return StoreFixture.Verify(record);
    }

    // Every sequence is released, can be read, or lies in the range of a tombstone that can be read.
    private static void AssertAccountedFor(SegmentStore store, params (long First, long Last)[] released)
    {
        var accounted = new SequenceSet();
        foreach ((long first, long last) in released)
        {
            accounted.Add(first, last);
        }

        var record = new StoredRecord();
        for (long after = 0; store.TryReadNext(after, record); after = record.Sequence)
        {
            accounted.Add(record.Sequence, record.Sequence);
            foreach ((long first, long last) in StoreFixture.Verify(record).Declared)
            {
                accounted.Add(first, last);
            }
        }

        Assert.AreEqual(store.LastSequence, accounted.Cumulative);
    }
}
