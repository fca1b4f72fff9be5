// Goal: whatever happens to PostgreSQL, nothing is acknowledged that it has not committed, and everything is
// there once in the end. Method: a server of its own that is killed, or a table that another program holds,
// while a device sends; a real broker between.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Npgsql;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class PostgresFaultTests
{
    private const int KillCount = 3;
    private const int WindowCount = 50;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [TestMethod]
    [TestCategory("Slow")]
    public void AServerKilledWhileItCommits_KeepsWhatWasAcknowledged_AndTheIngestComesBack()
    {
        SharedPostgres.RequireInstalled();
        using PostgresServer server = PostgresServer.Start();
        using var backend = new TestBackend();
        using var device = new TestDevice(backend, backend.AddDevice("ward-a"));
        IngestOptions options = backend.Options with { Database = server.Address };
        using IngestService ingest = IngestService.Start(options);
        long sent = 0;
        long acknowledged = 0;
        for (int kill = 0; kill < KillCount; kill++)
        {
            for (int i = 0; i < WindowCount; i++)
            {
                device.Send("vitals", device.Seal(++sent));
            }

            acknowledged = WaitForAck(device, acknowledged + 1);
            server.Kill();
            device.Send("vitals", device.Seal(++sent));
            Assert.IsTrue(
                SpinWait.SpinUntil(() => ingest.GetStatistics().LastError.Length > 0, Limit),
                "it was not noticed");
            while (device.HasAck)
            {
                acknowledged = Math.Max(acknowledged, device.ReceiveAck().Cumulative);
            }

            server.Restart();
            Assert.IsTrue(Scalar(server, "select max(cumulative) from device_state") >= acknowledged);
            acknowledged = WaitForAck(device, sent);   // the ingest kept what it had taken
        }

        Assert.AreEqual(sent, Scalar(server, "select count(*) from record"));
        Assert.AreEqual(sent, Scalar(server, "select count(distinct sequence) from record"));
        Assert.AreEqual("", ingest.GetStatistics().LastError);
        Assert.IsTrue(ingest.Stop(Limit));
    }

    [TestMethod]
    public void WhileATableIsHeld_NothingIsAcknowledged_AndEverythingAfterwards()
    {
        var sink = new PostgresTestSink();
        using var backend = new TestBackend(sink);
        using var device = new TestDevice(backend, backend.AddDevice("ward-a"));
        using IngestService ingest = IngestService.Start(backend.Options);
        using (NpgsqlConnection other = sink.Connect())
        {
            using NpgsqlTransaction holder = other.BeginTransaction();
            using var hold = new NpgsqlCommand("lock table device_state in access exclusive mode", other);
            hold.ExecuteNonQuery();
            device.Send("vitals", device.Seal(1));
            Assert.IsTrue(SpinWait.SpinUntil(() => ingest.GetStatistics().LastError.Length > 0, Limit));
            StringAssert.Contains(ingest.GetStatistics().LastError, "locked");
            Assert.IsFalse(device.HasAck, "acknowledged before the commit");
        }

        Assert.AreEqual(1, WaitForAck(device, 1));
    }

    [TestMethod]
    public void TheDriversOwnNullReference_IsABrokenConnection_AndOursIsNot()
    {
        // Met once in some forty panics of a server, from NpgsqlConnector.ReadMessageLong: the ingest ended.
        Assert.IsTrue(PostgresProblem.IsOfConnection(new NullReferenceException { Source = "Npgsql" }));
        Assert.IsFalse(
            PostgresProblem.IsOfConnection(new NullReferenceException { Source = "Pulsegate.Ingest" }));
        Assert.IsFalse(PostgresProblem.IsOfConnection(new IngestException("schema")));
    }

    private static long WaitForAck(TestDevice device, long sequence)
    {
        long cumulative = 0;
        while (cumulative < sequence)
        {
            Assert.IsTrue(SpinWait.SpinUntil(() => device.HasAck, Limit), "no acknowledgement");
            cumulative = device.ReceiveAck().Cumulative;
        }

        return cumulative;
    }

    private static long Scalar(PostgresServer server, string sql)
    {
        using var connection = new NpgsqlConnection(DatabaseAddress.Parse(server.Address).ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(command.ExecuteScalar());
    }
}
