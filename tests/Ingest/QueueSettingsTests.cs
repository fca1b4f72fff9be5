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
    public void NodesOnThisMachine_AreTaken(string nodes)
        => Assert.AreEqual(nodes, QueueAddress.Parse(nodes, "u", _password).Text);

    [TestMethod]
    [DataRow("10.0.0.1:5672", "u", "of this machine only")]
    [DataRow("127.0.0.1:5672,rabbit.example:5672", "u", "of this machine only")]
    [DataRow("127.0.0.1", "u", "HOST:PORT")]
    [DataRow("127.0.0.1:0", "u", "HOST:PORT")]
    [DataRow("127.0.0.1:70000", "u", "HOST:PORT")]
    [DataRow(",", "u", "HOST:PORT")]
    [DataRow("127.0.0.1:5672", "", "queueUserName is missing")]
    [DataRow("::1:1,::1:1,::1:1,::1:1,::1:1,::1:1,::1:1,::1:1,::1:1,::1:1", "u", "more than 9 nodes")]
    public void OtherNodes_AreOneLine(string nodes, string user, string reason)
    {
        IngestException e = Assert.ThrowsExactly<IngestException>(() => QueueAddress.Parse(nodes, user, _password));
        StringAssert.Contains(e.Message, reason);
    }

    [TestMethod]
    public void APasswordThatOthersCanRead_OrThatIsNotThere_IsOneLine()
    {
        File.SetUnixFileMode(_password, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        StringAssert.Contains(
            Assert.ThrowsExactly<IngestException>(() => QueueAddress.Parse("127.0.0.1:1", "u", _password)).Message,
            "chmod 600");
        StringAssert.Contains(
            Assert.ThrowsExactly<IngestException>(
                () => QueueAddress.Parse("127.0.0.1:1", "u", _folder["none"])).Message,
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
    [DataRow("edge-1", true)]
    [DataRow("", false)]
    [DataRow("Edge", false)]
    [DataRow("a/b", false)]
    [DataRow("abcdefghijklmnopqrstuvwxyz-0123456789", false, DisplayName = "37 letters")]
    public void AnEdgeName_IsPartOfAQueueName(string name, bool isGood)
        => Assert.AreEqual(isGood, QueueLayout.IsEdgeName(name));
}
