// What is in the cluster between edges and ingests: one queue up, and one down for each edge. All of them are
// quorum queues: what is confirmed is on the disks of most nodes.

using RabbitMQ.Client;

namespace Pulsegate.Ingest.Queue;

/// <summary>Names and limits, and the making of it.</summary>
public static class QueueLayout
{
    /// <summary>From all edges to the ingests, whichever is free.</summary>
    public const string Up = "pulsegate.up";

    /// <summary>Most bytes of messages in <see cref="Up"/>. Above it forwarders are refused, stop taking from
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
    private const int EdgeNameLengthMax = 32;

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
    /// <param name="upBytesMax">Most bytes of messages up.</param>
    public static async Task Make(
        QueueAddress address, IEnumerable<string> edges, int nodeCount, CancellationToken stop,
        long upBytesMax = UpBytesMax)
    {
        await using IConnection connection = await address.Connect("pulsegate layout", stop);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: stop);
        await Declare(channel, Up, nodeCount, stop, ("x-max-length-bytes", upBytesMax), ("x-overflow", "reject-publish"));
        foreach (string edge in edges)
        {
            await Declare(channel, Down(edge), nodeCount, stop, ("x-max-length", DownCountMax), ("x-message-ttl", DownMs));
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
