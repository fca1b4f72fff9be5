// Goal: new keys come over the air, are used when the backend has shown that it has them, and not before; no
// power cut and nothing forged leaves a unit that cannot sign. Method: keys wrapped by the station's own code
// (.NET's SP 800-108), a whole unit in virtual time with flash that can be cut, records read back out of it.

using Pulsegate.Commands;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Renewal;
using Pulsegate.Store;
using Pulsegate.Tests.Uplink;
using Pulsegate.Uplink;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Commands;

[TestClass]
public sealed partial class KeyRenewalTests
{
    private const string Device = "ward-a";
    private static readonly byte[] Master = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private readonly CommandFixture.CuttableStorage _storage = new();
    private readonly CommandFixture.SetClock _clock = new();
    private DeviceKeys _provisioned = Keys(1);
    private KeyRenewal _keys = null!;
    private VirtualUnit _unit = null!;
    private UplinkLoop _uplink = null!;
    private FakeLink _link = null!;

    [TestMethod]
    public void NewKeys_AreUsedOnceTheBackendAcknowledgesUnderThem_AndTheOldOnesAreNoLongerBelieved()
    {
        Boot();
        Assert.AreEqual("rotate-keys: staged", Order(1, 2));
        Steps(50);
        Assert.AreEqual(1, _keys.KeyVersion, "the backend has not shown that it has them");
        Acknowledge(1);
        Steps(5);
        Assert.AreEqual(1, _keys.KeyVersion);

        Acknowledge(2);
        Steps(5);
        Assert.AreEqual(2, _keys.KeyVersion);
        Assert.AreEqual("rotate-keys: done", Answers()[^1]);
        Assert.IsFalse(IsBelieved(1));
        Assert.IsTrue(IsBelieved(2));
        AssertAllVerify();

        Boot();
        Assert.AreEqual(2, _keys.KeyVersion, "kept over a restart");
        Assert.AreEqual(1, Answers().Count(answer => answer == "rotate-keys: done"));
        AssertAllVerify();
    }

    [TestMethod]
    [DataRow(1, "refused: version must be 2 to 255")]
    [DataRow(0, "refused: version must be 2 to 255")]
    [DataRow(256, "refused: version must be 2 to 255")]
    public void ADowngrade_IsRefusedWithTheBound(int version, string refusal)
    {
        Boot();
        Assert.AreEqual("rotate-keys: " + refusal, Order(version, Keys(1).Wrap(Device, Keys(2))));
    }

    [TestMethod]
    public void WhatIsNotWrappedForThisUnitAndVersion_IsRefused()
    {
        Boot();
        byte[] right = Keys(1).Wrap(Device, Keys(2));
        byte[] flipped = [.. right];
        flipped[40] ^= 1;
        byte[] flippedMac = [.. right];
        flippedMac[^1] ^= 1;
        DeviceKeys foreign = DeviceKeys.Derive(Master, "ward-b", 1);
        byte[][] wrong =
        [
            flipped, flippedMac, right[..^1], [.. right, 0], [], Keys(2).Wrap(Device, Keys(2)),
            foreign.Wrap("ward-b", DeviceKeys.Derive(Master, "ward-b", 2)), Keys(1).Wrap(Device, Keys(3)),
            Keys(1).Wrap("ward-b", Keys(2)),
        ];
        foreach (byte[] content in wrong)
        {
            Assert.AreEqual(
                "rotate-keys: refused: not wrapped for version 1 of this unit", Order(2, content));
        }

        Assert.AreEqual("rotate-keys: staged", Order(2, right));
    }

    [TestMethod]
    public void RecordsOfTheVersionBefore_HoldTheNextRotationBack_UntilTheyAreAcknowledged()
    {
        Boot();
        Order(1, 2);
        Acknowledge(2, release: false);
        Steps(5);
        Assert.AreEqual(2, _keys.KeyVersion);
        Assert.AreEqual("rotate-keys: refused: records of version 1 are not acknowledged yet", Order(2, 3));

        Acknowledge(2);
        Steps(5);
        Assert.AreEqual("rotate-keys: staged", Order(2, 3));
        Acknowledge(3);
        Steps(5);
        Assert.AreEqual(3, _keys.KeyVersion);
        AssertAllVerify();
    }

    [TestMethod]
    public void KeysThatSomebodyBrought_GoBeforeOlderOnesOfTheAir_AndStagedOnesOfBeforeAreGone()
    {
        Boot();
        Order(1, 2);
        Acknowledge(2);
        Steps(5);
        Order(2, 3);
        _provisioned = Keys(4);
        Boot();
        Assert.AreEqual(4, _keys.KeyVersion);
        Assert.IsFalse(IsBelieved(3));
        Assert.AreEqual("rotate-keys: staged", Order(4, 5));
        Acknowledge(5);
        Steps(5);
        Assert.AreEqual(5, _keys.KeyVersion);
    }

    // A cut at any write from the command to the end: afterwards the unit signs, everything in flash
    // verifies, and the same rotation can be had by sending it again.
    [TestMethod]
    public void PowerCutAtAnyWrite_LeavesAWorkingUnit()
    {
        int reachedCount = 0;
        for (int writes = 0; writes < 12; writes++)
        {
            using var test = new Disposer(new KeyRenewalTests());
            reachedCount += test.Tests.CutAfter(writes) ? 1 : 0;
        }

        Assert.IsTrue(reachedCount is > 3 and < 12, $"{reachedCount} runs got to the end before the cut");
    }

    private bool CutAfter(int writes)
    {
        Boot();
        _storage.WritesLeft = writes;
        Deliver(2, Keys(1).Wrap(Device, Keys(2)));
        Steps(3);
        Acknowledge(1);
        Acknowledge(2);
        Steps(3);
        bool isDone = _keys.KeyVersion == 2;
        _storage.WritesLeft = int.MaxValue;

        Boot();
        int version = _keys.KeyVersion;
        Assert.IsTrue(version == 2 || !isDone, "what was done was done");
        AssertAllVerify();
        if (version == 1)
        {
            string answer = Order(1, 2);
            Assert.AreEqual("rotate-keys: staged", answer, $"after {writes} writes");
            Acknowledge(2);
            Steps(5);
        }

        Assert.AreEqual(2, _keys.KeyVersion);
        Steps(1);
        CollectionAssert.Contains(Answers(), "rotate-keys: done", $"after {writes} writes");
        AssertAllVerify();
        return isDone;
    }

    private static DeviceKeys Keys(int version) => DeviceKeys.Derive(Master, Device, version);

    private void Boot()
    {
        _unit?.Dispose();
        _keys = new KeyRenewal(
            _storage, new HmacSignerMaker(), Device,
            new KeySet(
                (byte)_provisioned.Version, _provisioned.UpKey, _provisioned.DownKey, _provisioned.WrapKey),
            0, null!);
        _clock.MonotonicMs = 0;
        _unit = new VirtualUnit(new VirtualUnitParts(
            Device, 7, _clock, _storage, _keys, new CommandFixture.CountingIndicator(),
            new SyntheticPpgSource(1),
            new Pulsegate.Configuration.GatewayConfiguration()));
        _unit.Start(0);
        _link = new FakeLink();
        _uplink = new UplinkLoop(_link, _unit.Store, _keys, Device, _unit.Store.BootId)
        {
            Commands = _unit.Commands.Inbox, Keys = _keys,
        };
        _unit.Telemetry.Introduce(_uplink, 0);
        Steps(15);
    }

    private void Steps(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _clock.MonotonicMs += Pulsegate.Gateway.StepMs;
            _unit.Step(_clock.MonotonicMs);
            _unit.Telemetry.Serve(_uplink, _clock.MonotonicMs);
            _uplink.Step(_clock.MonotonicMs);
        }
    }

    private string Order(int from, int version) => Order(version, Keys(from).Wrap(Device, Keys(version)));

    private string Order(int version, byte[] content)
    {
        int before = Answers().Count;
        Deliver(version, content);
        Steps(2);
        return string.Join('|', Answers().Skip(before));
    }

    private void Deliver(int version, byte[] content)
    {
        byte[] text = CommandWriter.Write(
            Device, _keys.KeyVersion, Keys(_keys.KeyVersion).DownKey, _unit.Store.BootId,
            CommandFixture.UtcMs,
            ++_number, new CommandOrder(CommandCode.RotateKeys, [version], content));
        _link.Deliver($"pg/1/{Device}/cmd", text);
        Steps(1);
    }

    private long _number;

    private void Acknowledge(int version, bool release = true)
    {
        // As a backend that has just committed everything, or that only tells the time.
        long cumulative = release ? _unit.Store.LastSequence : 0;
        _link.Deliver($"pg/1/{Device}/ack", AcknowledgementWriter.Write(
            Device, version, Keys(version).DownKey, (ulong)_unit.Store.Epoch, cumulative, [], 1,
            CommandFixture.UtcMs + _clock.MonotonicMs));
        Steps(1);
    }

    private bool IsBelieved(int version)
    {
        byte[] text = [1, 2, 3];
        byte[] mac = System.Security.Cryptography.HMACSHA256.HashData(Keys(version).DownKey, text);
        return _keys.VerifyDown((byte)version, text, text.Length, mac, 0);
    }

    // Every answer the store ever held: those that were published.
    private List<string> Answers() => [.. Published().Where(r => r.Fields.ContainsKey("commandNumber"))
        .Select(r => (string)r.Fields["note"]!)];

    private readonly Dictionary<long, VerifiedRecord> _seen = [];

    // What is in flash now is what a backend with every version can verify; kept, as a backend does.
    private IEnumerable<VerifiedRecord> Published()
    {
        AssertAllVerify();
        return _seen.OrderBy(r => r.Key).Select(r => r.Value);
    }

    private void AssertAllVerify()
    {
        var verifier = new BatchVerifier(new AllVersions());
        var record = new StoredRecord();
        for (long sequence = 0; _unit.Store.TryReadNext(sequence, record); sequence = record.Sequence)
        {
            Assert.IsTrue(
                verifier.TryVerify(
                    Pulsegate.Batch.Jws.ToText(record, Device), Device, null, out VerifiedRecord? verified,
                    out string reason),
                reason);
            _seen[verified!.Sequence] = verified;
        }

        Assert.AreEqual(0, _unit.Store.CorruptRecordCount);
    }

    private sealed class AllVersions : IKeyring
    {
        public bool TryGetUpKey(string device, int version, out UpKey? key)
        {
            key = new SharedUpKey(Keys(version).UpKey);
            return true;
        }

        public bool TryGetDownKey(string device, out int version, out byte[] key)
            => throw new NotSupportedException();

        public bool TryGetDownKey(string device, int version, out byte[] key)
            => throw new NotSupportedException();
    }

    private sealed record Disposer(KeyRenewalTests Tests) : IDisposable
    {
        public void Dispose() => Tests._unit.Dispose();
    }
}
