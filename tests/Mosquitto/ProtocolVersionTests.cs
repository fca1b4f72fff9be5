// Goal: a broker that has no MQTT 5 is spoken to in 3.1.1, over TLS, without a setting. Method: mosquitto,
// which has both, behind a TLS server that answers CONNECT of version 5 as such a broker does (MQTT 3.1.1,
// 3.1.2.2: CONNACK with return code 1, then the end), and passes everything else.

using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Virtual.Link;

namespace Pulsegate.Tests.Mosquitto;

[TestClass]
public sealed class ProtocolVersionTests
{
    private const int LevelAt = 8;   // fixed header of two bytes, "MQTT" with its length, then the level
    private readonly ConcurrentQueue<int> _levels = new();

    [TestMethod]
    public void ABrokerWithoutMqtt5_IsSpokenToIn311()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using var authority = new TestAuthority(broker.Folder, "ca");
        using TcpListener front = StartFront(broker, authority);
        using var link = new MosquittoLink(Options(front, authority), "unit");
        using var backend =
            new RecordedClient(new() { Host = "127.0.0.1", Port = broker.Port, ClientId = "ingest" });
        backend.Connect().Subscribe("pg/1/unit/vitals", "pg/1/unit/status");

        UseOnce(link, backend);
        CollectionAssert.AreEqual(new[] { 5, 4 }, _levels.ToArray());
        link.Disconnect(false);
        Assert.AreEqual("message pg/1/unit/status lost 1", backend.Next("message pg/1/unit/status"));

        UseOnce(link, backend);   // each connection asks anew: a broker that is renewed is found
        CollectionAssert.AreEqual(new[] { 5, 4, 5, 4 }, _levels.ToArray());
    }

    [TestMethod]
    public void TheSetting_SpeaksIn311AtOnce()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using var authority = new TestAuthority(broker.Folder, "ca");
        using TcpListener front = StartFront(broker, authority);
        using var link = new MosquittoLink(Options(front, authority) with { IsMqtt311 = true }, "unit");
        using var backend =
            new RecordedClient(new() { Host = "127.0.0.1", Port = broker.Port, ClientId = "ingest" });
        backend.Connect().Subscribe("pg/1/unit/vitals");
        UseOnce(link, backend);
        CollectionAssert.AreEqual(new[] { 4 }, _levels.ToArray());
    }

    private static void UseOnce(MosquittoLink link, RecordedClient backend)
    {
        Assert.IsTrue(link.TryConnect("pg/1/unit/status", "lost"u8.ToArray()));
        TestWait.For(() => link.State != LinkState.Connecting, "an answer");
        Assert.AreEqual(LinkState.Up, link.State, link.LastError);
        int token = link.TryPublish("pg/1/unit/vitals", "x"u8.ToArray(), 1, false);
        Assert.AreEqual("message pg/1/unit/vitals x 1", backend.Next("message"));
        var completion = new LinkCompletion();
        TestWait.For(() => link.TryTakeCompletion(completion), "PUBACK");
        Assert.AreEqual((token, 0), (completion.Token, completion.ReasonCode));
        backend.Publish("pg/1/unit/ack", "a");
        var message = new LinkMessage();
        TestWait.For(() => link.TryTakeMessage(message), "message");
        Assert.AreEqual("pg/1/unit/ack", message.Topic);
    }

    private static MosquittoOptions Options(TcpListener front, TestAuthority authority) => new()
    {
        Host = "127.0.0.1",
        Port = ((IPEndPoint)front.LocalEndpoint).Port,
        ClientId = "unit",
        CaFile = authority.CaFile,
    };

    private TcpListener StartFront(TestBroker broker, TestAuthority authority)
    {
        (string certificateFile, string keyFile) = authority.IssueServer("front");
        X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        var front = new TcpListener(IPAddress.Loopback, 0);
        front.Start();
        _ = AcceptAll(front, broker.Port, certificate);
        return front;
    }

    private async Task AcceptAll(TcpListener front, int brokerPort, X509Certificate2 certificate)
    {
        try
        {
            while (true)
            {
                TcpClient client = await front.AcceptTcpClientAsync();
                _ = Pass(client, brokerPort, certificate);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Pass(TcpClient client, int brokerPort, X509Certificate2 certificate)
    {
        using (client)
        using (var broker = new TcpClient())
        {
            try
            {
                await using var secure = new SslStream(client.GetStream());
                await secure.AuthenticateAsServerAsync(certificate);
                var first = new byte[4096];
                int count = await secure.ReadAsync(first);
                int level = first[LevelAt];
                _levels.Enqueue(level);
                if (level == 5)
                {
                    await secure.WriteAsync(new byte[] { 0x20, 2, 0, 1 });
                    return;
                }

                await broker.ConnectAsync(IPAddress.Loopback, brokerPort);
                await broker.GetStream().WriteAsync(first.AsMemory(0, count));
                await Task.WhenAny(
                    secure.CopyToAsync(broker.GetStream()), broker.GetStream().CopyToAsync(secure));
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
            {
                // One side has left.
            }
        }
    }
}
