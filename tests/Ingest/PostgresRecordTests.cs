// Goal: what RecordSinkTests holds of every engine, on PostgreSQL, and what is PostgreSQL's alone: several
// ingests, partitions, faults of the server. Method: a real server.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Npgsql;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class PostgresRecordTests : RecordSinkTests
{
    private PostgresTestSink Postgres => (PostgresTestSink)Sink;

    private protected override TestSink NewSink() => new PostgresTestSink();

    [TestMethod]
    public void TwoIngestsWithTheSameRecords_StoreEachOnce_WhoeverIsFirst()
    {
        const int count = 200;
        Sink.Open().Dispose();   // the schema, so that both begin alike
        long[][] parts = new long[2][];
        Parallel.For(0, 2, worker =>
        {
            using IRecordSink database = Sink.Open();
            var committed = new List<long>();
            foreach (long[] group in Enumerable.Range(1, count).Select(s => (long)s).Chunk(10))
            {
                long[] order = worker == 0 ? group : [.. group.Reverse()];
                CommitResult result = database.Commit(order.SelectMany(
                    s => new[] { Records.Vitals(s), Records.Vitals(s, "ward-2") }));
                committed.AddRange(order.SelectMany(s => new[] { s, s }).Where(
                    (_, i) => result.Outcomes[i] == RecordOutcome.Committed));
                Assert.IsTrue(
                    result.Outcomes.All(o => o is RecordOutcome.Committed or RecordOutcome.Duplicate));
            }

            parts[worker] = [.. committed];
        });

        Assert.AreEqual(2 * count, parts[0].Length + parts[1].Length, "each was committed by one of the two");
        using IRecordSink after = Sink.Open();
        Assert.AreEqual(2 * count, after.Scalar("select count(*) from record"));
        Assert.AreEqual(2, after.Scalar($"select count(*) from device_state where cumulative = {count}"));
        Assert.AreEqual(0, after.Scalar("select count(*) from incident"));
    }

    // A message that the queue hands on once more, or to a slower ingest, must not put the clock of a unit's
    // state back; a clock of the backend that was set back must not keep its state for ever.
    [TestMethod]
    public void AStateThatComesLate_DoesNotReplaceANewerOne_UnlessTheClockWasSetBack()
    {
        using IRecordSink database = Sink.Open();
        long Keep(long receivedMs)
        {
            var group = new CommitGroup();
            group.States.Add(new ReceivedState(
                "status", Records.Vitals(1) with { Fields = new Dictionary<string, object?>() }, receivedMs));
            database.Commit(group);
            return database.Scalar("select received_utc_ms from device_message");
        }

        Assert.AreEqual(10_000_000, Keep(10_000_000));
        Assert.AreEqual(10_000_000, Keep(9_999_000));
        Assert.AreEqual(10_000_000, Keep(9_400_000));
        Assert.AreEqual(10_000_001, Keep(10_000_001));
        Assert.AreEqual(1_000_000, Keep(1_000_000));
    }

    [TestMethod]
    public void ARecord_LiesInThePartitionOfItsMonth_AndInTheLastOneWhenThereIsNone()
    {
        using IRecordSink database = Sink.Open();
        DateTimeOffset now = DateTimeOffset.UtcNow;
        CommitGroup group = Records.Group(Records.Vitals(1));   // of 2023: nobody has made that month
        group.Records.Add(new ReceivedRecord(Records.Vitals(2), now.ToUnixTimeMilliseconds()));
        database.Commit(group);

        Assert.AreEqual(1, database.Scalar("select count(*) from record_other"));
        Assert.AreEqual(
            1, database.Scalar(
                $"select count(*) from record_{now:yyyy_MM} where sequence = 2"));
        Assert.AreEqual(
            PostgresDatabase.MonthsAhead + 1,
            database.Scalar("select count(*) from pg_inherits where inhparent = 'record'::regclass"));
        Assert.AreEqual(0, database.Scalar("select make_record_partitions($0, 1)", Records.UtcMs),
            "rows lie there");
        Assert.AreEqual(2, database.Scalar("select count(*) from record"));
    }

    [TestMethod]
    public void AStoreThatAnotherProgramHolds_IsOneClearLine_AndWorksAfterwards()
    {
        using var database = new PostgresDatabase(DatabaseAddress.Parse(Sink.Address), lockSeconds: 1);
        database.Commit(Records.Vitals(1));
        using (NpgsqlConnection other = Postgres.Connect())
        {
            using NpgsqlTransaction blocker = other.BeginTransaction();
            using var command = new NpgsqlCommand("lock table device_state in access exclusive mode", other);
            command.ExecuteNonQuery();
            IngestException e = Assert.ThrowsExactly<IngestException>(()
                => database.Commit(Records.Vitals(2)));
            StringAssert.Contains(e.Message, "locked by another program");
        }

        Assert.AreEqual(RecordOutcome.Committed, database.Commit(Records.Vitals(2)).Outcomes.Single());
    }

    [TestMethod]
    public void AFailureInTheMiddle_LeavesNothing_AndTheSameGroupGoesInAfterwards()
    {
        using IRecordSink database = Sink.Open();
        Postgres.Execute(
            """
            create function refuse() returns trigger language plpgsql as
            $$ begin raise exception using errcode = 'disk_full', message = 'no space left'; end $$;
            create trigger refuse before update on device_state execute function refuse();
            """);
        IngestException e = Assert.ThrowsExactly<IngestException>(
            () => database.Commit(Records.Vitals(1), Records.Vitals(2)));
        StringAssert.Contains(e.Message, "full");
        Assert.AreEqual(0, database.Scalar("select count(*) from record"));
        Assert.AreEqual(0, database.Scalar("select count(*) from device_state"));

        Postgres.Execute("drop trigger refuse on device_state");
        CommitResult result = database.Commit(Records.Vitals(1), Records.Vitals(2));
        Assert.AreEqual(2, result.Stores.Single().Sequences.Cumulative);
    }

    [TestMethod]
    public void AConnectionThatIsCut_IsMadeAgain()
    {
        using IRecordSink database = Sink.Open();
        database.Commit(Records.Vitals(1));
        Postgres.Execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
            + "and pid <> pg_backend_pid()");

        Assert.ThrowsExactly<IngestException>(() => database.Commit(Records.Vitals(2)));
        Assert.AreEqual(RecordOutcome.Committed, database.Commit(Records.Vitals(2)).Outcomes.Single());
    }

    [TestMethod]
    public void ADatabaseOfANewerVersion_IsRefused()
    {
        Sink.Open().Dispose();
        Postgres.Execute("insert into schema_version (version) values (99)");
        IngestException e = Assert.ThrowsExactly<IngestException>(() => Sink.Open());
        StringAssert.Contains(e.Message, "99");
    }

    [TestMethod]
    public void ADatabaseOfTheFirstVersion_IsMigrated_WithItsRecords()
    {
        Commit(Records.Vitals(1));
        Postgres.Execute("drop index record_number; drop index record_alarm; delete from schema_version "
            + "where version > 1");
        Commit(Records.Vitals(2));
        Assert.AreEqual(2L, Sink.Query("select count(*) as n from record").Single()["n"]);
        Assert.AreEqual(
            1L, Sink.Query("select count(*) as n from pg_class where relname = 'record_number'")
                .Single()["n"]);

        void Commit(VerifiedRecord record)
        {
            using IRecordSink database = Sink.Open();
            database.Commit(record);
        }
    }

    [TestMethod]
    public void ATextWithANul_IsPutAsideLikeAnyOther()
    {
        using IRecordSink database = Sink.Open();
        var group = new CommitGroup();
        group.Rejected.Add(
            new RejectedMessage("a\0'; drop table record; --", "pg/1/\0/vitals", [0], "topic", 1));
        database.Commit(group);
        Assert.AreEqual(1,
            database.Scalar("select count(*) from quarantine where device like '%drop table%'"));
    }

    [TestMethod]
    public void AQuarantineThatSomebodyHasEmptied_HasRoomAgain_ForTheIngestThatFoundItFull()
    {
        CommitGroup Forged(int first, int count)
        {
            var group = new CommitGroup();
            group.Rejected.AddRange(Enumerable.Range(first, count).Select(i => new RejectedMessage(
                $"ward-{i & 15}", $"pg/1/ward-{i & 15}/vitals", BitConverter.GetBytes(i), "x", 1)));
            return group;
        }

        using IRecordSink ingest = Sink.Open();
        ingest.Commit(Forged(0, Quarantining.UnverifiableRowsMax + 1));
        using (IRecordSink other = Sink.Open())
        {
            other.Retain(2);   // `database retain`, while the ingest runs on
        }

        ingest.Commit(Forged(-5, 5));
        Assert.AreEqual(5, ingest.Scalar("select count(*) from quarantine"));
        Assert.AreEqual(1, ingest.Scalar(
            "select value from counter where name = $0", RecordDatabase.QuarantineOverflow));
    }

    [TestMethod]
    [DataRow("postgres://me:secret@localhost/x", "password")]
    [DataRow("postgres://localhost", "names none")]
    [DataRow("postgres://me@localhost/x?password=secret", "nothing else")]
    [DataRow("mysql://localhost/x", "sqlite:PATH")]
    [DataRow("postgres://me@localhost:99999/x", "postgres://USER@HOST")]
    public void AnAddressThatIsNone_IsRefused_AndItsSecretNotRepeated(string address, string part)
    {
        IngestException e = Assert.ThrowsExactly<IngestException>(() => DatabaseAddress.Parse(address));
        StringAssert.Contains(e.Message, part);
        Assert.IsFalse(e.Message.Contains("secret"));
    }

    [TestMethod]
    public void OverANetwork_TheServerMustShowACertificate()
    {
        StringAssert.Contains(
            DatabaseAddress.Parse("postgres://me@db.ward.example/x").ConnectionString, "SSL Mode=VerifyFull");
        IngestException e = Assert.ThrowsExactly<IngestException>(
            () => new PostgresDatabase(DatabaseAddress.Parse("postgres://me@/x?host=/nonexistent")));
        StringAssert.Contains(e.Message, "cannot be reached");
    }
}
