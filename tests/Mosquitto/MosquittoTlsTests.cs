// Goal: only the right certificates get through, in both directions, and each refusal says why. Method: a
// real mosquitto with TLS, identity from the certificate, and throw-away authorities.

using Pulsegate.Mosquitto;

namespace Pulsegate.Tests.Mosquitto;

[TestClass]
public sealed class MosquittoTlsTests
{
    private static string _folder = "";
    private static TestAuthority _authority = null!;
    private static TestAuthority _other = null!;
    private static TestBroker _broker = null!;

    [ClassInitialize]
    public static void Start(TestContext context)
    {
        _folder = TestBroker.CreateFolder();
        _authority = new TestAuthority(_folder, "ca");
        _other = new TestAuthority(_folder, "other-ca");
        _broker = TestBroker.StartSecure(_folder, _authority, _authority.IssueServer("server"));
    }

    [ClassCleanup]
    public static void Stop()
    {
        _broker?.Dispose();
        _authority?.Dispose();
        _other?.Dispose();
    }

    private static MosquittoOptions Options(
        (string CertificateFile, string KeyFile)? identity, string id = "ignored") => new()
    {
        Host = "127.0.0.1",
        Port = _broker.Port,
        ClientId = id,
        CaFile = _authority.CaFile,
        CertificateFile = identity?.CertificateFile,
        KeyFile = identity?.KeyFile,
    };

    private static string EndOf(MosquittoOptions options)
    {
        using var client = new RecordedClient(options);
        Assert.IsTrue(client.Client.Connect());
        return client.Next();
    }

    [TestMethod]
    public void CertificateDecidesWhoTheClientIs_AndItsTopics()
    {
        using var ingest = new RecordedClient(Options(_authority.IssueClient("ingest")));
        ingest.Connect().Subscribe("pg/1/#");
        using var device = new RecordedClient(Options(_authority.IssueClient("unit-1"), "unit-2"));
        device.Connect().Subscribe("pg/1/unit-1/ack", "pg/1/unit-1/cmd");

        Assert.AreEqual($"published {device.Publish("pg/1/unit-1/vitals", "x")} 0", device.Next());
        Assert.AreEqual("message pg/1/unit-1/vitals x 1", ingest.Next());
        Assert.AreEqual($"published {device.Publish("pg/1/unit-2/vitals", "x")} 135", device.Next());
        ingest.Publish("pg/1/unit-1/ack", "ack");
        Assert.AreEqual("message pg/1/unit-1/ack ack 1", device.Next());
    }

    [TestMethod]
    public void NoCertificate_IsRefused()
        => Assert.AreEqual(
            "disconnected: TLS: the broker demands a client certificate", EndOf(Options(null)));

    [TestMethod]
    public void CertificateOfAnotherAuthority_IsRefused()
        => Assert.AreEqual(
            "disconnected: TLS: the broker does not trust this client's certificate",
            EndOf(Options(_other.IssueClient("unit-3"))));

    [TestMethod]
    public void ExpiredCertificate_IsRefused()
        => Assert.AreEqual(
            "disconnected: TLS: the broker says this client's certificate has expired",
            EndOf(Options(_authority.IssueClient("unit-4", isExpired: true))));

    [TestMethod]
    public void ServerCertificateInAClientsHands_IsRefused()
        => Assert.AreEqual(
            "disconnected: TLS: this client's certificate is not for client authentication",
            EndOf(Options(_authority.IssueServer("unit-5"))));

    [TestMethod]
    public void BrokerOfAnotherAuthority_IsNotTrusted()
        => Assert.AreEqual(
            "disconnected: TLS: the broker's certificate is not trusted",
            EndOf(Options(_authority.IssueClient("unit-6")) with { CaFile = _other.CaFile }));

    [TestMethod]
    public void BrokerWithAnotherHostsCertificate_IsNotTrusted()
        => Assert.AreEqual(
            "disconnected: TLS: the broker's certificate is for another host",
            EndOf(Options(_authority.IssueClient("unit-7")) with { Host = "localhost" }));

    [TestMethod]
    public void BrokerWithoutTls_IsSaid()
    {
        using TestBroker open = TestBroker.StartOpen();
        string end = EndOf(Options(_authority.IssueClient("unit-8")) with { Port = open.Port });
        Assert.AreEqual(
            "disconnected: TLS: the broker closed the connection (down, or no TLS on this port)", end);
    }

    [TestMethod]
    public void KeyOfAnotherCertificate_AndMissingFile_AreSaid()
    {
        (string certificate, _) = _authority.IssueClient("unit-9");
        (_, string key) = _authority.IssueClient("unit-10");
        Assert.Contains("TLS: the private key cannot be used", EndOf(Options((certificate, key))));
        string missing = Path.Combine(_folder, "none.key");
        Assert.AreEqual("disconnected: TLS: cannot read " + missing, EndOf(Options((certificate, missing))));
    }

    [TestMethod]
    public void RenewedCertificateFile_CountsAtTheNextConnection()
    {
        (string certificate, string key) = _other.IssueClient("unit-11");
        using var client = new RecordedClient(Options((certificate, key)));
        client.Client.Connect();
        client.Next("disconnected");
        _authority.IssueClient("unit-11");
        client.Connect();
    }
}
