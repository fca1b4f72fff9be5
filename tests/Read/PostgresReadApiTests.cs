// Goal: the API says of PostgreSQL what it says of SQLite, and cannot write there. Method: ReadApiTests again
// over a real server; what is PostgreSQL's alone beside it.

using Npgsql;
using Pulsegate.Batch;
using Pulsegate.Ingest.Storage;
using Pulsegate.Read;
using Pulsegate.Read.Data;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class PostgresReadApiTests : ReadApiTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    protected override bool IsPostgres => true;

    [TestMethod]
    public void ManyRecords_ComeWhole_OverEveryPage()
    {
        const int count = 600;   // more than two questions' worth
        using var sink = new PostgresTestSink();
        using (IRecordSink database = sink.Open())
        {
            database.Commit(Enumerable.Range(1, count).Select(i => Records.Vitals(i)));
        }

        using RecordSource source = RecordSource.Open(sink.Address);
        var queries = new RecordQueries(source);
        CollectionAssert.AreEqual(
            Enumerable.Range(1, count).Select(i => (long)i).ToArray(),
            queries.Records(
                "ward-1", new RecordPlace(Records.Epoch, 0, 0), RecordKind.Vitals, RecordKind.Vitals)
                .Select(record => record.Sequence).ToArray());
    }

    [TestMethod]
    public void AConnection_CannotWrite()
    {
        using var sink = new PostgresTestSink();
        sink.Open().Dispose();
        using RecordSource source = RecordSource.Open(sink.Address);
        using var connection = source.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "delete from record";
        var e = Assert.ThrowsExactly<PostgresException>(() => command.ExecuteNonQuery());
        Assert.AreEqual(PostgresErrorCodes.ReadOnlySqlTransaction, e.SqlState);
    }

    [TestMethod]
    public void ADatabaseThatIsNotOurs_OrNotThere_IsSaidToBe()
    {
        using var sink = new PostgresTestSink();
        var e = Assert.ThrowsExactly<ReadException>(() => RecordSource.Open(sink.Address));
        StringAssert.Contains(e.Message, "start the ingest first");
        e = Assert.ThrowsExactly<ReadException>(() => RecordSource.Open(
            SharedPostgres.Instance.AddressOf("nobodys")));
        StringAssert.Contains(e.Message, "does not exist");
        e = Assert.ThrowsExactly<ReadException>(() => RecordSource.Open("postgres://u:secret@127.0.0.1/x"));
        Assert.IsFalse(e.Message.Contains("secret", StringComparison.Ordinal));
    }

    [TestMethod]
    public void AServerThatHasEndedOurConnections_IsUsedAgain()
    {
        using var fixture = new ReadFixture(isPostgres: true);
        fixture.Commit(Records.Vitals(1));
        Assert.AreEqual(200, fixture.Status("/v1/devices"));
        fixture.Sql(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            + "where datname = current_database() and pid <> pg_backend_pid()");
        Assert.IsTrue(SpinWait.SpinUntil(
            () =>
            {
                int status = fixture.Status("/v1/devices");
                Assert.IsTrue(status is 200 or 503, $"{status}");
                return status == 200;
            },
            Limit));
    }

    // The ingest that was first to number its record is last to commit it: a webhook that went by the newest
    // number alone would never tell of that alarm.
    [TestMethod]
    public void ANumberCommittedLate_IsNotPassedBy()
    {
        using var sink = new PostgresTestSink();
        // Its wait for the lock is the test's, and must not end by itself meanwhile.
        using var late = new PostgresDatabase(
            DatabaseAddress.Parse(sink.Address), lockSeconds: (int)Limit.TotalSeconds);
        using IRecordSink early = sink.Open();
        late.Commit(Records.Vitals(1));
        early.Commit(Records.Vitals(1, "ward-2"));
        using RecordSource source = RecordSource.Open(sink.Address);
        long before = source.SettledRecordId(0);
        using NpgsqlConnection blocker = sink.Connect();
        using NpgsqlTransaction transaction = blocker.BeginTransaction();
        using (var command = new NpgsqlCommand("lock table incident in exclusive mode", blocker))
        {
            command.ExecuteNonQuery();
        }

        // A broken chain is an incident: its group numbers its record, and then waits.
        var commit = Task.Run(() => late.Commit(Records.Vitals(2) with { PreviousMac = Records.MacOf(9) }));
        Assert.IsTrue(SpinWait.SpinUntil(
            () => (long)sink.Query("select count(*) as n from pg_locks where not granted").Single()["n"] > 0,
            Limit));
        early.Commit(Records.Vitals(2, "ward-2"));
        Assert.ThrowsExactly<PostgresException>(() => source.SettledRecordId(before));

        transaction.Rollback();
        Assert.IsTrue(commit.Wait(Limit));
        long after = source.SettledRecordId(before);
        CollectionAssert.AreEquivalent(
            new[] { "ward-1", "ward-2" },
            new RecordQueries(source).Behind(before, after, 10).Select(record => record.Device).ToArray());
    }
}
