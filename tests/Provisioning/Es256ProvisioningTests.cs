// Goal: a unit with a key pair is provisioned, trusted and rotated like any other, and the backend gets
// nothing that signs. Method: a real station; the derivation against Python's; records of a real store
// through the real ingest.

using System.Security.Cryptography;
using System.Text.Json;
using Pulsegate.Batch;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Signing;
using Pulsegate.Store;
using Pulsegate.Tests.Ingest;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Provisioning;

[TestClass]
public sealed class Es256ProvisioningTests
{
    private const string Device = "ward-a";
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void TheKeyPair_IsTheDocumentedDerivation()
    {
        // python3: 1 + int.from_bytes(hmac.new(bytes(range(32)), b"pulsegate-es256\0ward-12\0\1",
        // "sha512").digest(), "big") % (n - 1)
        SigningKeyPair pair =
            SigningKeyPair.Derive([.. Enumerable.Range(0, 32).Select(i => (byte)i)], "ward-12", 1);
        Assert.AreEqual("4862452b573a5fb7274925b75c13fb8912209fc42d03d73abb52a7fde762f67f",
            Convert.ToHexStringLower(pair.PrivateKey));
        Assert.IsTrue(Es256.IsPrivateKey(pair.PrivateKey));
    }

    [TestMethod]
    public void TheKeyring_HasThePublicHalfAlone()
    {
        using Station station = Station.Create(_folder["station"]);
        DeviceIdentity identity = station.NewDevice(Device, _folder["unit"], SignatureAlgorithm.ES256);
        station.NewDevice("ward-b", _folder["other"]);
        station.ExportKeyring(_folder["keyring.json"]);

        string text = File.ReadAllText(_folder["keyring.json"]);
        foreach (byte[] secret in new[] { identity.UpKey, identity.SigningKey! })
        {
            Assert.IsFalse(text.Contains(Convert.ToBase64String(secret)));
            Assert.IsFalse(text.Contains(JsonSerializer.Serialize(secret).Trim('"')));
        }

        KeyringFile keyring = KeyringFile.Load(_folder["keyring.json"]);
        Assert.IsTrue(keyring.TryGetUpKey(Device, 1, out UpKey? key));
        Assert.AreEqual("ES256", key!.Algorithm);
        Assert.IsTrue(keyring.TryGetUpKey("ward-b", 1, out key));
        Assert.AreEqual("HS256", key!.Algorithm);
        CollectionAssert.AreEqual(
            identity.SigningKey, DeviceIdentity.Load(_folder["unit/identity.json"]).SigningKey);
        using Station again = Station.Open(_folder["station"]);
        Assert.AreEqual(SignatureAlgorithm.ES256, again.Devices[0].AlgorithmOf(1));
    }

    [TestMethod]
    [DataRow(SignatureAlgorithm.HS256, SignatureAlgorithm.ES256)]
    [DataRow(SignatureAlgorithm.ES256, SignatureAlgorithm.ES256)]
    [DataRow(SignatureAlgorithm.ES256, SignatureAlgorithm.HS256)]
    public void ABacklogOfBeforeARotation_GoesAsItWasSealed_AndTheChainHolds(
        SignatureAlgorithm before, SignatureAlgorithm after)
    {
        using var backend = new TestBackend();
        DeviceIdentity old = backend.AddDevice(Device, before);
        var storage = new MemoryStorage();
        Seal(storage, Signer(old), old.EpochUpper, 3);
        DeviceIdentity next = backend.Station.Rotate(Device, backend.Folder["next"], 0, after);
        backend.Station.ExportKeyring(backend.Folder["keyring.json"]);
        next = DeviceIdentity.Load(backend.Folder["next/identity.json"]);
        Assert.AreEqual(after == SignatureAlgorithm.ES256, next.SigningKey is not null);
        Assert.AreEqual(before == SignatureAlgorithm.ES256, next.PreviousSigningKey is not null);
        SegmentStore store = Seal(storage, Signer(next), next.EpochUpper, 3);

        using IngestService ingest = IngestService.Start(backend.Options);
        using TestClient client = backend.Connected("next");
        var record = new StoredRecord();
        for (long sequence = 0; store.TryReadNext(sequence, record); sequence = record.Sequence)
        {
            Assert.IsLessThan(
                0x80, client.Publish($"pg/1/{Device}/event", Jws.ToText(record, Device, Signer(next))));
        }

        TestBackend.WaitFor(() => backend.Scalar("select count(*) from record") == 6);
        Assert.AreEqual(3, backend.Scalar("select count(*) from record where key_version = 1"));
        Assert.AreEqual(0, backend.Scalar("select sum(chain_breaks) from device_state"));
        Assert.AreEqual(0, backend.Scalar("select count(*) from quarantine"));

        // Sent again, it is a repetition and no conflict.
        Assert.IsTrue(store.TryReadNext(0, record));
        client.Publish($"pg/1/{Device}/event", Jws.ToText(record, Device, Signer(next)));
        TestBackend.WaitFor(() => ingest.GetStatistics().Duplicates == 1);

        // And under the other algorithm it is nothing.
        if (before == SignatureAlgorithm.ES256)
        {
            client.Publish($"pg/1/{Device}/event", Jws.ToText(record, Device));
            TestBackend.WaitFor(() => backend.Scalar(
                "select count(*) from quarantine where reason = 'algorithm not of this key'") == 1);
        }
    }

    [TestMethod]
    public void KeysOverTheAir_LeaveTheKeyPair_OnTheUnitAndAtTheBackend()
    {
        using Station station = Station.Create(_folder["station"]);
        DeviceIdentity identity = station.NewDevice(Device, _folder["unit"], SignatureAlgorithm.ES256);
        station.RotateOverTheAir(Device, 0, (_, _) => { });
        station.ExportKeyring(_folder["keyring.json"]);
        KeyringFile keyring = KeyringFile.Load(_folder["keyring.json"]);
        ISigner before = Signer(identity);
        ISigner after = new Es256SignerMaker(new HmacSignerMaker(), new Es256(identity.SigningKey!), 1, null!)
            .Make(2, new byte[32], new byte[32], 1, identity.UpKey);
        byte[] message = [1, 2, 3];
        foreach ((ISigner signer, byte version) in new[]
            { (before, (byte)1), (after, (byte)1), (after, (byte)2) })
        {
            var signature = new byte[64];
            Assert.IsTrue(signer.IsEs256(version));
            Assert.IsTrue(signer.TrySignEs256(version, message, 3, signature, 0));
            Assert.IsTrue(keyring.TryGetUpKey(Device, version, out UpKey? key));
            Assert.IsTrue(key!.Verify(message, signature), $"version {version}");
        }

        // With a visit the unit gets another pair, and keeps this one for what lies in its flash.
        DeviceIdentity next = station.Rotate(Device, _folder["next"]);
        Assert.AreEqual(3, next.KeyVersion);
        CollectionAssert.AreEqual(identity.SigningKey, next.PreviousSigningKey);
        CollectionAssert.AreNotEqual(identity.SigningKey, next.SigningKey);
    }

    private static ISigner Signer(DeviceIdentity identity) => new Es256Signer(
        new HmacSigner(
            (byte)identity.KeyVersion, identity.UpKey, identity.DownKey, (byte)identity.PreviousKeyVersion,
            identity.PreviousUpKey),
        identity.SigningKey is null ? null : new Es256(identity.SigningKey), (byte)identity.KeyVersion,
        identity.PreviousSigningKey is null ? null : new Es256(identity.PreviousSigningKey));

    private static SegmentStore Seal(IStorage storage, ISigner signer, uint epochUpper, int count)
    {
        var store = new SegmentStore(storage, signer, Device, 60);
        Assert.IsTrue(store.TryOpen(epochUpper));
        for (int i = 0; i < count; i++)
        {
            CborWriter writer = store.Begin(RecordKind.Event, store.BootId, 0, TimeQuality.Unsynced, 0);
            RecordBody.WriteNote(writer, EventCode.StoreNote, "n");
            Assert.IsTrue(store.TryCommit(0));
        }

        return store;
    }
}
