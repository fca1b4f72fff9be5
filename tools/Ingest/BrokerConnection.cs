// Keeps one connection to the broker: connects, subscribes, and after any failure tries again, later each
// time.

using Pulsegate.Mosquitto;

namespace Pulsegate.Ingest;

/// <summary>Owns the MQTT client. Its session outlives the connection, so the broker keeps what comes
/// meanwhile. As a source of the ingest it has nothing to let go of: libmosquitto has told the broker when
/// the message was handed over.</summary>
internal sealed class BrokerConnection : IMessageSource
{
    internal const string ClientId = "ingest";

    private const int BackoffMinMs = 250;
    private const int BackoffMaxMs = 30_000;
    private const int BackoffDoublingsMax = 7;
    private const int AnswerTimeoutSeconds = 10;
    private const int FirstAttemptLimitMs = 30_000;
    private const int SessionExpirySeconds = 7 * 24 * 3600;
    private const int OutstandingCountMax = 10_000;
    private const int PacketLengthMax = 16 * 1024;

    // What the broker sends ahead. With the library's 20 it waits for an answer after every 20 messages, and
    // a broker that comes to it seldom, since it has handshakes to do, makes the ingest wait. At most 8 MB.
    private const int ReceiveCountMax = 512;
    private const int RefusedFrom = 0x80;   // MQTT 5: reason codes from here on are failures

    private readonly string _address;
    private readonly MosquittoClient _client;
    private readonly string[] _filters;
    private readonly Action<bool, string> _onState;
    private readonly Action<string> _onProblem;
    private readonly Timer _retry;
    private readonly ManualResetEventSlim _firstOutcome = new();
    private readonly Lock _gate = new();
    private bool _isUp;
    private bool _isClosed;
    private int _failureCount;
    private bool _isRefusalTold;
    private string _error = "";

    internal BrokerConnection(
        IngestOptions options, string[] filters, Action<bool, string> onState,
        MosquittoMessageHandler onMessage, Action<string> onProblem)
    {
        _address = $"{options.BrokerHost}:{options.BrokerPort}";
        _filters = filters;
        _onState = onState;
        _onProblem = onProblem;
        _client = new MosquittoClient(new MosquittoOptions
        {
            Host = options.BrokerHost,
            Port = options.BrokerPort,
            ClientId = ClientId,
            CaFile = options.CaFile,
            CertificateFile = options.CertificateFile,
            KeyFile = options.KeyFile,
            CleanStart = false,
            SessionExpirySeconds = SessionExpirySeconds,
            AnswerTimeoutSeconds = AnswerTimeoutSeconds,
            OutstandingCountMax = OutstandingCountMax,
            PacketLengthMax = PacketLengthMax,
            ReceiveCountMax = ReceiveCountMax,
        });
        _retry = new Timer(_ => Connect());
        _client.Connected += OnConnected;
        _client.Subscribed += OnSubscribed;
        _client.Published += OnPublished;
        _client.Disconnected += OnDisconnected;
        _client.MessageReceived += onMessage;
    }

    /// <inheritdoc/>
    public int WaitingCountMax => IngestService.WaitingCountMax;

    /// <inheritdoc/>
    public void Open()
    {
        Connect();
        bool inTime = _firstOutcome.Wait(FirstAttemptLimitMs);
        lock (_gate)
        {
            if (!_isUp)
            {
                throw new IngestException(Describe(inTime ? _error : "no answer"));
            }
        }
    }

    /// <summary>Hands a message with QoS 1 to the connection; false when it does not take it.</summary>
    internal bool TryPublish(string topic, byte[] payload)
        => _client.TryPublish(topic, payload, 1, retain: false) != 0;

    /// <inheritdoc/>
    public int Finish(
        IReadOnlyList<ReceivedMessage> messages, IReadOnlyCollection<(string Topic, byte[] Text)> answers)
        => answers.Count(answer => TryPublish(answer.Topic, answer.Text));

    /// <summary>Closes cleanly: what was published is written first (at most 2 s).</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _isUp = false;
        }

        _retry.Dispose();
        _client.Dispose();
    }

    private void Connect()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }
        }

        if (!_client.Connect())
        {
            Fail("earlier attempts have not ended yet");
        }
    }

    private void OnConnected(int reasonCode)
    {
        // A refusal is followed by Disconnected, which says why.
        if (reasonCode == 0 && _client.TrySubscribe(1, _filters) == 0)
        {
            _client.Close(clean: false);
            Fail("subscribing was not possible");
        }
    }

    private void OnSubscribed(int messageId, int reasonCode)
    {
        if (reasonCode >= RefusedFrom)
        {
            _client.Close(clean: true);
            Fail("the broker refused the subscriptions: " + MosquittoReason.OfCode(reasonCode));
            return;
        }

        lock (_gate)
        {
            _isUp = true;
            _isRefusalTold = false;
            _failureCount = 0;
        }

        _onState(true, "");
        _firstOutcome.Set();
    }

    // A refused acknowledgement: devices hear nothing and keep everything, so somebody has to be told, once a
    // connection.
    private void OnPublished(int messageId, int reasonCode)
    {
        if (reasonCode < RefusedFrom)
        {
            return;
        }

        lock (_gate)
        {
            if (_isRefusalTold || _isClosed)
            {
                return;
            }

            _isRefusalTold = true;
        }

        _onProblem(Describe(
            $"it refuses acknowledgements, {MosquittoReason.OfCode(reasonCode)}: check its access list and "
            + "the certificate of the ingest"));
    }

    private void OnDisconnected(string reason) => Fail(reason);

    private void Fail(string reason)
    {
        bool isNews;
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            isNews = _failureCount == 0 && _firstOutcome.IsSet;   // Open throws the first attempt's failure
            _isUp = false;
            _error = reason;
            int waitMs = Math.Min(BackoffMaxMs, BackoffMinMs << Math.Min(_failureCount, BackoffDoublingsMax));
            _failureCount++;
            _retry.Change(Random.Shared.Next(waitMs / 2, waitMs + 1), Timeout.Infinite);
        }

        _onState(false, Describe(reason));
        _firstOutcome.Set();
        if (isNews)
        {
            _onProblem(Describe(reason));
        }
    }

    private string Describe(string reason) => $"broker {_address}: {reason}";
}
