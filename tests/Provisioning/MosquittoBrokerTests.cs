// Goal: the broker starts when it can, says in one line why when it cannot, and leaves nothing running.
// Method: real processes on free ports.

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.Provisioning;

[TestClass]
public sealed class MosquittoBrokerTests
{
    [TestMethod]
    public void APortInUse_IsOneClearLine()
    {
        using var backend = new TestBackend();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;

        ProvisioningException e = Assert.ThrowsExactly<ProvisioningException>(
            () => MosquittoBroker.Start(
                backend.Configuration with { Port = port, Folder = backend.Folder["broker"] }));

        StringAssert.Contains(e.Message, $"port {port} on 127.0.0.1 is in use");
        Assert.IsFalse(e.Message.Contains('\n'));
    }

    [TestMethod]
    public void MissingCertificates_AreMosquittosOwnReasonInOneLine()
    {
        using var backend = new TestBackend();
        ProvisioningException e = Assert.ThrowsExactly<ProvisioningException>(() => MosquittoBroker.Start(
            new BrokerConfiguration { Folder = backend.Folder["empty"], Port = LoopbackPort.Find() }));
        StringAssert.Contains(e.Message, "ca.pem");
        Assert.IsFalse(e.Message.Contains('\n'));
    }

    [TestMethod]
    public void AKilledBroker_StartsAgainOnTheSamePortAtOnce()
    {
        using var backend = new TestBackend();
        backend.AddDevice("ward-a");
        int first = backend.Broker.ProcessId;
        backend.Broker.Kill();
        Assert.IsFalse(backend.Broker.IsRunning);

        backend.RestartBroker();

        Assert.AreNotEqual(first, backend.Broker.ProcessId);
        using TestClient device = backend.Connected("ward-a");
    }

    [TestMethod]
    public void Disposing_EndsTheProcess()
    {
        using var backend = new TestBackend();
        int id = backend.Broker.ProcessId;
        backend.Broker.Dispose();
        Assert.ThrowsExactly<ArgumentException>(() => Process.GetProcessById(id));
    }

    [TestMethod]
    public void AFolderWithASpace_Works()
    {
        using var backend = new TestBackend();
        backend.Station.NewBroker(backend.Folder["my broker"]);
        using var broker = MosquittoBroker.Start(
            new BrokerConfiguration { Folder = backend.Folder["my broker"], Port = LoopbackPort.Find() });
        Assert.IsTrue(broker.IsRunning);
    }
}
