// What is in the cluster between edges and ingests: one queue up, or several that share the devices, and one
// down for each edge. All of them are quorum queues: what is confirmed is on the disks of most nodes.

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using RabbitMQ.Client;

namespace Pulsegate.Ingest.Queue;

/// <summary>Names and limits, and the making of it.</summary>
public static class QueueLayout
{
    /// <summary>From all edges to the ingests, whichever is free: the only queue up, or the first of
    /// several.</summary>
    public const string Up = "pulsegate.up";

    /// <summary>Most queues up.</summary>
    public const int UpCountMax = 64;

    /// <summary>Most bytes of messages in a queue up. Above it forwarders are refused, stop taking from
    /// their edges, and the devices keep what they have.</summary>
    public const long UpBytesMax = 1L << 30;

    /// <summary>Most answers that wait for one edge; the oldest give way, since a later one says as much and
    /// more.</summary>
    public const int DownCountMax = 20_000;

    /// <summary>Longest that an answer waits for its edge: the device has asked again by then.</summary>
    public const int DownMs = 60_000;

    internal const string TopicHeader = "topic";
    internal const string EdgeHeader = "edge";
    internal const string ReceivedHeader = "received-utc-ms";
    internal const string CountHeader = "queue-count";
    private const string BalancedLeader = "balanced";   // the node that leads fewest, RabbitMQ 3.10
    private const int EdgeNameLengthMax = 32;

    /// <summary>Names of the queues up.</summary>
    /// <param name="count">How many, 1 to <see cref="UpCountMax"/>.</param>
    public static string[] UpNames(int count)
        => [.. Enumerable.Range(0, count).Select(i => i == 0 ? Up : $"{Up}.{i}")];

    /// <summary>Which of the queues up a device's messages go to: the first 32 bits of the SHA-256 of its id,
    /// modulo their number. The same in every forwarder and version.</summary>
    public static int IndexOf(string device, int count)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(device));
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % (uint)count);
    }

    /// <summary>The queue of answers to the devices of one edge.</summary>
    public static string Down(string edge) => $"pulsegate.down.{edge}";

    /// <summary>True for 1 to 32 of a to z, 0 to 9 and the hyphen.</summary>
    public static bool IsEdgeName(string name) => name.Length is > 0 and <= EdgeNameLengthMax
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Makes the queues, once, when all nodes of the cluster are there: a quorum queue lives on the
    /// nodes that were there when it was made. What exists already stays as it is.</summary>
    /// <param name="address">The cluster.</param>
    /// <param name="edges">Names of the edges.</param>
    /// <param name="nodeCount">Nodes that each queue is to live on, an odd number.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="upCount">Queues up, 1 to <see cref="UpCountMax"/>; led by different nodes where there
    /// are.</param>
    /// <param name="upBytesMax">Most bytes of messages in each of them.</param>
    public static async Task Make(
        QueueAddress address, IEnumerable<string> edges, int nodeCount, CancellationToken stop,
        int upCount = 1, long upBytesMax = UpBytesMax)
    {
        await using IConnection connection = await address.Connect("pulsegate layout", stop);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: stop);
        foreach (string up in UpNames(upCount))
        {
            // The first is declared as it always was: with other words it would not be the one that is there.
            (string, object)[] leader = up == Up ? [] : [("x-queue-leader-locator", BalancedLeader)];
            await Declare(
                channel, up, nodeCount, stop,
                [("x-max-length-bytes", upBytesMax), ("x-overflow", "reject-publish"), .. leader]);
        }

        foreach (string edge in edges)
        {
            await Declare(
                channel, Down(edge), nodeCount, stop, ("x-max-length", DownCountMax),
                ("x-message-ttl", DownMs));
        }
    }

    private static Task Declare(
        IChannel channel, string name, int nodeCount, CancellationToken stop,
        params (string Name, object Value)[] limits)
    {
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum", ["x-quorum-initial-group-size"] = nodeCount,
        };
        foreach ((string limit, object value) in limits)
        {
            arguments[limit] = value;
        }

        return channel.QueueDeclareAsync(
            name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: stop);
    }
}
