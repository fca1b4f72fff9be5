// Goal: settings of a queue that cannot work, or would carry patients' data in the clear, are refused in one
// line. Method: one thing wrong at a time.

using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Queue;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class QueueSettingsTests
{
    private readonly TemporaryFolder _folder = new();
    private string _password = "";

    [TestInitialize]
    public void Prepare()
    {
        _password = _folder["password"];
        PrivateFile.Write(_password, Encoding.ASCII.GetBytes("secret"));
    }

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow("127.0.0.1:5672")]
    [DataRow("localhost:5672,127.0.0.1:5673, [::1]:5674", DisplayName = "three nodes")]
    [DataRow("amqp://localhost:5672,amqp://[::1]:5674", DisplayName = "two nodes")]
    public void NodesOnThisMachine_AreTakenWithoutTls(string nodes)
        => Assert.AreEqual(nodes, QueueAddress.Parse(nodes, "u", _password, QueueCertificates.None).Text);

    [TestMethod]
    [DataRow("amqps://rabbit.example:5671")]
    [DataRow("amqps://10.0.0.1:5671,amqps://[2001:db8::1]:5671,localhost:5672", DisplayName = "three nodes")]
    public void NodesAnywhere_AreTakenWithTls(string nodes)
        => Assert.AreEqual(nodes, QueueAddress.Parse(nodes, "u", _password, Issued()).Text);

    [TestMethod]
    [DataRow("10.0.0.1:5672", "u", "of this machine only")]
    [DataRow("127.0.0.1:5672,rabbit.example:5672", "u", "of this machine only")]
    [DataRow("amqp://10.0.0.1:5672", "u", "of this machine only")]
    [DataRow("amqps://127.0.0.1:1,amqp://rabbit.example:5672", "u", "of this machine only")]
    [DataRow("amqps://rabbit.example:5671", "u", "caFile is missing")]
    [DataRow("amqps://rabbit.example", "u", "HOST:PORT")]
    [DataRow("amqps://rabbit.example:5671/vhost", "u", "HOST:PORT")]
    [DataRow("amqps://u:secret@rabbit.example:5671", "u", "HOST:PORT")]
    [DataRow("https://rabbit.example:5671", "u", "HOST:PORT")]
    [DataRow("127.0.0.1", "u", "HOST:PORT")]
    [DataRow("127.0.0.1:0", "u", "HOST:PORT")]
    [DataRow("127.0.0.1:70000", "u", "HOST:PORT")]
    [DataRow(",", "u", "HOST:PORT")]
    [DataRow("127.0.0.1:5672", "", "queueUserName is missing")]
    [DataRow("::1:1,::1:1,::1:1,::1:1,::1:1,::1:1,::1:1,::1:1,::1:1,::1:1", "u", "more than 9 nodes")]
    public void OtherNodes_AreOneLine(string nodes, string user, string reason)
    {
        IngestException e = Assert.ThrowsExactly<IngestException>(
            () => QueueAddress.Parse(nodes, user, _password, QueueCertificates.None));
        StringAssert.Contains(e.Message, reason);
        Assert.IsFalse(e.Message.Contains("secret") || e.Message.Contains('\n'), e.Message);
    }

    [TestMethod]
    public void FilesThatCannotWork_AreOneLine()
    {
        QueueCertificates good = Issued();
        File.WriteAllText(_folder["text"], "no certificate");
        PrivateFile.Write(_folder["open"], File.ReadAllBytes(good.KeyFile));
        File.SetUnixFileMode(_folder["open"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        (QueueCertificates Files, string Reason)[] cases =
        [
            (good with { CaFile = _folder["none"] }, "none"),
            (good with { CaFile = _folder["text"] }, "holds no certificate"),
            (good with { CaFile = good.KeyFile }, "holds no certificate"),
            (good with { CertificateFile = "" }, "together"),
            (good with { KeyFile = "" }, "together"),
            (good with { KeyFile = _folder["none"] }, "none"),
            (good with { KeyFile = _folder["open"] }, "chmod 600"),
            (good with { CertificateFile = good.CaFile }, "not a certificate and its key"),
            (Issued(TimeProvider.System.GetUtcNow().AddYears(-2)) with { CaFile = good.CaFile }, "ended on"),
        ];
        foreach ((QueueCertificates files, string reason) in cases)
        {
            IngestException e = Assert.ThrowsExactly<IngestException>(
                () => QueueAddress.Parse("amqps://rabbit.example:5671", "u", _password, files));
            StringAssert.Contains(e.Message, reason);
            Assert.IsFalse(e.Message.Contains('\n'), e.Message);
        }
    }

    [TestMethod]
    public void APasswordThatOthersCanRead_OrThatIsNotThere_IsOneLine()
    {
        File.SetUnixFileMode(_password, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        StringAssert.Contains(
            Assert.ThrowsExactly<IngestException>(
                () => QueueAddress.Parse("127.0.0.1:1", "u", _password, QueueCertificates.None)).Message,
            "chmod 600");
        StringAssert.Contains(
            Assert.ThrowsExactly<IngestException>(
                () => QueueAddress.Parse(
                    "127.0.0.1:1", "u", _folder["none"], QueueCertificates.None)).Message,
            "does not exist");
    }

    [TestMethod]
    [DataRow("""{"edgeName":"edge-1","queueNodes":"127.0.0.1:1"}""", "caFile, certificateFile, keyFile")]
    [DataRow("""{"queueNodes":"127.0.0.1:1"}""", "keyringFile, databaseFile")]
    public void WhatARoleNeeds_IsNamed(string json, string missing)
    {
        string path = _folder["settings.json"];
        File.WriteAllText(path, json);
        IngestException e = Assert.ThrowsExactly<IngestException>(() => IngestOptions.Load(path));
        StringAssert.EndsWith(e.Message, $"missing: {missing}");
    }

    [TestMethod]
    [DataRow("ward-a", 3, 2)]
    [DataRow("ward-b", 3, 1)]
    [DataRow("ward-d", 3, 0)]
    [DataRow("ward-b", 64, 60)]
    [DataRow("ward-b", 1, 0)]
    public void ADevicesQueue_IsTheSameEverywhere(string device, int count, int index)
        => Assert.AreEqual(index, QueueLayout.IndexOf(device, count));   // reckoned with Python's hashlib

    [TestMethod]
    public void TheFirstOfSeveralQueues_IsTheOneThatWasAlone() => CollectionAssert.AreEqual(
        new[] { "pulsegate.up", "pulsegate.up.1", "pulsegate.up.2" }, QueueLayout.UpNames(3));

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow(65)]
    public void ANumberOfQueuesThatMakesNoSense_IsOneLine(int count)
    {
        IngestException e = Assert.ThrowsExactly<IngestException>(
            () => new IngestOptions { QueueCount = count }.Check());
        Assert.AreEqual("queueCount is 1 to 64", e.Message);
    }

    [TestMethod]
    [DataRow("edge-1", true)]
    [DataRow("", false)]
    [DataRow("Edge", false)]
    [DataRow("a/b", false)]
    [DataRow("abcdefghijklmnopqrstuvwxyz-0123456789", false, DisplayName = "37 letters")]
    public void AnEdgeName_IsPartOfAQueueName(string name, bool isGood)
        => Assert.AreEqual(isGood, QueueLayout.IsEdgeName(name));

    private QueueCertificates Issued(DateTimeOffset? now = null)
    {
        string folder = _folder[$"ingest-{now:yyyy}"];
        using var authority = CertificateAuthority.Create(
            "Test", DateTimeOffset.UtcNow.AddYears(-3), DateTimeOffset.UtcNow.AddYears(3));
        DateTimeOffset begin = now ?? DateTimeOffset.UtcNow;
        authority.IssueClient("ingest", begin.AddDays(-1), begin.AddYears(1)).Save(folder);
        return new QueueCertificates(
            Path.Combine(folder, "ca.pem"), Path.Combine(folder, "cert.pem"),
            Path.Combine(folder, "key.pem"));
    }
}
