// Goal: whatever is killed, full or locked on the way, nothing is acknowledged that is not on disk, and every
// record is there once in the end. Method: a real broker and database, broken on purpose; the device keeps
// what is not acknowledged.

using Microsoft.Data.Sqlite;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class IngestFaultTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);   // only a defect reaches it
    private readonly TestBackend _backend = new();

    [TestCleanup]
    public void Cleanup() => _backend.Dispose();

    [TestMethod]
    public void WhileTheDatabaseIsLocked_NothingIsAcknowledged_AndEverythingAfterwards()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        var failed = new ManualResetEventSlim();
        string problem = "";
        using IngestService ingest = IngestService.Start(_backend.Options, line =>
        {
            problem = line;
            failed.Set();
        });
        using (var blocker = new SqliteConnection($"Data Source={_backend.DatabasePath};Pooling=False"))
        {
            blocker.Open();
            Execute(blocker, "begin immediate");
            device.Send("vitals", device.Seal(1));
            Assert.IsTrue(failed.Wait(Limit), "the failure was not told");
            StringAssert.Contains(problem, "locked");
            Assert.AreEqual(problem, ingest.GetStatistics().LastError);
            Assert.IsFalse(device.HasAck, "acknowledged before the commit");
            Execute(blocker, "rollback");
        }

        Assert.AreEqual(1, device.ReceiveAck().Cumulative);
        Assert.AreEqual("", ingest.GetStatistics().LastError);
    }

    [TestMethod]
    public void AFullDatabase_IsNotAcknowledged_AndALargerOneTakesAllThatTheDeviceKept()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        byte[][] batches = [.. Enumerable.Range(1, 200).Select(s => device.Seal(s))];
        var failed = new ManualResetEventSlim();
        using (IngestService small = IngestService.Start(
            _backend.Options with { DatabaseBytesMax = 150_000 }, _ => failed.Set()))
        {
            foreach (byte[] batch in batches)
            {
                device.Send("vitals", batch);
            }

            Assert.IsTrue(failed.Wait(Limit));
            StringAssert.Contains(small.GetStatistics().LastError, "full");
            Assert.IsFalse(
                small.Stop(TimeSpan.Zero), "stopped with messages that are not stored, and says so");
        }

        long acknowledged = 0;
        while (device.HasAck)
        {
            acknowledged = device.ReceiveAck().Cumulative;
        }

        Assert.IsTrue(acknowledged < 200);
        long committed = _backend.Scalar("select coalesce(max(cumulative), 0) from device_state");
        Assert.IsTrue(acknowledged <= committed, $"{acknowledged} acknowledged, {committed} committed");
        using IngestService large = IngestService.Start(_backend.Options);
        foreach (byte[] batch in batches[(int)acknowledged..])
        {
            device.Send("vitals", batch);
        }

        device.WaitForAck(200);
        Assert.AreEqual(200, _backend.Scalar("select count(*) from record"));
    }

    [TestMethod]
    public void AfterKilledBrokerAndRestartedIngest_EverySequenceIsThereOnce()
    {
        DeviceIdentity identity = _backend.AddDevice("ward-a");
        var device = new TestDevice(_backend, identity);
        byte[][] batches = [.. Enumerable.Range(1, 30).Select(s => device.Seal(s))];
        using (IngestService.Start(_backend.Options))
        {
            foreach (byte[] batch in batches[..10])
            {
                device.Send("vitals", batch);
            }

            device.WaitForAck(10);
        }

        foreach (byte[] batch in batches[10..20])
        {
            device.Send("vitals", batch);   // PUBACKed while no ingest is there, and lost with the broker
        }

        _backend.Broker.Kill();
        _backend.RestartBroker();
        device.Dispose();
        using var again = new TestDevice(_backend, identity);
        using IngestService ingest = IngestService.Start(_backend.Options);
        foreach (byte[] batch in batches[10..])
        {
            again.Send("vitals", batch);
        }

        again.WaitForAck(30);
        Assert.AreEqual(30, _backend.Scalar("select count(*) from record"));
        Assert.AreEqual(30, _backend.Scalar("select count(distinct sequence) from record"));
    }

    [TestMethod]
    public void ARunningIngest_ComesBackByItselfAfterTheBrokerWasKilled()
    {
        DeviceIdentity identity = _backend.AddDevice("ward-a");
        using IngestService ingest = IngestService.Start(_backend.Options);
        _backend.Broker.Kill();

        // The new broker knows nothing of the old one's sessions: it must not be taken for that one.
        TestBackend.WaitFor(() => !ingest.GetStatistics().IsConnected);
        _backend.RestartBroker();
        TestBackend.WaitFor(() => ingest.GetStatistics() is { IsConnected: true, LastError: "" });

        using var device = new TestDevice(_backend, identity);
        device.Send("vitals", device.Seal(1));
        Assert.AreEqual(1, device.ReceiveAck().Cumulative);
    }

    [TestMethod]
    public void ACleanStop_CommitsWhatHasCome()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        IngestService ingest = IngestService.Start(_backend.Options);
        for (int sequence = 1; sequence <= 100; sequence++)
        {
            device.Send("vitals", device.Seal(sequence));
        }

        TestBackend.WaitFor(() => ingest.GetStatistics().Received == 100);
        Assert.IsTrue(ingest.Stop(Limit));
        Assert.AreEqual(100, _backend.Scalar("select cumulative from device_state"));
        Assert.IsTrue(ingest.Completion.IsCompletedSuccessfully);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
