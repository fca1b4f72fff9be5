// Goal: a new certificate is used once a connection with it has been acknowledged; with any other end, a
// power cut at any write among them, the old one is back by itself. Method: a whole unit in virtual time over
// a link that comes up with good certificates only, a backend that acknowledges what is in the store, flash
// that can be cut.

using Pulsegate.Commands;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Renewal;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Uplink;
using Pulsegate.Uplink;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Commands;

[TestClass]
public sealed class CertificateRenewalTests
{
    private const string Device = TestKeys.Device;
    private const int EndDay = 21_000;
    private static readonly byte[] Good = Der(1);
    private static readonly byte[] Bad = Der(2);
    private readonly CommandFixture.CuttableStorage _storage = new();
    private readonly CommandFixture.SetClock _clock = new();
    private readonly TestKeys _keys = new();
    private readonly List<string> _answers = [];
    private readonly HashSet<long> _seen = [];   // a restart sends again what its cursor had not kept
    private VirtualUnit _unit = null!;
    private CertificateRenewal _certificates = null!;
    private PickyLink _link = null!;
    private UplinkLoop _uplink = null!;
    private bool _isBackendThere = true;
    private bool _isOldGood = true;
    private long _mark = 77;
    private long _number;

    [TestMethod]
    public void AGoodCertificate_IsTried_Confirmed_AndKept()
    {
        Boot();
        Steps(100);
        Order(CommandCode.RenewCertificate, Good, EndDay);
        Steps(300);
        CollectionAssert.AreEqual(
            new[] { "renew-certificate: staged", "renew-certificate: done" }, _answers);
        CollectionAssert.AreEqual(Good, _certificates.Certificate);
        Assert.AreEqual(EndDay, _certificates.EndDay);
        Boot();
        Steps(300);
        CollectionAssert.AreEqual(Good, _certificates.Certificate);
        Assert.AreEqual(EndDay, _certificates.EndDay);
        Assert.AreEqual(2, _answers.Count, "nothing is told twice");

        _mark++;
        Boot();
        Assert.IsNull(_certificates.Certificate, "somebody brought other files");
    }

    /// <summary>An expired certificate was confirmed by an acknowledgement for what had been sent with the
    /// one before.</summary>
    [TestMethod]
    public void WhatIsStagedOnTheConnectionOfTheOneBefore_IsNotConfirmedByIt()
    {
        var certificates = new CertificateRenewal(new MemoryStorage(), 1, 0);
        Assert.IsNull(certificates.Stage(CommandCode.RenewCertificate, EndDay, Good, 1));
        certificates.BeginAttempt();
        certificates.NoteUp();
        certificates.NoteProof();
        Assert.AreEqual("renew-certificate: done", certificates.Outcome);
        certificates.NoteAnswered();

        Assert.IsNull(certificates.Stage(CommandCode.RenewCertificate, EndDay + 1, Bad, 2));
        certificates.NoteProof();
        Assert.IsFalse(certificates.HasOutcome, "it has not been tried");
        Assert.IsFalse(certificates.IsProofDue);
        Assert.IsTrue(certificates.IsReconnectDue);
        CollectionAssert.AreEqual(Good, certificates.Certificate);
    }

    [TestMethod]
    public void AConnectionWithNothingToAcknowledge_SealsSomething_ToBeConfirmed()
    {
        Boot();
        Steps(100);
        _isBackendThere = false;
        Order(CommandCode.RenewCertificate, Good, EndDay);
        Steps(300);
        Assert.IsTrue(_certificates.IsProofDue);
        _isBackendThere = true;
        Steps(5);
        CollectionAssert.AreEqual(
            new[] { "renew-certificate: staged", "renew-certificate: connected with the new one",
                "renew-certificate: done" },
            _answers);
    }

    [TestMethod]
    public void ABadCertificate_GivesWayToTheOldOne_AndSaysWhy()
    {
        Boot();
        Steps(100);
        Order(CommandCode.RenewCertificate, Bad, EndDay);
        Steps(300);
        CollectionAssert.AreEqual(
            new[]
            {
                "renew-certificate: staged",
                "renew-certificate: failed, the old one is back: the broker says no",
            },
            _answers);
        Assert.IsNull(_certificates.Certificate);
        Assert.AreEqual(0, _certificates.EndDay);
        Assert.AreEqual(LinkState.Up, _uplink.State);
        int connects = _link.TryCount;
        Steps(3000);
        Assert.AreEqual(connects, _link.TryCount, "and is left in peace");

        Order(CommandCode.RenewCertificate, Good, EndDay);
        Steps(300);
        Assert.AreEqual("renew-certificate: done", _answers[^1]);
    }

    [TestMethod]
    public void OtherAuthorities_TakeTheSameWay()
    {
        Boot();
        Steps(100);
        byte[] both = [.. Good, .. Good];
        Order(CommandCode.SetAuthorities, both);
        Steps(300);
        Assert.AreEqual("set-authorities: done", _answers[^1]);
        CollectionAssert.AreEqual(both, _certificates.Authorities);
        Assert.IsNull(_certificates.Certificate);
        Order(CommandCode.SetAuthorities, Bad);
        Steps(300);
        Assert.AreEqual("set-authorities: failed, the old one is back: the broker says no", _answers[^1]);
        CollectionAssert.AreEqual(both, _certificates.Authorities);
    }

    [TestMethod]
    public void WithNobodyWhoAcknowledges_BothAreTried_AndTheNewOneIsNeitherKeptNorDropped()
    {
        Boot();
        Steps(100);
        Order(CommandCode.RenewCertificate, Good, EndDay);
        _isBackendThere = false;
        Steps(3 * CertificateRenewal.ProofMsMax / 100);
        Assert.AreEqual(0, _answers.Count);
        Assert.IsTrue(_link.Used.Any(used => used is not null && used.SequenceEqual(Good)));
        CollectionAssert.Contains(_link.Used, null);

        _isBackendThere = true;
        Steps(CertificateRenewal.ProofMsMax / 100);
        StringAssert.StartsWith(_answers[^1], "renew-certificate: ");
        Assert.IsTrue(
            _answers[^1].Contains("done") || _answers[^1].Contains("no acknowledgement"), _answers[^1]);
    }

    [TestMethod]
    public void AnOldCertificateThatIsNoLongerGood_DoesNotHoldTheNewOneUp()
    {
        Boot();
        Steps(100);
        _isOldGood = false;
        Order(CommandCode.RenewCertificate, Good, EndDay);
        Steps(5);
        Boot();   // as after a cut
        Steps(3000);
        Assert.AreEqual("renew-certificate: done", _answers[^1]);
    }

    [TestMethod]
    [DataRow(CommandCode.RenewCertificate, 2,
        "renew-certificate: refused: must be a certificate of at most 1280 bytes")]
    [DataRow(CommandCode.SetAuthorities, 3,
        "set-authorities: refused: must be 1 or 2 certificates of at most 1280 bytes")]
    public void TooMany_AndWhatIsNoDer_AreRefusedWithTheBound(int code, int count, string refusal)
    {
        Boot();
        Steps(100);
        byte[] many = [.. Enumerable.Repeat(Good, count).SelectMany(der => der)];
        byte[] longer = [0x30, 0x82, 0x04, 0xFD, .. new byte[0x4FD]];
        foreach (byte[] content in new[] { many, [], [1, 2, 3], Good[..^1], [.. Good, 0], longer })
        {
            _answers.Clear();
            Order(code, content, EndDay);
            Steps(20);
            CollectionAssert.AreEqual(
                content == longer ? [] : new[] { refusal }, _answers, $"{content.Length}");
        }
    }

    [TestMethod]
    public void ASecondRenewal_WaitsForTheFirst()
    {
        Boot();
        Steps(100);
        _isBackendThere = false;
        Order(CommandCode.RenewCertificate, Good, EndDay);
        Steps(50);
        Order(CommandCode.SetAuthorities, Good);
        Steps(50);
        _isBackendThere = true;
        Steps(1000);
        CollectionAssert.Contains(_answers, "set-authorities: refused: the one before is still being tried");
        Assert.IsNull(_certificates.Authorities);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void PowerCutAtAnyWrite_LeavesAUnitThatConnects(bool isGood)
    {
        int doneCount = 0;
        for (int writes = 0; writes < 24; writes++)
        {
            var test = new CertificateRenewalTests();
            test.Boot();
            test.Steps(100);
            test._storage.WritesLeft = writes;
            test.Order(CommandCode.RenewCertificate, isGood ? Good : Bad, EndDay);
            test.Steps(100);
            doneCount += test._answers.Count > 1 ? 1 : 0;
            test._storage.WritesLeft = int.MaxValue;

            test.Boot();
            test.Steps(600);
            string told = $"after {writes} writes: {string.Join(", ", test._answers)}";
            Assert.AreEqual(LinkState.Up, test._uplink.State, told);
            Assert.IsFalse(test._certificates.IsProofDue || test._certificates.IsReconnectDue, told);
            Assert.IsTrue(isGood || test._certificates.Certificate is null, told);
            bool isInUse = test._certificates.Certificate is not null;
            Assert.AreEqual(
                isInUse, test._answers.Any(a => a.EndsWith(": done", StringComparison.Ordinal)), told);

            test.Order(CommandCode.RenewCertificate, Good, EndDay);
            test.Steps(300);
            Assert.AreEqual("renew-certificate: done", test._answers[^1], told);
            test._unit.Dispose();
        }

        Assert.IsTrue(doneCount is > 3 and < 24, $"{doneCount} runs got to the end before the cut");
    }

    private static byte[] Der(byte fill) => [0x30, 0x82, 0x01, 0x00, .. Enumerable.Repeat(fill, 256)];

    private void Boot()
    {
        _unit?.Dispose();
        _clock.MonotonicMs = 0;
        _certificates = new CertificateRenewal(_storage, _mark, 0);
        _unit = new VirtualUnit(new VirtualUnitParts(
            Device, 7, _clock, _storage, _keys, new CommandFixture.CountingIndicator(),
            new SyntheticPpgSource(1),
            new Pulsegate.Configuration.GatewayConfiguration(), null, _certificates));
        _unit.Start(0);
        _link = new PickyLink(this);
        _uplink = new UplinkLoop(_link, _unit.Store, _keys, Device, _unit.Store.BootId)
        {
            Commands = _unit.Commands.Inbox, Certificates = _certificates,
        };
    }

    private void Steps(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _clock.MonotonicMs += Pulsegate.Gateway.StepMs;
            _unit.Step(_clock.MonotonicMs);
            _uplink.Step(_clock.MonotonicMs);
            Acknowledge();
        }
    }

    // As a backend: reads what is new, and says that it has it.
    private void Acknowledge()
    {
        var record = new StoredRecord();
        if (!_isBackendThere || _uplink.State != LinkState.Up || !_unit.Store.TryReadNext(0, record))
        {
            return;
        }

        var verifier = new BatchVerifier(_keys);
        for (long sequence = 0; _unit.Store.TryReadNext(sequence, record); sequence = record.Sequence)
        {
            Assert.IsTrue(verifier.TryVerify(
                Pulsegate.Batch.Jws.ToText(record, Device), Device, null, out VerifiedRecord? verified,
                out string reason),
                reason);
            if (_seen.Add(record.Sequence) && verified!.Fields.ContainsKey("commandNumber"))
            {
                _answers.Add((string)verified.Fields["note"]!);
            }
        }

        _link.Inner.Deliver($"pg/1/{Device}/ack", AcknowledgementWriter.Write(
            Device, 1, TestKeys.DownKey(1), (ulong)_unit.Store.Epoch, _unit.Store.LastSequence, [], 1,
            CommandFixture.UtcMs + _clock.MonotonicMs));
        _uplink.Step(_clock.MonotonicMs);
    }

    private void Order(int code, byte[] content, params int[] arguments)
    {
        _link.Inner.Deliver($"pg/1/{Device}/cmd", CommandWriter.Write(
            Device, 1, TestKeys.DownKey(1), _unit.Store.BootId, CommandFixture.UtcMs, ++_number,
            new CommandOrder(code, code == CommandCode.SetAuthorities ? [] : arguments, content)));
        Steps(1);
    }

    /// <summary>Comes up with what is good, and fails with anything else a moment later.</summary>
    private sealed class PickyLink(CertificateRenewalTests test) : ILink
    {
        public FakeLink Inner { get; } = new();

        public List<byte[]?> Used { get; } = [];

        public int TryCount { get; private set; }

        public LinkState State => Inner.State;

        public string LastError { get; private set; } = "";

        public bool TryConnect(string willTopic, byte[] willPayload)
        {
            TryCount++;
            byte[]? certificate = test._certificates.Certificate;
            byte[]? authorities = test._certificates.Authorities;
            Used.Add(certificate);
            bool isGood = (certificate is null ? test._isOldGood : certificate.SequenceEqual(Good))
                && !(authorities?.SequenceEqual(Bad) ?? false);
            LastError = isGood ? "" : "the broker says no";
            Inner.OnConnect = isGood ? FakeConnect.Accept : FakeConnect.FailLater;
            return Inner.TryConnect(willTopic, willPayload);
        }

        public void Disconnect(bool clean) => Inner.Disconnect(clean);

        public int TryPublish(string topic, byte[] payload, int qualityOfService, bool retain)
            => Inner.TryPublish(topic, payload, qualityOfService, retain);

        public bool TryTakeCompletion(LinkCompletion completion) => Inner.TryTakeCompletion(completion);

        public bool TryTakeMessage(LinkMessage message) => Inner.TryTakeMessage(message);
    }
}
