// Goal: every record is stored once, and nothing odd goes unnoticed, on every engine alike. Method: hand-made
// records against real databases.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

public abstract class RecordSinkTests
{
    private TestSink? _sink;

    private protected TestSink Sink => _sink ??= NewSink();

    [TestCleanup]
    public void Cleanup() => _sink?.Dispose();

    private protected abstract TestSink NewSink();

    [TestMethod]
    public void TheSameRecordTwice_IsStoredOnce_AndReportedAsDuplicate()
    {
        using IRecordSink database = Open();

        CommitResult first = database.Commit(Records.Vitals(1));
        CommitResult again = database.Commit(Records.Vitals(1), Records.Vitals(1));

        Assert.AreEqual(RecordOutcome.Committed, first.Outcomes.Single());
        CollectionAssert.AreEqual(
            new[] { RecordOutcome.Duplicate, RecordOutcome.Duplicate }, again.Outcomes.ToArray());
        Assert.AreEqual(1, database.Scalar("select count(*) from record"));
        Assert.AreEqual(1, again.Stores.Single().Sequences.Cumulative, "a duplicate is acknowledged again");
        Assert.AreEqual(1, again.Stores.Single().RecordCount);
    }

    [TestMethod]
    public void SameIdentityWithAnotherMac_IsQuarantinedAndCounted_AndTheFirstStays()
    {
        using IRecordSink database = Open();
        database.Commit(Records.Vitals(1));
        byte[] otherMac = new byte[32];

        CommitResult result = database.Commit(
            Records.Vitals(1) with { Mac = otherMac, Text = "d.e.f"u8.ToArray() });

        Assert.AreEqual(RecordOutcome.Conflict, result.Outcomes.Single());
        Assert.AreEqual(1, result.Stores.Single().ConflictCount);
        const string quarantined = "select count(*) from quarantine where conflict = 1 and message = $0";
        Assert.AreEqual(1, database.Scalar(quarantined, "d.e.f"u8.ToArray()));
        Assert.AreEqual(1, database.Scalar("select count(*) from record where mac = $0", Records.MacOf(1)));
    }

    [TestMethod]
    public void OutOfOrderRecords_LeaveGapsThatTheViewNames_UntilTheyAreFilled()
    {
        using IRecordSink database = Open();

        CommitResult result = database.Commit(
            Records.Vitals(9), Records.Vitals(1), Records.Vitals(5), Records.Vitals(6));
        SequenceSet set = result.Stores.Single().Sequences;
        Assert.AreEqual(1, set.Cumulative);
        CollectionAssert.AreEqual(new[] { (5L, 6L), (9L, 9L) }, set.Ranges.ToArray());
        Assert.AreEqual(5, set.MissingCount);
        Assert.AreEqual(2, database.Scalar("select count(*) from gap"));
        Assert.AreEqual(
            1, database.Scalar(
                "select count(*) from gap where first = 2 and last = 4 and epoch = 'fedcba9800000001'"));
        Assert.AreEqual(1, database.Scalar("select count(*) from gap where first = 7 and last = 8"));

        database.Commit(new long[] { 2, 3, 4, 7, 8 }.Select(sequence => Records.Vitals(sequence)));
        Assert.AreEqual(0, database.Scalar("select count(*) from gap"));
        Assert.AreEqual(
            0, database.Scalar("select sum(chain_breaks) from device_state"), "the chain holds in any order");
    }

    [TestMethod]
    public void AfterARestart_StateComesFromTheStateTable_NotFromAScan()
    {
        using (IRecordSink database = Open())
        {
            database.Commit(Records.Vitals(1), Records.Vitals(2), Records.Vitals(4));
        }

        using IRecordSink again = Open();
        CommitResult result = again.Commit(Records.Vitals(2), Records.Vitals(3));
        StoreState store = result.Stores.Single();
        CollectionAssert.AreEqual(
            new[] { RecordOutcome.Duplicate, RecordOutcome.Committed }, result.Outcomes.ToArray());
        Assert.AreEqual(4, store.Sequences.Cumulative);
        Assert.AreEqual(4, store.RecordCount);
        Assert.AreEqual(4, store.ReadingCount);
    }

    [TestMethod]
    public void ARecordThatDoesNotNameItsNeighbour_IsStoredAndReportedAsAChainBreak()
    {
        using IRecordSink database = Open();
        database.Commit(Records.Vitals(1), Records.Vitals(3) with { PreviousMac = new byte[8] });
        Assert.AreEqual(
            0, database.Scalar("select count(*) from incident"), "the neighbour is not there yet");

        CommitResult result = database.Commit(Records.Vitals(2));

        Assert.AreEqual(RecordOutcome.Committed, result.Outcomes.Single());
        Assert.AreEqual(1, result.Stores.Single().ChainBreaks);
        Assert.AreEqual(
            1, database.Scalar("select count(*) from incident where kind = 'chain-break' and sequence = 3"));
    }

    [TestMethod]
    public void ATombstone_AccountsForItsRange_SoThatTheCumulativeSequencePassesIt()
    {
        using IRecordSink database = Open();
        database.Commit(Records.Vitals(1), Records.Vitals(2), Records.Vitals(6));

        CommitResult result = database.Commit(Records.Tombstone(7, 2, 5));

        StoreState store = result.Stores.Single();
        Assert.AreEqual(7, store.Sequences.Cumulative);
        Assert.AreEqual(3, store.DeclaredCount, "2 had been committed, 3 to 5 are declared");
        Assert.AreEqual(0, store.Sequences.MissingCount);
    }

    [TestMethod]
    public void ATombstoneThatSpeaksOfTheFuture_DeclaresNothing()
    {
        using IRecordSink database = Open();
        CommitResult result = database.Commit(Records.Tombstone(1, 1, long.MaxValue));
        Assert.AreEqual(1, result.Stores.Single().Sequences.Cumulative);
        Assert.AreEqual(0, result.Stores.Single().DeclaredCount);
    }

    [TestMethod]
    public void ANewEpochOfAKnownDevice_IsReportedOnce_AndCountsFromTheStart()
    {
        using IRecordSink database = Open();
        database.Commit(Records.Vitals(1));
        CommitResult result = database.Commit(Records.Vitals(1, epoch: 7), Records.Vitals(2, epoch: 7));

        Assert.AreEqual(2, result.Stores.Single().Sequences.Cumulative);
        Assert.AreEqual(
            1, database.Scalar("select count(*) from incident where kind = 'new-epoch' and epoch = 7"));
        Assert.AreEqual(1, database.Scalar("select count(*) from incident"));
    }

    [TestMethod]
    public void AMillionSkippedSequences_AreOneGap()
    {
        using IRecordSink database = Open();
        CommitResult result = database.Commit(Records.Vitals(1), Records.Vitals(1_000_002));
        Assert.AreEqual(1_000_000, result.Stores.Single().Sequences.MissingCount);
        Assert.AreEqual(1, database.Scalar("select count(*) from gap where first = 2 and last = 1000001"));
    }

    [TestMethod]
    public void MoreGapsThanTheLimit_AreRefused_UntilOneIsFilled()
    {
        using IRecordSink database = Open();
        IEnumerable<long> everyOther = Enumerable.Range(1, SequenceSet.RangeCountMax).Select(i => 2L * i);
        CommitResult full = database.Commit(everyOther.Select(s => Records.Vitals(s)));
        Assert.IsTrue(full.Outcomes.All(outcome => outcome == RecordOutcome.Committed));
        long beyond = 2L * SequenceSet.RangeCountMax + 2;

        Assert.AreEqual(RecordOutcome.Refused, database.Commit(Records.Vitals(beyond)).Outcomes.Single());
        Assert.AreEqual(0, database.Scalar("select count(*) from record where sequence = $0", beyond));

        CommitResult result = database.Commit(Records.Vitals(1), Records.Vitals(beyond));
        Assert.IsTrue(result.Outcomes.All(o => o == RecordOutcome.Committed));
    }

    [TestMethod]
    public void AnUnverifiableMessageSentAgainAndAgain_IsOneRowWithACount()
    {
        using IRecordSink database = Open();
        for (int i = 0; i < 3; i++)
        {
            var group = new CommitGroup();
            group.Rejected.Add(
                new RejectedMessage("ward-1", "pg/1/ward-1/vitals", [1, 2], "signature", 1000 + i));
            database.Commit(group);
        }

        Assert.AreEqual(1, database.Scalar("select count(*) from quarantine"));
        Assert.AreEqual(3, database.Scalar("select times from quarantine where reason = 'signature'"));
    }

    [TestMethod]
    public void AFullQuarantine_CountsWhatDoesNotFit()
    {
        using IRecordSink database = Open();
        var group = new CommitGroup();
        for (int i = 0; i < Quarantining.UnverifiableRowsMax + 5; i++)
        {
            group.Rejected.Add(
                new RejectedMessage($"ward-{i % 20}", "topic", BitConverter.GetBytes(i), "x", 1));
        }

        database.Commit(group);

        Assert.AreEqual(Quarantining.UnverifiableRowsMax, database.Scalar("select count(*) from quarantine"));
        const string counter = "select value from counter where name = $0";
        Assert.AreEqual(5, database.Scalar(counter, RecordDatabase.QuarantineOverflow));
    }

    [TestMethod]
    public void ARecordOfBeforeTheGroup_IsItsNeighbour_AlsoWhenTheGroupIsOutOfOrder()
    {
        using IRecordSink database = Open();
        database.Commit(Records.Vitals(1));

        CommitResult result = database.Commit(
            Records.Vitals(3), Records.Vitals(2) with { PreviousMac = new byte[8] });

        Assert.AreEqual(1, result.Stores.Single().ChainBreaks, "2 does not follow 1");
    }

    [TestMethod]
    public void AKeyThatWentBack_IsPutAside_AndBacklogOfTheOldKeyIsNot()
    {
        using IRecordSink database = Open();
        database.Commit(Records.Vitals(1), Records.Vitals(5) with { KeyVersion = 2 });

        CommitResult result = database.Commit(Records.Vitals(3), Records.Vitals(6));

        CollectionAssert.AreEqual(
            new[] { RecordOutcome.Committed, RecordOutcome.Refused }, result.Outcomes.ToArray());
        Assert.AreEqual(
            1, database.Scalar("select count(*) from quarantine where reason = 'key version went back'"));
        Assert.AreEqual(2, database.Scalar("select key_version from device_state"));
    }

    [TestMethod]
    public void ALateRecordOfADeclaredSequence_IsStoredAfterAll()
    {
        using IRecordSink database = Open();
        database.Commit(Records.Vitals(1), Records.Tombstone(4, 2, 3));

        Assert.AreEqual(RecordOutcome.Committed, database.Commit(Records.Vitals(2)).Outcomes.Single());
        Assert.AreEqual(RecordOutcome.Duplicate, database.Commit(Records.Vitals(2)).Outcomes.Single());
    }

    [TestMethod]
    public void OfHealthAndStatus_TheLatestIsKept_AndOneWithAnOldKeyIsPutAside()
    {
        using IRecordSink database = Open();
        database.Commit(Records.Vitals(1) with { KeyVersion = 2 });
        var group = new CommitGroup();
        VerifiedRecord message = Records.Vitals(1) with
        {
            KeyVersion = 2,
            Readings = [],
            Fields = new Dictionary<string, object?> { ["online"] = true, ["firmware"] = "1.0" },
        };
        group.States.Add(
            new ReceivedState("status", message with { Fields = new Dictionary<string, object?>() }, 1));
        group.States.Add(new ReceivedState("status", message, 2));
        group.States.Add(new ReceivedState("health", message, 3));
        group.States.Add(new ReceivedState("health", message with { KeyVersion = 1 }, 4));
        group.Rejected.Add(new RejectedMessage("ward-2", "pg/1/ward-2/live", [1], "not three parts", 5));
        database.Commit(group);
        database.Commit(group);

        Assert.AreEqual(2, database.Scalar("select count(*) from device_message"));
        Assert.AreEqual(
            1, database.Scalar(
                "select count(*) from device_message where kind = 'status' and received_utc_ms = 2 "
                + "and fields ->> 'firmware' = '1.0'"));
        Assert.AreEqual(2, database.Scalar("select count(*) from quarantine where times = 2"));
    }

    [TestMethod]
    public void WhatACommandHasToKnow_ComesOutOfTheDatabase()
    {
        using IRecordSink database = Open();
        VerifiedRecord Answer(long sequence, long number, string note) => Records.Vitals(sequence) with
        {
            Kind = RecordKind.Event,
            BootId = 9,
            Readings = [],
            Fields = new Dictionary<string, object?>
            {
                ["event"] = (long)EventCode.CommandAnswer, ["commandNumber"] = number, ["note"] = note,
            },
        };
        using var history = new CommandHistory(DatabaseAddress.Parse(Sink.Address));
        Assert.IsNull(history.FindBoot("ward-1"));
        Assert.AreEqual(0, history.FindLastNumber("ward-1"));

        database.Commit(
            Records.Vitals(1), Answer(2, 90, "staged"), Answer(3, 90, "done"), Answer(4, 100, "refused"));

        Assert.AreEqual((9u, 1), history.FindBoot("ward-1"));
        Assert.AreEqual(100, history.FindLastNumber("ward-1"));
        Assert.AreEqual("done", history.FindAnswer("ward-1", 90));
        Assert.IsNull(history.FindAnswer("ward-1", 91));
        Assert.IsNull(history.FindAnswer("ward-1' or 'a' = 'a", 90));
    }

    private IRecordSink Open() => Sink.Open();
}
