// Goal: the broker lets in whom it should, and lets everybody do what they should and nothing else.
// Method: a real mosquitto with our configuration; certificates made wrong in one way each.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.Provisioning;

[TestClass]
public sealed class BrokerAccessTests
{
    private const int NoSubscribers = 0x10;    // MQTT 5, 3.4.2.1
    private const int PacketTooLarge = 0x95;
    private static TestBackend? _shared;

    private static TestBackend Backend => _shared!;

    [ClassInitialize]
    public static void StartBackend(TestContext context)
    {
        _ = context;
        _shared = new TestBackend();
        _shared.AddDevice("ward-a");
        _shared.AddDevice("ward-b");
    }

    [ClassCleanup]
    public static void StopBackend() => _shared?.Dispose();

    [TestMethod]
    public void ADevice_MayPublishOnItsOwnTopics()
    {
        using TestClient device = Backend.Connected("ward-a");
        foreach (string kind in new[] { "vitals", "alarm", "event", "health", "status", "live" })
        {
            Assert.AreEqual(NoSubscribers, device.Publish($"pg/1/ward-a/{kind}", 1), kind);
        }
    }

    [TestMethod]
    [DataRow("pg/1/ward-b/vitals")]
    [DataRow("pg/1/ward-b/ack")]
    [DataRow("pg/1/ward-a/ack")]
    [DataRow("pg/1/ward-a/cmd")]
    [DataRow("pg/1/ward-a/other")]
    [DataRow("pg/1/ward-a/vitals/more")]
    [DataRow("pg/2/ward-a/vitals")]
    [DataRow("anything")]
    public void ADevice_PublishingElsewhere_IsToldThatItIsNotAuthorised(string topic)
    {
        using TestClient device = Backend.Connected("ward-a");
        Assert.AreEqual(TestBackend.NotAuthorised, device.Publish(topic, 1));
    }

    [TestMethod]
    public void ADeviceThatSubscribesToEverything_GetsOnlyWhatIsForIt()
    {
        using TestClient curious = Backend.Connected("ward-a");
        using TestClient other = Backend.Connected("ward-b");
        using TestClient ingest = Backend.Connected("ingest");
        curious.Subscribe("#", "pg/1/ward-b/ack", "pg/1/+/vitals");

        other.Publish("pg/1/ward-b/vitals", 1);
        Assert.AreNotEqual(TestBackend.NotAuthorised, ingest.Publish("pg/1/ward-b/ack", 2));
        Assert.AreEqual(0, ingest.Publish("pg/1/ward-a/ack", 3));

        (string topic, byte[] payload) = curious.Receive();
        Assert.AreEqual("pg/1/ward-a/ack", topic);
        Assert.AreEqual(3, payload.Single());
        Assert.AreEqual(0, curious.Received.Count);
    }

    [TestMethod]
    public void TheIngest_HearsDevices_AndMayAnswerButNotSpeakForThem()
    {
        using TestClient ingest = Backend.Connected("ingest");
        using TestClient device = Backend.Connected("ward-a");
        ingest.Subscribe("pg/1/+/vitals");

        Assert.AreEqual(0, device.Publish("pg/1/ward-a/vitals", 7));

        Assert.AreEqual("pg/1/ward-a/vitals", ingest.Receive().Topic);
        Assert.AreEqual(TestBackend.NotAuthorised, ingest.Publish("pg/1/ward-a/vitals", 7));
    }

    [TestMethod]
    public void AReader_HearsDevices_AndMayNotAnswer()
    {
        Backend.Station.NewBackend("ingest-reader", Backend.Folder["reader"]);
        using TestClient reader = Backend.Connected("reader");
        using TestClient device = Backend.Connected("ward-a");
        reader.Subscribe("pg/1/+/alarm");

        device.Publish("pg/1/ward-a/alarm", 9);

        Assert.AreEqual(9, reader.Receive().Payload.Single());
        Assert.AreEqual(TestBackend.NotAuthorised, reader.Publish("pg/1/ward-a/ack", 1));
    }

    [TestMethod]
    [DataRow("ingest", "ingest")]
    [DataRow("ingest-reader", "onlooker")]
    [DataRow("ingest-operator", "operator")]
    public void APartOfTheBackend_IsNoDevice(string name, string folder)
    {
        if (name != "ingest")
        {
            Backend.Station.NewBackend(name, Backend.Folder[folder]);
        }

        using TestClient part = Backend.Connected(folder);
        foreach (string kind in new[]
            { "vitals", "alarm", "event", "health", "status", "live", "ack", "cmd", "other" })
        {
            Assert.AreEqual(TestBackend.NotAuthorised, part.Publish($"pg/1/{name}/{kind}", 1), kind);
        }
    }

    [TestMethod]
    public void TakingAnotherDevicesClientId_DoesNotThrowItOff()
    {
        using TestClient victim = Backend.Connected("ward-b");
        using TestClient thief = Backend.Client("ward-a", clientId: "ward-b");
        Assert.AreEqual("", thief.Connect());

        Assert.AreEqual(NoSubscribers, victim.Publish("pg/1/ward-b/vitals", 1));
        Assert.AreEqual(TestBackend.NotAuthorised, thief.Publish("pg/1/ward-b/vitals", 1));
        Assert.IsFalse(victim.HasEnded);
    }

    [TestMethod]
    public void AnOversizedPayload_IsRefusedWithItsReason()
    {
        using TestClient device = Backend.Connected("ward-a");
        Assert.AreEqual(PacketTooLarge, device.Publish("pg/1/ward-a/vitals", new byte[5000]));
    }

    [TestMethod]
    public void WithoutACertificate_NobodyGetsIn() => AssertRefused(Backend.Client(null));

    [TestMethod]
    public void ACertificateOfAnotherAuthority_IsRefused()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var other = CertificateAuthority.Create("Pulsegate station", now.AddDays(-1), now.AddDays(1));
        other.IssueClient("ward-a", now.AddDays(-1), now.AddHours(1)).Save(Backend.Folder["other-ca"]);
        AssertRefused(Backend.Client("other-ca"));
    }

    [TestMethod]
    public void AnExpiredCertificate_IsRefused()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Backend.Station.Authority.IssueClient("ward-a", now.AddHours(-20), now.AddMinutes(-1)).Save(
            Backend.Folder["expired"]);
        AssertRefused(Backend.Client("expired"));
    }

    [TestMethod]
    public void ACertificateNotYetValid_IsRefused()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Backend.Station.Authority.IssueClient("ward-a", now.AddHours(1), now.AddHours(2)).Save(
            Backend.Folder["early"]);
        AssertRefused(Backend.Client("early"));
    }

    [TestMethod]
    public void AServersCertificate_IsNotGoodForAClient() => AssertRefused(Backend.Client("broker"));

    [TestMethod]
    public void ABrokerOfAnotherAuthority_IsRefusedByTheClient()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var other = CertificateAuthority.Create("other", now.AddDays(-1), now.AddDays(1));
        other.Save(Backend.Folder["other.pem"], Backend.Folder["other.key"]);
        using TestClient client = TestClient.With(
            Backend.Port, Backend.Folder["other.pem"], Backend.Folder["ward-a"]);
        StringAssert.Contains(client.Connect(), "not trusted");
    }

    [TestMethod]
    public void AClientWithoutTls_IsRefused()
    {
        using var client = new TestClient(
            new() { Host = "127.0.0.1", Port = Backend.Port, ClientId = "ward-a" });
        Assert.AreNotEqual("", client.Connect());
    }

    private static void AssertRefused(TestClient client)
    {
        using (client)
        {
            string reason = client.Connect();
            Assert.AreNotEqual("", reason, "the broker accepted it");
            StringAssert.Contains(reason, "TLS");
        }
    }
}
