// Goal: a RabbitMQ node for tests of one class. Method: a real node of the project's own, and a connection of
// the test's own to look into the queues.

using System.Net;
using System.Net.Sockets;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Queue;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Provisioning;
using RabbitMQ.Client;

namespace Pulsegate.Tests.Ingest;

internal sealed class TestQueue : IDisposable
{
    internal const string Edge = "edge-1";
    private const int UpCountMost = 4;   // of any test
    private const int SignalStop = 19;
    private const int SignalContinue = 18;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder _folder = new();
    private readonly RabbitCluster _rabbit;

    internal TestQueue()
    {
        RequireInstalled();
        using (Station station = Station.Create(_folder["station"]))
        {
            station.NewBroker(_folder["node"]);
            station.NewBackend("ingest", _folder["ingest"]);
        }

        _rabbit = RabbitCluster.Start(_folder["rabbit"], [_folder["node"]]);
    }

    internal static void RequireInstalled()
    {
        if (!RabbitCluster.IsInstalled)
        {
            Assert.Inconclusive("RabbitMQ is not installed (apt-get install rabbitmq-server)");
        }
    }

    /// <summary>Folder of the station whose authority the node takes certificates of.</summary>
    internal string StationFolder => _folder["station"];

    /// <summary>Where the node is.</summary>
    internal string Addresses => _rabbit.Addresses;

    /// <summary>Empty queues as the product makes them.</summary>
    internal void MakeAnew(long upBytesMax = QueueLayout.UpBytesMax, int upCount = 1)
    {
        Use(async channel =>
        {
            foreach (string queue in QueueLayout.UpNames(UpCountMost))
            {
                await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false);
            }

            await channel.QueueDeleteAsync(QueueLayout.Down(Edge), ifUnused: false, ifEmpty: false);
        });
        using var limit = new CancellationTokenSource(Limit);
        QueueLayout.Make(Address, [Edge], 1, limit.Token, upCount, upBytesMax).GetAwaiter().GetResult();
    }

    /// <summary>Settings of an ingest of a backend that takes from this queue.</summary>
    internal IngestOptions Ingest(TestBackend backend) => With(backend.Options);

    /// <summary>Settings of the forwarder of a backend's broker.</summary>
    internal IngestOptions Forwarder(TestBackend backend) => With(backend.Options) with
    {
        EdgeName = Edge, KeyringFile = "", DatabaseFile = "", Database = "",
    };

    /// <summary>Runs something on a channel of our own.</summary>
    internal void Use(Func<IChannel, Task> action) => Task.Run(async () =>
    {
        using var limit = new CancellationTokenSource(Limit);
        await using IConnection connection = await Address.Connect("test", limit.Token);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: limit.Token);
        await action(channel);
    }).GetAwaiter().GetResult();

    /// <summary>Messages in a queue that nobody has taken.</summary>
    internal uint CountWaiting(string queue = QueueLayout.Up)
    {
        uint count = 0;
        Use(async channel => count = (await channel.QueueDeclarePassiveAsync(queue)).MessageCount);
        return count;
    }

    /// <summary>Messages in the queues up, taken or not, as the node's own tool counts them.</summary>
    internal int CountAll()
    {
        string[] lines = [.. _rabbit.Control("list_queues", "--no-table-headers", "name", "messages")
            .Split('\n').Where(line => line.StartsWith(QueueLayout.Up, StringComparison.Ordinal))];
        Assert.AreNotEqual(0, lines.Length);
        return lines.Sum(line => int.Parse(line.Split('\t')[1]));
    }

    /// <summary>What the node listens for, as its own tool says.</summary>
    internal string Listeners() => _rabbit.Control(
        "eval", "lists:usort([element(3, L) || L <- rabbit_networking:active_listeners()]).");

    /// <summary>What a port says to who speaks AMQP 0-9-1 without TLS, until it ends the
    /// connection.</summary>
    internal static byte[] AnswerToPlainAmqp(int port)
    {
        using var client = new TcpClient();
        client.Connect(IPAddress.Loopback, port);
        NetworkStream stream = client.GetStream();
        stream.ReadTimeout = (int)Limit.TotalMilliseconds;
        using var answer = new MemoryStream();
        try
        {
            stream.Write("AMQP\0\0\u0009\u0001"u8);
            stream.CopyTo(answer);
        }
        catch (IOException e) when (e.InnerException is SocketException
            { SocketErrorCode: SocketError.ConnectionReset or SocketError.Shutdown })
        {
            // Ended harshly is ended as well.
        }

        return answer.ToArray();
    }

    /// <summary>The node stands still: its connections stay, and nobody answers.</summary>
    internal void Stall() => Assert.AreEqual(0, NativeSignal.Send(_rabbit.Nodes[0].ProcessId, SignalStop));

    /// <summary>It goes on.</summary>
    internal void Resume()
        => Assert.AreEqual(0, NativeSignal.Send(_rabbit.Nodes[0].ProcessId, SignalContinue));

    public void Dispose()
    {
        _rabbit.Dispose();
        _folder.Dispose();
    }

    /// <summary>The node's address as another client may give it.</summary>
    internal QueueAddress AddressAs(string nodes, QueueCertificates certificates)
        => QueueAddress.Parse(nodes, RabbitCluster.UserName, _rabbit.PasswordFile, certificates);

    /// <summary>The node ends all connections of clients.</summary>
    internal void CloseConnections() => _rabbit.Control("close_all_connections", "by the test");

    private QueueAddress Address => AddressAs(Addresses, new QueueCertificates(
        _folder["ingest/ca.pem"], _folder["ingest/cert.pem"], _folder["ingest/key.pem"]));

    private IngestOptions With(IngestOptions options) => options with
    {
        QueueNodes = _rabbit.Addresses,
        QueueUserName = RabbitCluster.UserName,
        QueuePasswordFile = _rabbit.PasswordFile,
    };
}
