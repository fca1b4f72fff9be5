// Goal: the binding tells the truth about every message and every end of a connection. Method: a real
// mosquitto without TLS on loopback, killed, stalled and refusing by ACL.

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Pulsegate.Mosquitto;

namespace Pulsegate.Tests.Mosquitto;

[TestClass]
public sealed class MosquittoClientTests
{
    private const int NotAuthorised = 0x87;      // MQTT 5.0, 2.4: reason codes
    private const int NoSubscribers = 0x10;

    private static MosquittoOptions Options(int port, string id)
        => new() { Host = "127.0.0.1", Port = port, ClientId = id };

    private static RecordedClient Connected(TestBroker broker, string id)
        => new RecordedClient(Options(broker.Port, id)).Connect();

    [TestMethod]
    public void PublishedMessage_ArrivesUnaltered_AndIsAcknowledgedOnce()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using RecordedClient subscriber = Connected(broker, "subscriber").Subscribe("pg/1/#");
        using RecordedClient publisher = Connected(broker, "publisher");
        for (int i = 0; i < 200; i++)
        {
            int id = publisher.Publish("pg/1/unit/vitals", "body " + i);
            Assert.AreNotEqual(0, id);
            Assert.AreEqual($"published {id} 0", publisher.Next());
            Assert.AreEqual($"message pg/1/unit/vitals body {i} 1", subscriber.Next());
        }
    }

    [TestMethod]
    public void BurstAboveTheWindow_IsAcknowledgedCompletely()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using RecordedClient subscriber = Connected(broker, "subscriber").Subscribe("#");
        using RecordedClient publisher = Connected(broker, "publisher");
        var pending = new HashSet<string>();
        for (int i = 0; i < 500; i++)
        {
            pending.Add($"published {publisher.Publish("topic", "x" + i)} 0");
        }

        Assert.HasCount(500, pending);
        for (int i = 0; i < 500; i++)
        {
            Assert.IsTrue(pending.Remove(publisher.Next()));
            Assert.AreEqual($"message topic x{i} 1", subscriber.Next());
        }
    }

    [TestMethod]
    public void RefusedTopic_NobodyListening_AndBadTopic_AreTold()
    {
        using TestBroker broker = TestBroker.StartOpen("topic readwrite open/#\n");
        using RecordedClient client = Connected(broker, "unit");
        Assert.AreEqual($"published {client.Publish("closed", "x")} {NotAuthorised}", client.Next());
        Assert.AreEqual($"published {client.Publish("open/a", "x")} {NoSubscribers}", client.Next());
        Assert.AreEqual(0, client.Publish("open/+", "x"));
        Assert.AreEqual(0, client.Client.TrySubscribe(1, "a/#/b"));
        Assert.AreEqual("not authorised", MosquittoReason.OfCode(NotAuthorised));
    }

    [TestMethod]
    public void RetainedMessage_ReachesALaterSubscriber_AndSaysSo()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using RecordedClient publisher = Connected(broker, "publisher");
        publisher.Publish("status", "here", 1, retain: true);
        publisher.Next("published");
        using RecordedClient subscriber = Connected(broker, "subscriber");
        subscriber.Client.TrySubscribe(1, "status");
        Assert.AreEqual("message status here 1 retained", subscriber.Next("message"));
    }

    [TestMethod]
    public void Will_IsSentOnAnAbort_AndNotOnACleanClose()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using RecordedClient watcher = Connected(broker, "watcher").Subscribe("status", "marker");
        using var client = new RecordedClient(Options(broker.Port, "unit"));
        client.Connect(new MosquittoWill("status", "lost"u8.ToArray(), Retain: false));
        client.Client.Close(clean: false);
        Assert.AreEqual("message status lost 1", watcher.Next());

        using (var leaving = new RecordedClient(Options(broker.Port, "unit")))
        {
            leaving.Connect(new MosquittoWill("status", "lost again"u8.ToArray(), Retain: false));
            leaving.Publish("marker", "last words", 0);
        }

        Assert.AreEqual("message marker last words 0", watcher.Next());
        client.Connect();   // the same id: had the earlier session been alive, its will would come now
        client.Publish("marker", "end", 1);
        Assert.AreEqual("message marker end 1", watcher.Next());
    }

    [TestMethod]
    public void KilledBroker_EndsTheConnection_RefusesPublishes_AndServesTheNextOne()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using RecordedClient client = Connected(broker, "unit");
        broker.Kill();
        Assert.AreEqual("disconnected: connection lost", client.Next());
        Assert.IsFalse(client.Client.IsConnected);
        Assert.AreEqual(0, client.Publish("topic", "lost"));
        Assert.AreEqual(0, client.Client.TrySubscribe(1, "topic"));

        Assert.IsTrue(client.Client.Connect());
        Assert.AreEqual("disconnected: network: Connection refused", client.Next());

        broker.Start();
        client.Connect().Subscribe("topic");
        int id = client.Publish("topic", "first");
        Assert.AreEqual(1, new[] { client.Next(), client.Next() }.Count(line => line == $"published {id} 0"));
    }

    [TestMethod]
    public void PublishesInFlightWhenTheBrokerDies_AreNotSentByTheNextConnection()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using RecordedClient client = Connected(broker, "unit");
        broker.Stall();
        for (int i = 0; i < 50; i++)
        {
            Assert.AreNotEqual(0, client.Publish("topic", "never"));
        }

        broker.Kill();
        client.Next("disconnected");
        broker.Start();
        client.Connect().Subscribe("topic");
        client.Publish("topic", "after");
        Assert.AreEqual("message topic after 1", client.Next("message"));
    }

    [TestMethod]
    public void StalledBroker_LimitsWhatIsOutstanding()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using var client = new RecordedClient(Options(broker.Port, "unit") with { OutstandingCountMax = 10 });
        client.Connect();
        broker.Stall();
        int acceptedCount = 0;
        for (int i = 0; i < 20; i++)
        {
            acceptedCount += client.Publish("topic", "x") != 0 ? 1 : 0;
        }

        Assert.AreEqual(10, acceptedCount);
        broker.Resume();
        for (int i = 0; i < 10; i++)
        {
            client.Next("published");
        }

        Assert.AreNotEqual(0, client.Publish("topic", "x"));
    }

    [TestMethod]
    public void MessageLargerThanTheClientTakes_IsKeptBack()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using var subscriber = new RecordedClient(
            Options(broker.Port, "subscriber") with { PacketLengthMax = 1000 });
        subscriber.Connect().Subscribe("topic");
        using RecordedClient publisher = Connected(broker, "publisher");
        publisher.Publish("topic", new string('x', 5000));
        publisher.Publish("topic", "small");
        Assert.AreEqual("message topic small 1", subscriber.Next());
    }

    // MQTT 5, 3.1.2.11: what the broker may send ahead is property 0x21 of CONNECT, two bytes.
    [TestMethod]
    [DataRow(1)]
    [DataRow(512)]
    public void HowManyMayBeOnTheWay_IsToldToTheBroker(int count)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new RecordedClient(Options(port, "unit") with { ReceiveCountMax = count });
        Assert.IsTrue(client.Client.Connect());
        using TcpClient peer = listener.AcceptTcpClient();
        byte[] connect = new byte[2];
        peer.GetStream().ReadExactly(connect);   // the packet is shorter than 128 bytes
        byte[] rest = new byte[connect[1]];
        peer.GetStream().ReadExactly(rest);
        ReadOnlySpan<byte> properties = rest.AsSpan(11, rest[10]);   // "MQTT", level, flags, keep-alive
        int told = -1;
        while (properties.Length > 0)
        {
            bool isShort = properties[0] == 0x21;   // the others told, 0x11 and 0x27, have four bytes
            told = isShort ? BinaryPrimitives.ReadUInt16BigEndian(properties[1..]) : told;
            properties = properties[(isShort ? 3 : 5)..];
        }

        Assert.AreEqual(count, told);
    }

    [TestMethod]
    public void ServerThatAcceptsAndSaysNothing_IsGivenUp()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var client = new RecordedClient(Options(port, "unit") with { AnswerTimeoutSeconds = 4 });
        Assert.IsTrue(client.Client.Connect());
        Assert.IsFalse(client.Client.Connect(), "one connection at a time");
        Assert.AreEqual("disconnected: the broker did not answer in time", client.Next());
    }

    [TestMethod]
    public void SecondClientWithTheSameId_TakesOver_AndTheFirstEnds()
    {
        using TestBroker broker = TestBroker.StartOpen();
        using RecordedClient first = Connected(broker, "unit");
        using RecordedClient second = Connected(broker, "unit");
        Assert.StartsWith("disconnected: ", first.Next());   // this broker closes without a DISCONNECT packet
        Assert.IsTrue(second.Client.IsConnected);
    }

    [TestMethod]
    public void UnknownHost_IsSaid()
    {
        // A label above 63 letters (RFC 1035, 2.3.4): it is refused here, however the network's DNS fares.
        using var client = new RecordedClient(
            Options(1883, "unit") with { Host = new string('a', 64) + ".invalid" });
        client.Client.Connect();
        Assert.AreEqual("disconnected: the broker's name cannot be resolved", client.Next());
    }

    [TestMethod]
    public void MissingLibrary_NamesTheDebianPackage()
    {
        var e = Assert.ThrowsExactly<DllNotFoundException>(
            () => MosquittoNative.Initialize("libmosquitto.so.none"));
        Assert.Contains("libmosquitto1", e.Message);
    }
}
