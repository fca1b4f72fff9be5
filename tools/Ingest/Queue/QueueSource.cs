// The ingest's second source: the quorum queues that all edges feed. Several ingests take from it, each
// whatever comes next; which of two decides about a device is settled in the database, row by row. A message
// leaves the queue when it is committed, so whatever ends an ingest, another one is handed what it had not
// finished.

using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Pulsegate.Ingest.Queue;

/// <summary>Takes from all queues up, with acknowledgement by hand, and answers over the queue
/// of the edge that a message came from.</summary>
internal sealed class QueueSource : IMessageSource
{
    /// <summary>Most messages that this ingest holds and has not committed; the rest waits in the queue, for
    /// whichever ingest is free.</summary>
    internal const ushort PrefetchCountMax = 1000;

    private const int PayloadLengthMax = 16 * 1024;   // no batch is that long; what is cut does not verify

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private readonly TimeProvider _time;
    private readonly Action<ReceivedMessage> _onMessage;
    private readonly Action<string> _onProblem;
    private readonly string[] _upNames;
    private readonly QueueConnection _connection;
    private int _toldCount;
    private volatile IChannel? _channel;

    internal QueueSource(
        QueueAddress address, int queueCount, TimeProvider time, Tally tally,
        Action<ReceivedMessage> onMessage, Action<string> onProblem)
    {
        _upNames = QueueLayout.UpNames(queueCount);
        _toldCount = queueCount;
        _onProblem = onProblem;
        _time = time;
        _onMessage = onMessage;
        _connection = new QueueConnection(address, "pulsegate ingest", SetUp, tally.SetConnection, onProblem);
    }

    /// <inheritdoc/>
    public int WaitingCountMax => PrefetchCountMax;

    /// <inheritdoc/>
    public void Open() => _connection.Open();

    /// <inheritdoc/>
    public int Finish(
        IReadOnlyList<ReceivedMessage> messages, IReadOnlyCollection<(string Topic, byte[] Text)> answers)
    {
        IChannel? channel = _channel;
        if (channel is null)
        {
            return 0;   // committed all the same: it comes again, is a double, and is answered then
        }

        try
        {
            return FinishOn(channel, messages, answers).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            // The connection ends, and the queue hands on what was not let go of.
            _connection.Break(e.Message);
            return 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _channel = null;
    }

    private static async Task<int> FinishOn(
        IChannel channel, IReadOnlyList<ReceivedMessage> messages,
        IReadOnlyCollection<(string Topic, byte[] Text)> answers)
    {
        using var limit = new CancellationTokenSource(AnswerLimit);
        Dictionary<string, string> edges = EdgesOf(messages);
        int sent = 0;
        foreach ((string topic, byte[] text) in answers)
        {
            if (edges.TryGetValue(topic, out string? edge))
            {
                var properties = new BasicProperties
                {
                    Persistent = true,
                    Headers = new Dictionary<string, object?> { [QueueLayout.TopicHeader] = topic },
                };
                await channel.BasicPublishAsync(
                    "", QueueLayout.Down(edge), mandatory: false, properties, text, limit.Token);
                sent++;
            }
        }

        // Handed over in ascending order and finished in the same, so the highest stands for all before it.
        ulong last = 0;
        foreach (ReceivedMessage message in messages)
        {
            if (message.Delivery is { } delivery && ReferenceEquals(delivery.Session, channel))
            {
                last = Math.Max(last, delivery.Tag);
            }
        }

        if (last > 0)
        {
            await channel.BasicAckAsync(last, multiple: true, limit.Token);
        }

        return sent;
    }

    // A unit that has changed its edge hears the answer where it last spoke.
    private static Dictionary<string, string> EdgesOf(IReadOnlyList<ReceivedMessage> messages)
    {
        var edges = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (ReceivedMessage message in messages)
        {
            if (Topics.TrySplit(message.Topic, out string device, out _)
                && message.Delivery is { Edge.Length: > 0 } delivery)
            {
                edges[Topics.Acknowledgement(device)] = delivery.Edge;
            }
        }

        return edges;
    }

    private async Task SetUp(IConnection connection, CancellationToken stop)
    {
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: stop);
        ushort share = (ushort)(PrefetchCountMax / _upNames.Length);
        await channel.BasicQosAsync(0, share, global: false, stop);   // that is: for each queue
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            _onMessage(Read(channel, delivery));
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) => Break("the queue has ended the subscription");
        channel.ChannelShutdownAsync += (_, e) => Break(e.ReplyText);
        _channel = channel;
        foreach (string queue in _upNames)
        {
            await channel.BasicConsumeAsync(queue, autoAck: false, consumer, stop);
        }
    }

    private Task Break(string reason)
    {
        _connection.Break(reason);
        return Task.CompletedTask;
    }

    // The time is that of the edge's forwarder: a backlog in the queue must not make readings younger.
    private ReceivedMessage Read(IChannel channel, BasicDeliverEventArgs delivery)
    {
        IDictionary<string, object?>? headers = delivery.BasicProperties.Headers;
        long nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        long receivedMs = headers is not null
            && headers.TryGetValue(QueueLayout.ReceivedHeader, out object? value) && value is long ms
            ? Math.Min(ms, nowMs) : nowMs;
        string edge = TextOf(headers, QueueLayout.EdgeHeader);
        TellOfMoreQueues(headers, edge);
        byte[] payload = delivery.Body[..Math.Min(delivery.Body.Length, PayloadLengthMax)].ToArray();
        return new ReceivedMessage(
            TextOf(headers, QueueLayout.TopicHeader), payload, false, receivedMs,
            new QueueDelivery(QueueLayout.IsEdgeName(edge) ? edge : "", channel, delivery.DeliveryTag));
    }

    // What lies in a queue that no ingest takes from is late without end, and nothing else would tell of it.
    private void TellOfMoreQueues(IDictionary<string, object?>? headers, string edge)
    {
        if (headers is not null && headers.TryGetValue(QueueLayout.CountHeader, out object? value)
            && value is int count && count > _toldCount && count <= QueueLayout.UpCountMax)
        {
            _toldCount = count;
            string who = QueueLayout.IsEdgeName(edge) ? $" of {edge}" : "";
            _onProblem($"the forwarder{who} uses {count} queues, this ingest takes from {_upNames.Length}: "
                + "set queueCount");
        }
    }

    /// <summary>A header as text; empty when there is none.</summary>
    internal static string TextOf(IDictionary<string, object?>? headers, string name)
        => headers is not null && headers.TryGetValue(name, out object? value) && value is byte[] bytes
            ? Encoding.UTF8.GetString(bytes) : "";
}
