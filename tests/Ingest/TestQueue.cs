// Goal: a RabbitMQ node for tests of one class. Method: a real node of the project's own, and a connection of
// the test's own to look into the queues.

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
    private const int SignalStop = 19;
    private const int SignalContinue = 18;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder _folder = new();
    private readonly RabbitCluster _rabbit;

    internal TestQueue()
    {
        RequireInstalled();
        _rabbit = RabbitCluster.Start(_folder["rabbit"], 1);
    }

    internal static void RequireInstalled()
    {
        if (!RabbitCluster.IsInstalled)
        {
            Assert.Inconclusive("RabbitMQ is not installed (apt-get install rabbitmq-server)");
        }
    }

    /// <summary>Empty queues as the product makes them.</summary>
    internal void MakeAnew(long upBytesMax = QueueLayout.UpBytesMax)
    {
        Use(async channel =>
        {
            await channel.QueueDeleteAsync(QueueLayout.Up, ifUnused: false, ifEmpty: false);
            await channel.QueueDeleteAsync(QueueLayout.Down(Edge), ifUnused: false, ifEmpty: false);
        });
        using var limit = new CancellationTokenSource(Limit);
        QueueLayout.Make(Address, [Edge], 1, limit.Token, upBytesMax).GetAwaiter().GetResult();
    }

    /// <summary>Settings of an ingest of a backend that takes from this queue.</summary>
    internal IngestOptions Ingest(TestBackend backend) => With(backend.Options) with
    {
        CaFile = "", CertificateFile = "", KeyFile = "",
    };

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

    /// <summary>Messages in the queue that nobody has taken.</summary>
    internal uint CountWaiting()
    {
        uint count = 0;
        Use(async channel => count = (await channel.QueueDeclarePassiveAsync(QueueLayout.Up)).MessageCount);
        return count;
    }

    /// <summary>Messages in the queue, taken or not, as the node's own tool counts them.</summary>
    internal int CountAll() => int.Parse(
        _rabbit.Control("list_queues", "--no-table-headers", "name", "messages").Split('\n')
            .Single(line => line.StartsWith(QueueLayout.Up + "\t", StringComparison.Ordinal)).Split('\t')[1]);

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

    private QueueAddress Address => QueueAddress.Parse(
        _rabbit.Addresses, RabbitCluster.UserName, _rabbit.PasswordFile);

    private IngestOptions With(IngestOptions options) => options with
    {
        QueueNodes = _rabbit.Addresses,
        QueueUserName = RabbitCluster.UserName,
        QueuePasswordFile = _rabbit.PasswordFile,
    };
}
