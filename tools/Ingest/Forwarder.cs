// The forwarder of one edge: what devices say at the edge's broker goes into the queue, answers come back.
//   edge -> OnMessage -> window -> queue (publisher confirm)        queue of this edge -> OnAnswer -> edge
// It keeps nothing and decides nothing. libmosquitto tells the edge that it has a message as soon as it has
// handed it over, which is before the cluster has confirmed it: what a killed forwarder had in its window is
// gone here, and the device, which has no signed acknowledgement for it, sends it again.

using Pulsegate.Ingest.Queue;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Pulsegate.Ingest;

/// <summary>One running forwarder. Dispose stops it.</summary>
public sealed class Forwarder : IDisposable
{
    /// <summary>Most messages taken from the edge and not confirmed by the queue. Above it the edge's
    /// connection waits: its broker keeps what it can, and the devices keep everything.</summary>
    public const int WindowCountMax = 512;

    private const ushort AnswerPrefetchMax = 256;
    private const int RetryMs = 500;
    private const string SharedPrefix = "$share/pulsegate/";
    private static readonly TimeSpan ConfirmLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DisposeLimit = TimeSpan.FromSeconds(10);

    // `live` is a picture of the moment, and no use when it is late.
    private static readonly string[] Filters =
        [.. Topics.Filters.Where(filter => !filter.EndsWith(Topics.Live, StringComparison.Ordinal))
            .Select(filter => SharedPrefix + filter)];

    private readonly string _edge;
    private readonly string[] _upNames;
    private readonly TimeProvider _time;
    private readonly BrokerConnection _broker;
    private readonly QueueConnection _queue;
    private readonly SemaphoreSlim _window = new(WindowCountMax);
    private readonly CancellationTokenSource _stopping = new();
    private volatile IChannel? _channel;
    private volatile bool _isEdgeConnected;
    private volatile bool _isQueueConnected;
    private volatile bool _isClosing;
    private bool _isStopped;
    private long _received;
    private long _confirmed;
    private long _retried;
    private long _answered;
    private long _answersDropped;

    private Forwarder(IngestOptions options, TimeProvider time, Action<string> onProblem)
    {
        options.Check();
        _edge = options.EdgeName;
        _upNames = QueueLayout.UpNames(options.QueueCount);
        _time = time;
        QueueAddress address = options.ReadQueue() ?? throw new IngestException("queueNodes is missing");
        if (!QueueLayout.IsEdgeName(_edge))
        {
            throw new IngestException("edgeName is 1 to 32 of a to z, 0 to 9 and -");
        }

        _broker = new BrokerConnection(
            options, Filters, (isUp, _) => _isEdgeConnected = isUp, OnMessage, onProblem);
        _queue = new QueueConnection(
            address, $"pulsegate forwarder {_edge}", SetUp, (isUp, _) => _isQueueConnected = isUp, onProblem);
    }

    /// <summary>Starts a forwarder; blocks until queue and edge have accepted it (at most 60 s).</summary>
    /// <param name="options">Settings: edge, its broker and certificates, the queue.</param>
    /// <param name="onProblem">Is told once when edge or queue begin to fail, one line.</param>
    /// <param name="time">Clock; the system's when null.</param>
    /// <exception cref="IngestException">Anything that keeps it from starting, in one line.</exception>
    public static Forwarder Start(
        IngestOptions options, Action<string>? onProblem = null, TimeProvider? time = null)
    {
        Forwarder forwarder;
        try
        {
            forwarder = new Forwarder(options, time ?? TimeProvider.System, onProblem ?? (_ => { }));
        }
        catch (DllNotFoundException e)
        {
            throw new IngestException(e.Message.ReplaceLineEndings(" "), e);
        }

        try
        {
            forwarder._queue.Open();
            forwarder._broker.Open();
            return forwarder;
        }
        catch
        {
            forwarder.Dispose();
            throw;
        }
    }

    /// <summary>What has happened so far.</summary>
    public ForwarderStatistics GetStatistics() => new()
    {
        IsEdgeConnected = _isEdgeConnected,
        IsQueueConnected = _isQueueConnected,
        Received = Interlocked.Read(ref _received),
        Confirmed = Interlocked.Read(ref _confirmed),
        Retried = Interlocked.Read(ref _retried),
        Waiting = WindowCountMax - _window.CurrentCount,
        Answered = Interlocked.Read(ref _answered),
        AnswersDropped = Interlocked.Read(ref _answersDropped),
    };

    /// <summary>Stops: takes nothing more from the edge, and waits for what is not confirmed yet.</summary>
    /// <param name="limit">How long to wait; the rest is left to the devices, which keep it.</param>
    /// <returns>True when everything taken was confirmed.</returns>
    public bool Stop(TimeSpan limit)
    {
        if (_isStopped)
        {
            return true;
        }

        _isStopped = true;
        _isClosing = true;
        _broker.Dispose();
        bool isDrained = SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(PollTime);
                return _window.CurrentCount == WindowCountMax;
            },
            limit);
        _stopping.Cancel();
        _queue.Dispose();
        return isDrained;
    }

    /// <summary>Stops with a limit of 10 s.</summary>
    public void Dispose() => Stop(DisposeLimit);

    // On the edge connection's thread. The payload is gone when it returns.
    private void OnMessage(string topic, ReadOnlySpan<byte> payload, int qualityOfService, bool retained)
    {
        if (_isClosing)
        {
            return;
        }

        try
        {
            _window.Wait(_stopping.Token);   // back-pressure
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Interlocked.Increment(ref _received);
        _ = Forward(topic, payload.ToArray(), _time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private async Task Forward(string topic, byte[] payload, long receivedUtcMs)
    {
        var properties = new BasicProperties
        {
            Persistent = true,
            Headers = new Dictionary<string, object?>
            {
                [QueueLayout.TopicHeader] = topic,
                [QueueLayout.EdgeHeader] = _edge,
                [QueueLayout.ReceivedHeader] = receivedUtcMs,
                [QueueLayout.CountHeader] = _upNames.Length,
            },
        };
        string queue = Topics.TrySplit(topic, out string device, out _)
            ? _upNames[QueueLayout.IndexOf(device, _upNames.Length)] : QueueLayout.Up;
        try
        {
            while (!await TryForward(queue, properties, payload))
            {
                Interlocked.Increment(ref _retried);
                await Task.Delay(RetryMs, _stopping.Token);
            }

            Interlocked.Increment(ref _confirmed);
        }
        catch (OperationCanceledException)
        {
            // Stopped: the device keeps it.
        }
        finally
        {
            _window.Release();
        }
    }

    // False: not confirmed. It may be in the queue all the same; a double is seen in the database.
    private async Task<bool> TryForward(string queue, BasicProperties properties, byte[] payload)
    {
        IChannel? channel = _channel;
        if (channel is null)
        {
            return false;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(ConfirmLimit);
        try
        {
            await channel.BasicPublishAsync(
                "", queue, mandatory: true, properties, payload, limit.Token);
            return true;
        }
        catch (PublishException e) when (e.IsReturn)
        {
            _queue.Break($"the queue {queue} does not exist");
            return false;
        }
        catch (Exception)
        {
            return false;   // refused since it is full, no confirm in time, or the connection is gone
        }
    }

    private async Task SetUp(IConnection connection, CancellationToken stop)
    {
        IChannel up = await connection.CreateChannelAsync(
            new CreateChannelOptions(
                publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true,
                outstandingPublisherConfirmationsRateLimiter: null),
            stop);
        IChannel down = await connection.CreateChannelAsync(cancellationToken: stop);
        await down.BasicQosAsync(0, AnswerPrefetchMax, global: false, stop);
        var consumer = new AsyncEventingBasicConsumer(down);
        consumer.ReceivedAsync += (_, delivery) => OnAnswer(down, delivery);
        consumer.UnregisteredAsync += (_, _) => Break("the queue has ended the subscription");
        up.ChannelShutdownAsync += (_, e) => Break(e.ReplyText);
        down.ChannelShutdownAsync += (_, e) => Break(e.ReplyText);
        foreach (string queue in _upNames)
        {
            await up.QueueDeclarePassiveAsync(queue, stop);
        }

        await down.BasicConsumeAsync(QueueLayout.Down(_edge), autoAck: false, consumer, stop);
        _channel = up;
    }

    // What the edge does not take is dropped: its devices are away as well, and ask again when they are back.
    private async Task OnAnswer(IChannel channel, BasicDeliverEventArgs delivery)
    {
        string topic = QueueSource.TextOf(delivery.BasicProperties.Headers, QueueLayout.TopicHeader);
        bool isTaken = Topics.TrySplit(topic, out string device, out _)
            && topic == Topics.Acknowledgement(device)
            && _broker.TryPublish(topic, delivery.Body.ToArray());
        Interlocked.Increment(ref isTaken ? ref _answered : ref _answersDropped);
        await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, _stopping.Token);
    }

    private Task Break(string reason)
    {
        _queue.Break(reason);
        return Task.CompletedTask;
    }
}
