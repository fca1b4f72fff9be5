// Goal: only a genuine acknowledgement of this store releases, and nothing else from the network changes
// anything. Method: a real store, acknowledgements written by the backend's writer, then altered.

using Pulsegate.Ingest.Format;
using Pulsegate.Tests.Batch;
using Pulsegate.Uplink;

namespace Pulsegate.Tests.Uplink;

[TestClass]
public sealed class UplinkAcknowledgementTests
{
    private const int RecordCount = 20;
    private const int ForgeryCount = 10_000;
    private readonly UplinkBench _bench = new();

    private UplinkLoop Uplink => _bench.Uplink;

    [TestInitialize]
    public void SealAndConnect()
    {
        _bench.Seal(RecordCount);
        _bench.Connect();
    }

    [TestMethod]
    public void GenuineAck_ReleasesCumulativeAndRanges_AndTellsTheTime()
    {
        _bench.Acknowledge(3, 0, (5, 6), (9, 9));
        Assert.AreEqual(1, Uplink.AckAccepted);
        Assert.AreEqual(6, Uplink.Released);
        Assert.AreEqual(3, Uplink.Committed);
        Assert.AreEqual(_bench.NowMs, Uplink.LastAckMs);
        Assert.AreEqual(1_700_000_001_000, Uplink.LastAckUtcMs);
        long[] left = [.. Unreleased()];
        CollectionAssert.AreEqual(Enumerable.Range(1, RecordCount).Select(i => (long)i)
            .Where(i => i > 3 && i != 5 && i != 6 && i != 9).ToArray(), left);
    }

    [TestMethod]
    public void RepeatedAndOlderAcks_ChangeNothing_AndGiveNoCredits()
    {
        byte[] old = _bench.Write(2, 100);
        _bench.Acknowledge(5, 0);
        byte[] current = _bench.Write(5, 100);
        _bench.Deliver(current);   // told nothing new: same progress, same time
        long sent = Uplink.Sent;
        for (int i = 0; i < 20; i++)
        {
            _bench.Deliver(i % 2 == 0 ? old : current);
        }

        Assert.AreEqual(21, Uplink.AckRefused);
        Assert.AreEqual(1, Uplink.AckAccepted);
        Assert.AreEqual(5, Uplink.Released);
        Assert.AreEqual(sent, Uplink.Sent);
    }

    [TestMethod]
    public void BackendClockSetBack_DoesNotStopReleases()
    {
        _bench.Acknowledge(2, 0);
        ulong epoch = (ulong)_bench.Store.Epoch;
        byte[] down = TestKeys.DownKey(1);
        _bench.Deliver(
            AcknowledgementWriter.Write(UplinkBench.Device, 1, down, epoch, 3, [], 0, 1_600_000_000_000));
        Assert.AreEqual(1_600_000_000_000, Uplink.LastAckUtcMs);
        _bench.Deliver(AcknowledgementWriter.Write(
            UplinkBench.Device, 1, down, epoch, 3, [(7, 8)], 0, 1_500_000_000_000));
        Assert.AreEqual(5, Uplink.Released);
        Assert.AreEqual(0, Uplink.AckRefused);
    }

    [TestMethod]
    public void AckOfAnotherEpochDeviceOrKey_OrAboutUnsealedRecords_ChangesNothing()
    {
        ulong epoch = (ulong)_bench.Store.Epoch;
        byte[] down = TestKeys.DownKey(1);
        const long LaterMs = 1_800_000_000_000;
        string device = UplinkBench.Device;
        byte[][] foreign =
        [
            AcknowledgementWriter.Write(device, 1, down, epoch + 1, 5, [], 9, LaterMs),
            AcknowledgementWriter.Write("pg-0002", 1, down, epoch, 5, [], 9, LaterMs),
            AcknowledgementWriter.Write(device, 1, TestKeys.UpKey(1), epoch, 5, [], 9, LaterMs),
            AcknowledgementWriter.Write(device, 2, down, epoch, 5, [], 9, LaterMs),
            AcknowledgementWriter.Write(device, 1, down, epoch, RecordCount + 1, [], 9, LaterMs),
            AcknowledgementWriter.Write(device, 1, down, epoch, 1, [(3, RecordCount + 1)], 9, LaterMs),
            [],
            UplinkBench.Bytes("not a token"),
        ];
        foreach (byte[] text in foreign)
        {
            _bench.Deliver(text);
        }

        AssertUntouched(foreign.Length);
    }

    [TestMethod]
    public void AlteredAcks_ChangeNothing()
    {
        var random = new Random(7);
        byte[] genuine = _bench.Write(RecordCount, 50, (3, 4));
        byte[] plain = _bench.Write(RecordCount, 50);
        for (int i = 0; i < ForgeryCount; i++)
        {
            byte[] forged = [.. i % 2 == 0 ? genuine : plain];
            int at = random.Next(forged.Length);
            forged[at] ^= (byte)(1 << random.Next(8));
            _bench.Deliver(random.Next(4) == 0 ? forged[..random.Next(forged.Length)] : forged);
        }

        AssertUntouched(ForgeryCount);
    }

    [TestMethod]
    public void OtherMessages_AreIgnoredAndCounted()
    {
        _bench.Deliver(_bench.Write(5), "cmd");
        _bench.Deliver(UplinkBench.Bytes("reboot"), "cmd");
        Assert.AreEqual(2, Uplink.DownlinkIgnored);
        Assert.AreEqual(0, Uplink.Released);
    }

    private void AssertUntouched(int refusedCount)
    {
        Assert.AreEqual(refusedCount, Uplink.AckRefused);
        Assert.AreEqual(0, Uplink.AckAccepted);
        Assert.AreEqual(0, Uplink.Released);
        Assert.AreEqual(0, Uplink.Committed);
        Assert.AreEqual(-1, Uplink.LastAckMs);
        Assert.HasCount(RecordCount, Unreleased());
    }

    private List<long> Unreleased()
    {
        var record = new Pulsegate.Store.StoredRecord();
        List<long> sequences = [];
        while (_bench.Store.TryReadNext(sequences.LastOrDefault(), record))
        {
            sequences.Add(record.Sequence);
        }

        return sequences;
    }
}
