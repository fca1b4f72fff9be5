// Goal: new keys without a gap and without a way back. Method: a store filled under the old keys and sent
// under the new ones, against a real ingest and broker; then somebody who still has the old ones.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Batch;
using Pulsegate.Ingest;
using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Store;
using Pulsegate.Tests.Ingest;
using Pulsegate.Uplink;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Provisioning;

[TestClass]
public sealed class RotationTests
{
    private const string Device = "ward-a";
    private const int OldCount = 20;
    private const int LimitMs = 180_000;

    [TestMethod]
    public void AUnitWhoseFlashWasErased_GetsAnotherStore_AndNothingOfItIsTakenForTheOld()
    {
        using var backend = new TestBackend();
        DeviceIdentity old = backend.AddDevice(Device);
        using (IngestService ingest = IngestService.Start(backend.Options))
        using (var before = new TestDevice(backend, old))
        {
            before.Send("vitals", before.Seal(1));
            before.ReceiveAck();
        }

        DeviceIdentity next = backend.Station.Rotate(Device, backend.Folder["next"], isNewStore: true);
        Assert.AreNotEqual(old.EpochUpper, next.EpochUpper);
        Assert.AreEqual(
            next.EpochUpper, DeviceIdentity.Load(backend.Folder["next/identity.json"]).EpochUpper);
        backend.Station.ExportKeyring(backend.Folder["keyring.json"]);
        using IngestService again = IngestService.Start(backend.Options);
        SegmentStore after = Open(new MemoryStorage(), Signer(next), next.EpochUpper);
        Seal(after, 3);
        Send(backend, after, Signer(next));
        Assert.AreEqual(1 + 3, backend.Scalar("select count(*) from record"));
        Assert.AreEqual(0, backend.Scalar("select count(*) from quarantine"));
        Assert.AreEqual(1, backend.Scalar("select count(*) from incident where kind = 'new-epoch'"));
    }

    [TestMethod]
    public void ABacklogOfTheOldKeys_IsTakenUnderTheNewOnes_AndTheOldKeysSealNothingMore()
    {
        using var backend = new TestBackend();
        DeviceIdentity old = backend.AddDevice(Device);
        var storage = new MemoryStorage();
        SegmentStore before = Open(storage, Signer(old), old.EpochUpper);
        Seal(before, OldCount);

        DeviceIdentity next = backend.Station.Rotate(Device, backend.Folder["next"]);
        Assert.AreEqual(old.EpochUpper, next.EpochUpper);
        CollectionAssert.AreEqual(old.UpKey, next.PreviousUpKey);
        next = DeviceIdentity.Load(backend.Folder["next/identity.json"]);
        backend.Station.ExportKeyring(backend.Folder["keyring.json"]);
        using IngestService ingest = IngestService.Start(backend.Options);

        SegmentStore after = Open(storage, Signer(next), next.EpochUpper);
        Seal(after, 3);
        Assert.AreEqual(OldCount + 3, after.LastSequence, "what the old key had sealed is still whole");
        Send(backend, after, Signer(next));
        Assert.AreEqual(OldCount + 3, backend.Scalar("select count(*) from record"));
        Assert.AreEqual(OldCount, backend.Scalar("select count(*) from record where key_version = 1"));
        Assert.AreEqual(0, backend.Scalar("select sum(chain_breaks) from device_state"));

        // The thief has a copy of the flash and of the old keys, and goes on from there.
        var stolen = new MemoryStorage();
        SegmentStore thief = Open(stolen, Signer(old), old.EpochUpper);
        Seal(thief, OldCount + 10);
        using TestClient client = backend.Connected("next");
        var record = new StoredRecord();
        for (long sequence = after.LastSequence; thief.TryReadNext(sequence, record); sequence =
            record.Sequence)
        {
            client.Publish($"pg/1/{Device}/event", Jws.ToText(record, Device));
        }

        TestBackend.WaitFor(() => ingest.GetStatistics().Refused >= 7);
        Assert.AreEqual(OldCount + 3, backend.Scalar("select count(*) from record"));
        Assert.AreEqual(7, backend.Scalar(
            "select count(*) from quarantine where reason = 'key version went back'"));
    }

    [TestMethod]
    public void AStoreOfTheOldKey_StartedAnew_IsADowngradeToo()
    {
        using var backend = new TestBackend();
        DeviceIdentity old = backend.AddDevice(Device);
        DeviceIdentity next = backend.Station.Rotate(Device, backend.Folder["next"]);
        backend.Station.ExportKeyring(backend.Folder["keyring.json"]);
        using IngestService ingest = IngestService.Start(backend.Options);
        SegmentStore genuine = Open(new MemoryStorage(), Signer(next), next.EpochUpper);
        Seal(genuine, 2);
        Send(backend, genuine, Signer(next));

        SegmentStore thief = Open(new MemoryStorage(), Signer(old), old.EpochUpper + 1);
        Seal(thief, 1);
        using TestClient client = backend.Connected("next");
        var record = new StoredRecord();
        Assert.IsTrue(thief.TryReadNext(0, record));
        client.Publish($"pg/1/{Device}/event", Jws.ToText(record, Device));

        TestBackend.WaitFor(() => ingest.GetStatistics().Refused == 1);
        Assert.AreEqual(2, backend.Scalar("select count(*) from record"));
    }

    [TestMethod]
    public void ASignerAfterARotation_BelievesNothingSignedWithTheOldDownKey()
    {
        byte[] text = [1, 2, 3];
        byte[] Key(byte start) => [.. Enumerable.Range(start, 32).Select(i => (byte)i)];
        ISigner old = new HmacSigner(1, Key(1), Key(2));
        ISigner next = new HmacSigner(2, Key(3), Key(4), 1, Key(1));
        var mac = new byte[32];
        System.Security.Cryptography.HMACSHA256.HashData(Key(2), text, mac);

        Assert.IsTrue(old.VerifyDown(1, text, text.Length, mac, 0));
        Assert.IsFalse(next.VerifyDown(1, text, text.Length, mac, 0));
        var sealedThen = new byte[32];
        var checkedNow = new byte[32];
        Assert.IsTrue(old.TrySign(text, text.Length, sealedThen, 0));
        Assert.IsTrue(next.TrySignWith(1, text, text.Length, checkedNow, 0));
        CollectionAssert.AreEqual(sealedThen, checkedNow);
        Assert.IsFalse(next.TrySignWith(3, text, text.Length, checkedNow, 0));
    }

    private static HmacSigner Signer(DeviceIdentity identity) => new(
        (byte)identity.KeyVersion, identity.UpKey, identity.DownKey, (byte)identity.PreviousKeyVersion,
        identity.PreviousUpKey);

    private static SegmentStore Open(IStorage storage, ISigner signer, uint epochUpper)
    {
        var store = new SegmentStore(storage, signer, Device, 60);
        Assert.IsTrue(store.TryOpen(epochUpper));
        return store;
    }

    private static void Seal(SegmentStore store, int count)
    {
        for (int i = 0; i < count; i++)
        {
            CborWriter writer = store.Begin(RecordKind.Event, store.BootId, 0, TimeQuality.Unsynced, 0);
            RecordBody.WriteNote(writer, EventCode.StoreNote, "n");
            Assert.IsTrue(store.TryCommit(0));
        }
    }

    private static void Send(TestBackend backend, SegmentStore store, ISigner signer)
    {
        using var link = new MosquittoLink(
            new MosquittoOptions
            {
                Host = "127.0.0.1",
                Port = backend.Port,
                ClientId = Device,
                CaFile = backend.CaFile,
                CertificateFile = backend.Folder["next/cert.pem"],
                KeyFile = backend.Folder["next/key.pem"],
            },
            Device);
        var uplink = new UplinkLoop(link, store, signer, Device, store.BootId);
        uplink.BeginStop();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!uplink.IsDrained)
        {
            Assert.IsLessThan(LimitMs, clock.ElapsedMilliseconds, $"{uplink.Released} {uplink.LastError}");
            uplink.Step(clock.ElapsedMilliseconds);
            Thread.Sleep(1);
        }

        uplink.Close(null);
    }
}
