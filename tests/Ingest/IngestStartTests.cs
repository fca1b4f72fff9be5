// Goal: an ingest that cannot start says why in one line, and leaves the database free. Method: one thing
// wrong at a time.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class IngestStartTests
{
    private const string TooShort =
        """{"format":1,"devices":[{"device":"ward-a","keys":[{"version":1,"up":"c2VjcmV0","down":""}]}]}""";

    private const string NotBase64 =
        """{"format":1,"devices":[{"device":"ward-a","keys":[{"version":1,"up":"!c2VjcmV0","down":""}]}]}""";

    private static TestBackend? _shared;

    private static TestBackend Backend => _shared!;

    [ClassInitialize]
    public static void StartBackend(TestContext context)
    {
        _ = context;
        _shared = new TestBackend();
        _shared.AddDevice("ward-a");
    }

    [ClassCleanup]
    public static void StopBackend() => _shared?.Dispose();

    [TestMethod]
    public void WithoutABroker_TheReasonNamesItsAddress()
    {
        int port = LoopbackPort.Find();
        StringAssert.Contains(
            Refusal(Backend.Options with { BrokerPort = port }), $"broker 127.0.0.1:{port}: ");
        using IngestService works = IngestService.Start(Backend.Options);
    }

    [TestMethod]
    public void AMissingKeyring_IsNamed()
        => StringAssert.Contains(
            Refusal(Backend.Options with { KeyringFile = Backend.Folder["none"] }), "none does not exist");

    [TestMethod]
    public void AKeyringOpenToOthers_IsRefused()
    {
        string path = Copy("keyring.json", "open.json");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        StringAssert.Contains(Refusal(Backend.Options with { KeyringFile = path }), "chmod 600");
    }

    [TestMethod]
    public void APrivateKeyOpenToOthers_IsRefused()
    {
        string path = Copy("ingest/key.pem", "open.pem");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        StringAssert.Contains(Refusal(Backend.Options with { KeyFile = path }), "chmod 600");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("{\"format\":2,\"devices\":[]}")]
    [DataRow("{\"format\":1,\"devices\":[null]}")]
    [DataRow("{\"format\":1,\"devices\":[{\"device\":\"ward-a\",\"keys\":[]}]}")]
    [DataRow("{\"format\":1,\"a\\nb\":[]}", DisplayName = "line break in a member's name")]
    [DataRow("{\"format\":1,\"devices\":[{\"device\":\"a\\nb\",\"keys\":[]}]}",
        DisplayName = "line break in a device's name")]
    [DataRow(TooShort)]
    [DataRow(NotBase64)]
    public void ADamagedKeyring_IsOneLine_WithoutItsContent(string content)
    {
        string path = Backend.Folder["damaged.json"];
        PrivateFile.Write(path, System.Text.Encoding.UTF8.GetBytes(content));
        string reason = Refusal(Backend.Options with { KeyringFile = path });
        StringAssert.Contains(reason, "damaged.json");
        Assert.IsFalse(reason.Contains("c2VjcmV0"), reason);
    }

    [TestMethod]
    public void TheCertificateOfAnotherAuthority_IsRefusedByTheBroker()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var other = CertificateAuthority.Create("other", now.AddDays(-1), now.AddDays(1));
        other.IssueClient("ingest", now.AddDays(-1), now.AddHours(1)).Save(Backend.Folder["stranger"]);
        StringAssert.Contains(
            Refusal(Backend.Options with
            {
                CertificateFile = Backend.Folder["stranger/cert.pem"],
                KeyFile = Backend.Folder["stranger/key.pem"],
            }),
            "TLS");
    }

    [TestMethod]
    public void ABrokerOfAnotherAuthority_IsRefused()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var other = CertificateAuthority.Create("other", now.AddDays(-1), now.AddDays(1));
        other.Save(Backend.Folder["wrong-ca.pem"], Backend.Folder["wrong-ca.key"]);
        StringAssert.Contains(
            Refusal(Backend.Options with { CaFile = Backend.Folder["wrong-ca.pem"] }), "not trusted");
    }

    [TestMethod]
    public void SettingsFromAFile_AreReadAsWritten()
    {
        string path = Backend.Folder["settings.json"];
        File.WriteAllText(
            path,
            """
            {
              // the broker in the cellar
              "brokerHost": "broker.example", "brokerPort": 8884, "caFile": "ca.pem",
              "certificateFile": "cert.pem", "keyFile": "key.pem", "keyringFile": "keyring.json",
              "databaseFile": "ingest.db",
            }
            """);
        IngestOptions options = IngestOptions.Load(path);
        Assert.AreEqual("broker.example", options.BrokerHost);
        Assert.AreEqual(8884, options.BrokerPort);
        Assert.AreEqual("ingest.db", options.DatabaseFile);
    }

    [TestMethod]
    [DataRow("{", "settings.json")]
    [DataRow("{\"brokerPortt\": 1}", "brokerPortt")]
    [DataRow("{\"brokerPort\": \"x\"}", "brokerPort")]
    [DataRow("{\"caFile\": \"ca.pem\"}", "databaseFile")]
    public void WrongSettings_NameFileAndKey(string content, string expected)
    {
        string path = Backend.Folder["settings.json"];
        File.WriteAllText(path, content);
        IngestException e = Assert.ThrowsExactly<IngestException>(() => IngestOptions.Load(path));
        StringAssert.Contains(e.Message, "settings.json");
        StringAssert.Contains(e.Message, expected);
        Assert.IsFalse(e.Message.Contains('\n'));
    }

    private static string Copy(string from, string to)
    {
        File.Copy(Backend.Folder[from], Backend.Folder[to], overwrite: true);
        return Backend.Folder[to];
    }

    private static string Refusal(IngestOptions options)
    {
        IngestException e = Assert.ThrowsExactly<IngestException>(() => IngestService.Start(options));
        Assert.IsFalse(e.Message.Contains('\n'), e.Message);
        return e.Message;
    }
}
