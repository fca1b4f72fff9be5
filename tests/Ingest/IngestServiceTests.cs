// Goal: what the ingest acknowledges is on its disk, and whatever is killed or broken on the way, every record is there
// once in the end. Method: signed batches from the firmware's encoder, a real broker with TLS, a real database.

using Microsoft.Data.Sqlite;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Batch;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class IngestServiceTests
{
    private readonly TestBackend _backend = new();

    [TestCleanup]
    public void Cleanup() => _backend.Dispose();

    [TestMethod]
    public void ASignedBatch_IsStoredAndAcknowledged_AndReadableInPhysicalUnits()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using IngestService ingest = IngestService.Start(_backend.Options);

        Assert.AreEqual(0, device.Send("vitals", device.Seal(1)));
        Acknowledgement ack = device.ReceiveAck();

        Assert.AreEqual(device.Epoch, ack.Epoch);
        Assert.AreEqual(1, ack.Cumulative);
        Assert.AreEqual(0, ack.RangeCount);
        Assert.AreEqual(10, Scalar("select count(*) from reading"));
        Assert.AreEqual(
            1, Scalar("select count(*) from reading where pulse_per_minute = 70.3 and spo2_percent = 97.0 "
                + "and spo2_status = 'Uncalibrated' and temperature_celsius is null and temperature_status = 'SensorFault'"));
        IngestStatistics statistics = ingest.GetStatistics();
        Assert.IsTrue(statistics.IsConnected);
        Assert.AreEqual(1, statistics.Committed);
        Assert.AreEqual(10, statistics.ReadingsCommitted);
        Assert.AreEqual("ward-a", statistics.Devices.Single().Device);
        Assert.AreEqual(710, statistics.Devices.Single().LastReading!.Values[1]);
    }

    [TestMethod]
    public void DuplicatesAndGaps_AreAcknowledgedAsTheyAre()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using IngestService ingest = IngestService.Start(_backend.Options);
        byte[][] batches = [.. Enumerable.Range(1, 4).Select(s => device.Seal(s))];

        device.Send("vitals", batches[0]);
        Assert.AreEqual(1, device.ReceiveAck().Cumulative);
        device.Send("vitals", batches[3]);
        Acknowledgement gap = device.ReceiveAck();
        Assert.AreEqual(1, gap.Cumulative);
        Assert.AreEqual(1, gap.RangeCount);
        Assert.AreEqual(4, gap.RangeFirst[0]);
        Assert.AreEqual(4, gap.RangeLast[0]);
        device.Send("vitals", batches[3]);
        Assert.AreEqual(1, device.ReceiveAck().Cumulative);
        device.Send("vitals", batches[1]);
        device.Send("vitals", batches[2]);

        Assert.AreEqual(4, device.WaitForAck(4).Cumulative);
        Assert.AreEqual(1, ingest.GetStatistics().Duplicates);
        Assert.AreEqual(4, Scalar("select count(*) from record"));
        Assert.AreEqual(0, Scalar("select chain_breaks from device_state"));
    }

    [TestMethod]
    public void AnythingForged_IsQuarantined_AndNotAcknowledged()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using var other = new TestDevice(_backend, _backend.AddDevice("ward-b"));
        using IngestService ingest = IngestService.Start(_backend.Options);
        byte[] good = device.Seal(1);
        byte[] flipped = [.. good];
        flipped[^1] = flipped[^1] == (byte)'A' ? (byte)'E' : (byte)'A';

        other.Send("vitals", good);            // another device's batch under its own topic
        device.Send("alarm", good);            // the right device, the wrong kind
        device.Send("vitals", flipped);
        device.Send("vitals", [0, 1, 2]);
        device.Send("vitals", good);

        Assert.AreEqual(1, device.ReceiveAck().Cumulative);
        Assert.IsFalse(device.HasAck);
        Assert.IsFalse(other.HasAck);
        Assert.AreEqual(4, Scalar("select count(*) from quarantine where conflict = 0"));
        Assert.AreEqual(4, ingest.GetStatistics().Unverifiable);
        Assert.AreEqual(1, Scalar("select count(*) from record"));
    }

    [TestMethod]
    public void ARestoredDeviceThatSealsAnIdentityAgain_IsAConflict_InQuarantine()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using IngestService ingest = IngestService.Start(_backend.Options);
        device.Send("vitals", device.Seal(1));
        device.ReceiveAck();

        device.Send("vitals", device.Seal(1));   // the same identity after another predecessor: another MAC
        device.ReceiveAck();

        Assert.AreEqual(1, ingest.GetStatistics().Conflicts);
        Assert.AreEqual(1, Scalar("select count(*) from quarantine where conflict = 1"));
        Assert.AreEqual(1, Scalar("select count(*) from record"));
    }

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
            Assert.IsTrue(failed.Wait(TimeSpan.FromSeconds(20)), "the failure was not told");
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

            Assert.IsTrue(failed.Wait(TimeSpan.FromSeconds(20)));
            StringAssert.Contains(small.GetStatistics().LastError, "full");
            Assert.IsFalse(small.Stop(TimeSpan.Zero), "stopped with messages that are not stored, and says so");
        }

        long acknowledged = 0;
        while (device.HasAck)
        {
            acknowledged = device.ReceiveAck().Cumulative;
        }

        Assert.IsTrue(acknowledged < 200);
        Assert.AreEqual(acknowledged, Scalar("select coalesce(max(cumulative), 0) from device_state"));
        using IngestService large = IngestService.Start(_backend.Options);
        foreach (byte[] batch in batches[(int)acknowledged..])
        {
            device.Send("vitals", batch);
        }

        device.WaitForAck(200);
        Assert.AreEqual(200, Scalar("select count(*) from record"));
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
        Assert.AreEqual(30, Scalar("select count(*) from record"));
        Assert.AreEqual(30, Scalar("select count(distinct sequence) from record"));
    }

    [TestMethod]
    public void ARunningIngest_ComesBackByItselfAfterTheBrokerWasKilled()
    {
        DeviceIdentity identity = _backend.AddDevice("ward-a");
        using IngestService ingest = IngestService.Start(_backend.Options);
        _backend.Broker.Kill();
        _backend.RestartBroker();
        WaitFor(() => ingest.GetStatistics() is { IsConnected: true, LastError: "" });

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

        WaitFor(() => ingest.GetStatistics().Received == 100);
        Assert.IsTrue(ingest.Stop(TimeSpan.FromSeconds(10)));
        Assert.AreEqual(100, Scalar("select cumulative from device_state"));
        Assert.IsTrue(ingest.Completion.IsCompletedSuccessfully);
    }

    private static void WaitFor(Func<bool> condition)
        => Assert.IsTrue(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)), "did not happen in time");

    private long Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_backend.DatabasePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar());
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
