// Goal: a disk without room loses nothing that was valid: nothing is acknowledged that is not committed, the
// ingest says what is the matter, and goes on by itself when there is room again. Method: database files on a
// file system of their own that is really full; a real server, a real broker, a device that is refused.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Npgsql;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class FullDiskTests
{
    private const int BeforeCount = 20;
    private const int Count = 400;   // of ten readings each: above a megabyte of table, log and index
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly TestBackend _backend = new();
    private readonly TestDevice _device;
    private long _sent;
    private long _acknowledged;

    public FullDiskTests() => _device = new TestDevice(_backend, _backend.AddDevice("ward-a"));

    [TestCleanup]
    public void Cleanup()
    {
        _device.Dispose();
        _backend.Dispose();
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void APostgresWithoutRoomForItsTables_StoresEverythingOnceThereIsRoom()
    {
        SharedPostgres.RequireInstalled();
        using var disk = new SmallDisk(megabytes: 120);
        using PostgresServer server = StartOn(disk);
        using IngestService ingest = IngestService.Start(_backend.Options with { Database = server.Address });
        // The log gets its next file while there is room.
        Scalar(server, "select count(pg_switch_wal())");
        Send(BeforeCount);
        WaitForAck(BeforeCount, ingest);
        disk.Fill();
        Send(Count);
        WaitFor(() => ingest.GetStatistics().LastError.Contains("disk or its limit is full"), ingest);
        TakeAcks();
        Assert.IsTrue(_acknowledged < _sent, "all of it found room");
        long committed = Scalar(server, "select max(cumulative) from device_state");
        Assert.IsTrue(_acknowledged <= committed, $"{_acknowledged} acknowledged, {committed} committed");

        disk.Free();
        WaitForAck(_sent, ingest);
        AssertWhole(server, ingest);
    }

    [TestMethod]
    public void AnSqliteFileWithoutRoom_StoresEverythingOnceThereIsRoom()
    {
        using var disk = new SmallDisk(megabytes: 20);
        using IngestService ingest = IngestService.Start(
            _backend.Options with { DatabaseFile = Path.Combine(disk.Path, "ingest.db") });
        Send(BeforeCount);
        WaitForAck(BeforeCount, ingest);
        disk.Fill();
        Send(Count);
        WaitFor(() => ingest.GetStatistics().LastError.Contains("full"), ingest);
        TakeAcks();
        Assert.IsTrue(_acknowledged < _sent, "all of it found room");

        disk.Free();
        WaitForAck(_sent, ingest);
        Assert.IsTrue(ingest.Stop(Limit));
        using IRecordSink sink = RecordSink.Open(
            DatabaseAddress.Parse($"sqlite:{Path.Combine(disk.Path, "ingest.db")}"));
        Assert.AreEqual(_sent, sink.Scalar("select count(*) from record"));
        Assert.AreEqual(_sent, sink.Scalar("select count(distinct sequence) from record"));
    }

    // Without checkpoints no file of its log is removed, which would make room.
    private static PostgresServer StartOn(SmallDisk disk) => PostgresServer.StartIn(
        Directory.CreateDirectory(Path.Combine(disk.Path, "server")).FullName,
        "shared_buffers=16MB", "autovacuum=off", "checkpoint_timeout=1h", "max_wal_size=1GB");

    private static long Scalar(PostgresServer server, string sql)
    {
        using var connection = new NpgsqlConnection(DatabaseAddress.Parse(server.Address).ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(command.ExecuteScalar());
    }

    private static void WaitFor(Func<bool> condition, IngestService ingest) => Assert.IsTrue(
        SpinWait.SpinUntil(condition, Limit), $"the ingest said: {ingest.GetStatistics().LastError}");

    private void AssertWhole(PostgresServer server, IngestService ingest)
    {
        Assert.AreEqual(_sent, Scalar(server, "select count(*) from record"));
        Assert.AreEqual(_sent, Scalar(server, "select count(distinct sequence) from record"));
        Assert.IsTrue(ingest.Stop(Limit));
        Assert.AreEqual("", ingest.GetStatistics().LastError);
    }

    private void Send(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _device.Send("vitals", _device.Seal(++_sent));
        }
    }

    private void TakeAcks()
    {
        while (_device.HasAck)
        {
            _acknowledged = Math.Max(_acknowledged, _device.ReceiveAck().Cumulative);
        }
    }

    private void WaitForAck(long sequence, IngestService ingest)
    {
        long endMs = Environment.TickCount64 + (long)Limit.TotalMilliseconds;
        while (_acknowledged < sequence)
        {
            Assert.IsTrue(
                Environment.TickCount64 < endMs,
                $"{_acknowledged} of {sequence} acknowledged; the ingest said: {ingest.GetStatistics()}");
            SpinWait.SpinUntil(() => _device.HasAck, TimeSpan.FromSeconds(1));
            TakeAcks();
        }
    }
}
