// Goal: an ingest killed in the middle of its commits acknowledges nothing that is not stored, loses nothing and
// stores nothing twice. Method: the command as a process, SIGKILL while batches are on the way, several times; the
// device keeps and repeats what is not acknowledged; the database is asked by a connection of its own.

using System.Diagnostics;
using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Tests.EndToEnd;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Ingest;

public abstract class IngestKillTests
{
    private const int KillCount = 3;
    private const int WindowCount = 60;
    private const int BatchCount = WindowCount * (KillCount + 1);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(2);

    private protected abstract TestSink NewSink();

    [TestMethod]
    [TestCategory("Slow")]
    public void AnIngestKilledWhileItCommits_LosesNothing_AndStoresNothingTwice()
    {
        using var backend = new TestBackend(NewSink());
        using var device = new TestDevice(backend, backend.AddDevice("ward-a"));
        byte[][] batches = [.. Enumerable.Range(1, BatchCount).Select(s => device.Seal(s))];
        string settings = WriteSettings(backend);
        long acknowledged = 0;
        for (int kill = 0; kill < KillCount; kill++)
        {
            using CommandProcess ingest = CommandProcess.Start("ingest", "--settings", settings);
            acknowledged = SendUntilAck(device, batches, acknowledged, WindowCount, acknowledged + 1, ingest);
            ingest.Kill();   // the rest of the window is in its queue, or half committed
            while (device.HasAck)
            {
                acknowledged = Math.Max(acknowledged, device.ReceiveAck().Cumulative);
            }

            long committed = backend.Scalar("select coalesce(max(cumulative), 0) from device_state");
            Assert.IsTrue(acknowledged <= committed, $"{acknowledged} acknowledged, {committed} committed");
        }

        using CommandProcess last = CommandProcess.Start("ingest", "--settings", settings);
        SendUntilAck(device, batches, acknowledged, BatchCount, BatchCount, last);
        Assert.AreEqual(0, last.Terminate(Limit), last.Error);
        Assert.AreEqual(BatchCount, backend.Scalar("select count(*) from record"));
        Assert.AreEqual(BatchCount, backend.Scalar("select count(distinct sequence) from record"));
        Assert.AreEqual(BatchCount, backend.Scalar("select record_count from device_state"));
        Assert.AreEqual(0, backend.Scalar("select count(*) from incident"));
        Assert.AreEqual(0, backend.Scalar("select count(*) from quarantine"));
    }

    // As a unit does: what is not acknowledged is sent again. The first ones may find no ingest at the broker.
    private static long SendUntilAck(
        TestDevice device, byte[][] batches, long acknowledged, int count, long sequence, CommandProcess ingest)
    {
        var elapsed = Stopwatch.StartNew();
        while (acknowledged < sequence)
        {
            Assert.IsTrue(elapsed.Elapsed < Limit && !ingest.HasExited, $"no acknowledgement: {ingest.Error}");
            foreach (byte[] batch in batches[(int)acknowledged..].Take(count))
            {
                device.Send("vitals", batch);
            }

            while (acknowledged < sequence && SpinWait.SpinUntil(() => device.HasAck, RepeatInterval))
            {
                acknowledged = Math.Max(acknowledged, device.ReceiveAck().Cumulative);
            }
        }

        return acknowledged;
    }

    private static string WriteSettings(TestBackend backend)
    {
        IngestOptions options = backend.Options;
        string path = backend.Folder["settings.json"];
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            brokerPort = options.BrokerPort,
            caFile = options.CaFile,
            certificateFile = options.CertificateFile,
            keyFile = options.KeyFile,
            keyringFile = options.KeyringFile,
            database = options.Database,
        }));
        return path;
    }
}
