// An MQTT client over libmosquitto: 5, and 3.1.1 where the broker has no 5. Every Connect makes a new native
// client with its own thread, and nothing outlives a connection: no message waits inside the library for the
// next one, so what a caller may resend is the caller's alone to know. The library waits with select(), so a
// process that uses it must keep all of its descriptors below 1 024: about 300 connections, and a limit on
// whatever else the process opens
// (a web server's sockets, say).

namespace Pulsegate.Mosquitto;

/// <summary>Receives one message.</summary>
/// <param name="topic">Full topic.</param>
/// <param name="payload">Payload, valid only until the handler returns.</param>
/// <param name="qualityOfService">0 to 2, as delivered. For 1 the library acknowledges when the handler
/// returns.</param>
/// <param name="retained">True for a kept message sent because of a new subscription.</param>
public delegate void MosquittoMessageHandler(
    string topic, ReadOnlySpan<byte> payload, int qualityOfService, bool retained);

/// <summary>
/// One MQTT 5 session at a time. It never reconnects by itself: after <see cref="Disconnected"/> the owner
/// calls <see cref="Connect"/> again when its own backoff says so. Methods may be called from any thread,
/// also from a handler; handlers run on the connection's thread, one at a time, and must neither block for
/// long nor throw.
/// </summary>
public sealed class MosquittoClient : IDisposable
{
    /// <summary>Most earlier connection attempts that may still be ending in the background (a TCP connection
    /// into a black hole takes the kernel about 130 s to give up); above it Connect refuses.</summary>
    public const int EndingCountMax = 8;

    private const int DisposeWaitMs = 2000;   // for the DISCONNECT of a clean close to leave
    private readonly MosquittoOptions _options;
    private readonly Lock _gate = new();
    private MosquittoConnection? _connection;
    private MosquittoConnection? _lastClosed;
    private int _endingCount;

    /// <summary>A client that is not connected yet.</summary>
    /// <exception cref="DllNotFoundException">libmosquitto is not installed; the message names the Debian
    /// package.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MosquittoClient(MosquittoOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Host);
        ArgumentException.ThrowIfNullOrEmpty(options.ClientId);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Port, 65535);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KeepAliveSeconds, 5);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.KeepAliveSeconds, 65535);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AnswerTimeoutSeconds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.AnswerTimeoutSeconds, 300);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReceiveCountMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ReceiveCountMax, 65535);
        MosquittoNative.Initialize();
        _options = options;
    }

    /// <summary>The broker has answered CONNECT: 0 accepted, else the MQTT 5 reason code of the refusal
    /// (<see cref="Disconnected"/> follows).</summary>
    public event Action<int>? Connected;

    /// <summary>The connection, or the attempt, has ended: one line why, without secrets. Raised once for
    /// each Connect, unless Close came first.</summary>
    public event Action<string>? Disconnected;

    /// <summary>A message has come.</summary>
    public event MosquittoMessageHandler? MessageReceived;

    /// <summary>A publish has ended: message id and MQTT 5 reason code (0 stored or forwarded, 0x10 nobody
    /// subscribes, 0x80 and above refused). It may come before the <see cref="TryPublish"/> that began it has
    /// returned: hold one lock around the call and the noting of its id, and take the same lock in the
    /// handler.</summary>
    public event Action<int, int>? Published;

    /// <summary>A subscription has been answered: message id and the worst MQTT 5 reason code of its topics
    /// (0 to 2 granted, 0x80 and above refused).</summary>
    public event Action<int, int>? Subscribed;

    /// <summary>True from the broker's acceptance until the connection ends.</summary>
    public bool IsConnected => Current?.IsConnected ?? false;

    private MosquittoConnection? Current
    {
        get
        {
            lock (_gate)
            {
                return _connection;
            }
        }
    }

    /// <summary>Starts a connection attempt in the background; the outcome comes as <see cref="Connected"/>
    /// and <see cref="Disconnected"/>. Files are read and the name is resolved anew.</summary>
    /// <param name="will">Last will, or null for none.</param>
    /// <returns>False when a connection exists, or <see cref="EndingCountMax"/> earlier attempts are still
    /// ending.</returns>
    public bool Connect(MosquittoWill? will = null)
    {
        lock (_gate)
        {
            if (_connection != null || _endingCount >= EndingCountMax)
            {
                return false;
            }

            _endingCount++;
            _connection = new MosquittoConnection(this, _options, will);
            _connection.Start();
            return true;
        }
    }

    /// <summary>Hands one message to the library. Never blocks for the network and never queues for a later
    /// connection.</summary>
    /// <returns>The message id (1 to 65535, unique among the unfinished of this connection) that
    /// <see cref="Published"/> will name; 0 when not accepted: not connected, too many outstanding, larger
    /// than the broker takes, or a topic that is not valid. A message refused in the moment the connection
    /// breaks may still have reached the broker: receivers tolerate duplicates.</returns>
    public int TryPublish(string topic, ReadOnlySpan<byte> payload, int qualityOfService, bool retain)
        => Current?.TryPublish(topic, payload, qualityOfService, retain) ?? 0;

    /// <summary>Asks for one or more topic filters.</summary>
    /// <returns>The message id that <see cref="Subscribed"/> will name; 0 when not connected or a filter is
    /// not valid.</returns>
    public int TrySubscribe(int qualityOfService, params string[] topicFilters)
        => Current?.TrySubscribe(qualityOfService, topicFilters) ?? 0;

    /// <summary>Ends the connection or the attempt, if there is one, without waiting. No event follows,
    /// except one that is being raised at this moment. Connect may be called at once.</summary>
    /// <param name="clean">True: what has been published is written and a DISCONNECT sent, in the background,
    /// so that the will is not; false: the socket is closed, and the broker sends the will.</param>
    public void Close(bool clean)
    {
        MosquittoConnection? connection;
        lock (_gate)
        {
            connection = _connection;
            _connection = null;
            _lastClosed = connection ?? _lastClosed;
        }

        connection?.Close(clean);
    }

    /// <summary>A clean <see cref="Close"/>, if there has been none; waits at most 2 s for the DISCONNECT to
    /// leave.</summary>
    public void Dispose()
    {
        Close(clean: true);
        _lastClosed?.Wait(DisposeWaitMs);
    }

    internal void OnAnswered(int reasonCode) => Connected?.Invoke(reasonCode);

    internal void OnPublished(int messageId, int reasonCode) => Published?.Invoke(messageId, reasonCode);

    internal void OnSubscribed(int messageId, int reasonCode) => Subscribed?.Invoke(messageId, reasonCode);

    internal void OnMessage(string topic, ReadOnlySpan<byte> payload, int qualityOfService, bool retained)
        => MessageReceived?.Invoke(topic, payload, qualityOfService, retained);

    /// <summary>The connection's thread is about to end and its native client is gone.</summary>
    internal void OnEnded(MosquittoConnection connection, string reason)
    {
        lock (_gate)
        {
            _endingCount--;
            if (_connection != connection)
            {
                return;   // closed by its owner, who has been promised silence
            }

            _connection = null;
        }

        Disconnected?.Invoke(reason);
    }
}
