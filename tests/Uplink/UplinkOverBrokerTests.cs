// Goal: the whole way, uplink, link, TLS, broker and back, delivers every record although the broker is
// killed on the way. Method: a real mosquitto with client certificates, a backend that verifies and
// acknowledges, wall-clock limits only against hanging.

using System.Diagnostics;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Mosquitto;
using Pulsegate.Uplink;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Uplink;

[TestClass]
public sealed class UplinkOverBrokerTests
{
    private const string Device = TestKeys.Device;
    private const int RecordCount = 400;
    private const int LimitMs = 300_000;

    [TestMethod]
    public void BrokerKilledTwice_EveryRecordIsCommittedAndReleased()
    {
        string folder = TestBroker.CreateFolder();
        using var authority = new TestAuthority(folder, "ca");
        using TestBroker broker = TestBroker.StartSecure(folder, authority, authority.IssueServer("server"));
        var keys = new TestKeys();
        var store = new SegmentStore(new MemoryStorage(), keys, Device, 60);
        Assert.IsTrue(store.TryOpen(1));
        for (int i = 0; i < RecordCount; i++)
        {
            Seal(store);
        }

        using var backend = new Backend(Options(broker, authority, "ingest"), keys, (ulong)store.Epoch);
        using var link = new MosquittoLink(Options(broker, authority, Device), Device);
        var uplink = new UplinkLoop(link, store, keys, Device, 1);
        var clock = Stopwatch.StartNew();
        int killCount = 0;
        while (uplink.Released < store.LastSequence)
        {
            Assert.IsLessThan(LimitMs, clock.ElapsedMilliseconds, $"{uplink.Released} {uplink.LastError}");
            uplink.Step(clock.ElapsedMilliseconds);
            backend.Step();
            if (uplink.Released > (killCount + 1) * RecordCount / 3 && killCount < 2)
            {
                killCount++;
                broker.Kill();
                Seal(store);
                broker.Start();
            }

            Thread.Sleep(1);
        }

        uplink.Close(null);
        Assert.AreEqual(2, killCount);
        Assert.AreEqual(3, uplink.Connects);
        Assert.AreEqual(store.LastSequence, backend.Cumulative);
        Console.WriteLine($"{uplink.Sent} sent, {uplink.Resent} again, {clock.ElapsedMilliseconds} ms");
    }

    private static void Seal(SegmentStore store)
    {
        CborWriter writer = store.Begin(RecordKind.Event, store.BootId, 0, TimeQuality.Unsynced, 0);
        RecordBody.WriteNote(writer, EventCode.TimeAnchor, "");
        Assert.IsTrue(store.TryCommit(0));
    }

    private static MosquittoOptions Options(TestBroker broker, TestAuthority authority, string name)
    {
        (string certificate, string key) = authority.IssueClient(name);
        return new()
        {
            Host = "127.0.0.1",
            Port = broker.Port,
            ClientId = name,
            CaFile = authority.CaFile,
            CertificateFile = certificate,
            KeyFile = key,
        };
    }

    /// <summary>Verifies what comes, keeps the sequences, acknowledges each message, connects again when it
    /// has to.</summary>
    private sealed class Backend : IDisposable
    {
        private readonly MosquittoClient _client;
        private readonly BatchVerifier _verifier;
        private readonly ulong _epoch;
        private readonly HashSet<long> _sequences = [];
        private long _utcMs = 1_700_000_000_000;

        public Backend(MosquittoOptions options, TestKeys keys, ulong epoch)
        {
            _verifier = new BatchVerifier(keys);
            _epoch = epoch;
            _client = new MosquittoClient(options);
            _client.Connected += _ => _client.TrySubscribe(1, "pg/1/#");
            _client.MessageReceived += OnMessage;
        }

        public long Cumulative { get; private set; }

        public void Step() => _client.Connect();   // does nothing while there is a connection

        public void Dispose() => _client.Dispose();

        private void OnMessage(string topic, ReadOnlySpan<byte> payload, int qualityOfService, bool retained)
        {
            string[] parts = topic.Split('/');
            byte[] text = payload.ToArray();
            if (!_verifier.TryVerify(text, parts[2], parts[3], out VerifiedRecord? record, out _))
            {
                return;
            }

            _sequences.Add(record!.Sequence);
            while (_sequences.Contains(Cumulative + 1))
            {
                Cumulative++;
            }

            byte[] acknowledgement = AcknowledgementWriter.Write(
                Device, 1, TestKeys.DownKey(1), _epoch, Cumulative, [], 100, ++_utcMs);
            _client.TryPublish($"pg/1/{Device}/ack", acknowledgement, 1, false);
        }
    }
}
