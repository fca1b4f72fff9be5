// Goal: the virtual board's link keeps ILink's promises. Method: a real mosquitto on loopback, a second
// client as the backend.

using System.Net;
using System.Net.Sockets;
using System.Text;
using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Virtual.Link;

namespace Pulsegate.Tests.Mosquitto;

[TestClass]
public sealed class MosquittoLinkTests
{
    private readonly LinkCompletion _completion = new();
    private readonly LinkMessage _message = new();

    private static MosquittoLink Link(TestBroker broker)
        => new(new MosquittoOptions { Host = "127.0.0.1", Port = broker.Port, ClientId = "unit" }, "unit");

    private static void Connect(MosquittoLink link)
    {
        Assert.IsTrue(link.TryConnect("pg/1/unit/status", "lost"u8.ToArray()));
        TestWait.For(() => link.State == LinkState.Up, "up");
    }

    private static RecordedClient Backend(TestBroker broker)
        => Connected(broker, "ingest");

    private static RecordedClient Connected(TestBroker broker, string id)
        => new RecordedClient(new() { Host = "127.0.0.1", Port = broker.Port, ClientId = id }).Connect();

    [TestMethod]
    public void WhenUp_TheDownlinkIsAlreadySubscribed()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using RecordedClient backend = Backend(broker);
        using MosquittoLink link = Link(broker);
        Connect(link);
        // 0 and not 0x10: somebody subscribes.
        Assert.AreEqual($"published {backend.Publish("pg/1/unit/ack", "a")} 0", backend.Next());
        Assert.AreEqual($"published {backend.Publish("pg/1/unit/cmd", "b")} 0", backend.Next());
        Assert.AreEqual($"published {backend.Publish("pg/1/other/ack", "c")} 16", backend.Next());
        TestWait.For(() => link.TryTakeMessage(_message), "message");
        Assert.AreEqual("pg/1/unit/ack a", Text());
        TestWait.For(() => link.TryTakeMessage(_message), "message");
        Assert.AreEqual("pg/1/unit/cmd b", Text());
        Assert.IsFalse(link.TryTakeMessage(_message));
    }

    [TestMethod]
    public void RefusedSubscription_EndsTheAttempt_AndSaysWhy()
    {
        // Mosquitto with an ACL file grants every subscription and delivers nothing, so the refusal is
        // played: MQTT 5.0, 3.2 (CONNACK, success) and 3.9 (SUBACK, not authorised for both topics).
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = new Thread(() =>
        {
            using TcpClient peer = listener.AcceptTcpClient();
            NetworkStream stream = peer.GetStream();
            ReadPacket(stream);
            stream.Write([0x20, 3, 0, 0, 0]);
            byte[] subscribe = ReadPacket(stream);
            stream.Write([0x90, 5, subscribe[0], subscribe[1], 0, 0x87, 0x87]);
            while (stream.ReadByte() >= 0)
            {
            }
        });
        server.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var options = new MosquittoOptions { Host = "127.0.0.1", Port = port, ClientId = "unit" };
        using (var link = new MosquittoLink(options, "unit"))
        {
            Assert.IsTrue(link.TryConnect("pg/1/unit/status", []));
            TestWait.For(() => link.State != LinkState.Connecting, "an end");
            Assert.AreEqual(LinkState.Down, link.State);
            Assert.AreEqual("subscription refused: not authorised", link.LastError);
        }

        server.Join();
    }

    [TestMethod]
    public void Tokens_EndWithTheirOwnReasonCode()
    {
        using TestBroker broker = TestBroker.StartOpen("topic readwrite pg/1/unit/#\n");
        using MosquittoLink link = Link(broker);
        Connect(link);
        int unheard = link.TryPublish("pg/1/unit/vitals", [1], 1, false);
        TestWait.For(() => link.TryTakeCompletion(_completion), "completion");
        Assert.AreEqual((unheard, 0x10), (_completion.Token, _completion.ReasonCode));
        int refused = link.TryPublish("pg/1/other/vitals", [1], 1, false);
        TestWait.For(() => link.TryTakeCompletion(_completion), "completion");
        Assert.AreEqual((refused, 0x87), (_completion.Token, _completion.ReasonCode));
        int heard = link.TryPublish("pg/1/unit/ack", [1], 1, false);
        TestWait.For(() => link.TryTakeCompletion(_completion), "completion");
        Assert.AreEqual((heard, 0), (_completion.Token, _completion.ReasonCode));
        Assert.AreNotEqual(0, link.TryPublish("pg/1/unit/live", [1], 0, false));
        Assert.IsFalse(link.TryTakeCompletion(_completion));
    }

    [TestMethod]
    public void UntakenCompletions_FillTheQueue_ThenPublishesAreRefused()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using MosquittoLink link = Link(broker);
        Connect(link);
        for (int i = 0; i < MosquittoLink.PublishCountMax; i++)
        {
            Assert.AreNotEqual(0, link.TryPublish("topic", [1], 1, false));
        }

        Assert.AreEqual(0, link.TryPublish("topic", [1], 1, false));
        var tokens = new HashSet<int>();
        while (tokens.Count < MosquittoLink.PublishCountMax)
        {
            TestWait.For(() => link.TryTakeCompletion(_completion), "completion");
            Assert.IsTrue(tokens.Add(_completion.Token), "once each");
        }

        Assert.AreNotEqual(0, link.TryPublish("topic", [1], 1, false));
    }

    [TestMethod]
    public void FullMessageQueue_AndOversizedMessage_AreDroppedAndCounted()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using RecordedClient backend = Backend(broker);
        using MosquittoLink link = Link(broker);
        Connect(link);
        backend.Publish("pg/1/unit/ack", new string('x', LinkMessage.PayloadLengthMax + 1));
        for (int i = 0; i < MosquittoLink.MessageCountMax + 3; i++)
        {
            backend.Publish("pg/1/unit/ack", "m" + i);
        }

        TestWait.For(() => link.DroppedMessageCount == 4, "drops");
        for (int i = 0; i < MosquittoLink.MessageCountMax; i++)
        {
            Assert.IsTrue(link.TryTakeMessage(_message));
            Assert.AreEqual("pg/1/unit/ack m" + i, Text());
        }

        Assert.IsFalse(link.TryTakeMessage(_message));
    }

    [TestMethod]
    public void KilledBroker_IsNoticed_AndTheNextAttemptStartsClean()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using MosquittoLink link = Link(broker);
        Connect(link);
        Assert.IsFalse(link.TryConnect("s", []), "one session at a time");
        broker.Stall();
        link.TryPublish("topic", [1], 1, false);
        broker.Kill();
        TestWait.For(() => link.State == LinkState.Down, "down");
        Assert.AreEqual(0, link.TryPublish("topic", [1], 1, false));
        Assert.IsTrue(link.TryConnect("s", []));
        TestWait.For(() => link.State == LinkState.Down, "down");
        Assert.AreEqual("network: Connection refused", link.LastError);
        broker.Start();
        Connect(link);
        Assert.AreEqual("", link.LastError);
        Assert.IsFalse(link.TryTakeCompletion(_completion), "of the earlier session");
    }

    [TestMethod]
    public void WhyAnAttemptFailed_IsSaidThroughTheNext_WhichSaysItsOwn()
    {
        // A port of its own: one that the system chose would be another one at every start.
        int port = LoopbackPort.Find();
        using var listener = new TcpListener(IPAddress.Loopback, port);   // the kernel accepts, nobody speaks
        using var link = new MosquittoLink(
            new MosquittoOptions { Host = "127.0.0.1", Port = port, ClientId = "unit" }, "unit");
        Assert.IsTrue(link.TryConnect("s", []));
        TestWait.For(() => link.State == LinkState.Down, "down");
        Assert.AreEqual("network: Connection refused", link.LastError);
        listener.Start();
        Assert.IsTrue(link.TryConnect("s", []));
        Assert.AreEqual((LinkState.Connecting, "network: Connection refused"), (link.State, link.LastError));
        link.Disconnect(clean: false);
        Assert.AreEqual("the broker did not answer in time", link.LastError);
    }

    [TestMethod]
    public void Will_IsRetained_AndOnlyAfterAnUncleanEnd()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using (MosquittoLink leaving = Link(broker))
        {
            Connect(leaving);
            leaving.Disconnect(clean: true);
            Assert.AreEqual(LinkState.Down, leaving.State);
        }

        using MosquittoLink link = Link(broker);
        Connect(link);   // the same id: the broker has ended the first session
        using RecordedClient watcher = Backend(broker);
        watcher.Client.TrySubscribe(1, "pg/1/unit/status");
        watcher.Next("subscribed");
        link.Disconnect(clean: false);
        Assert.AreEqual("message pg/1/unit/status lost 1", watcher.Next());
        using RecordedClient later = Connected(broker, "later");
        later.Client.TrySubscribe(1, "pg/1/unit/status");
        Assert.AreEqual("message pg/1/unit/status lost 1 retained", later.Next("message"));
    }

    // The packet without its fixed header; all are shorter than 128 bytes here.
    private static byte[] ReadPacket(NetworkStream stream)
    {
        byte[] head = new byte[2];
        stream.ReadExactly(head);
        byte[] body = new byte[head[1]];
        stream.ReadExactly(body);
        return body;
    }

    private string Text()
        => _message.Topic + " " + Encoding.UTF8.GetString(_message.Payload, 0, _message.PayloadLength);
}
