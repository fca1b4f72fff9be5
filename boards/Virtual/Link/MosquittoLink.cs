// The host's side of ILink: MQTT 5 by libmosquitto. What the library's thread brings is copied into bounded
// queues made at construction; the uplink's thread takes it from there.

using Pulsegate.Mosquitto;
using Pulsegate.Platform;

namespace Pulsegate.Virtual.Link;

/// <summary>
/// One device's session. The downlink topics <c>pg/1/DEVICE/ack</c> and <c>pg/1/DEVICE/cmd</c> are subscribed
/// before the state is Up; a broker that refuses them ends the connection. All ILink members are for one
/// thread; the counters may be read from any.
/// </summary>
public sealed class MosquittoLink : ILink, IDisposable
{
    /// <summary>Most QoS 1 publishes under way, or ended and not yet taken; above it TryPublish returns
    /// 0.</summary>
    public const int PublishCountMax = 32;

    /// <summary>Most received messages waiting; when full the newest is dropped and counted. Acknowledgements
    /// are cumulative, so that the next one makes up for a lost one.</summary>
    public const int MessageCountMax = 16;

    private const int Refused = 0x80;   // MQTT 5: reason codes from here on are failures

    private readonly MosquittoClient _client;
    private readonly string[] _topics;
    private readonly Action? _prepare;
    private readonly Lock _gate = new();   // also held around a publish: see MosquittoClient.Published
    private readonly int[] _pendingIds = new int[PublishCountMax];      // MQTT message id; 0 for free
    private readonly int[] _pendingTokens = new int[PublishCountMax];
    private readonly int[] _doneTokens = new int[PublishCountMax];
    private readonly int[] _doneCodes = new int[PublishCountMax];
    private readonly LinkMessage[] _messages = new LinkMessage[MessageCountMax];
    private int _doneFirst;
    private int _doneCount;
    private int _messageFirst;
    private int _messageCount;
    private int _lastToken;
    private int _pendingCount;
    private int _droppedMessageCount;
    private LinkState _state;
    private string _lastError = "";

    /// <summary>A link that is down.</summary>
    /// <param name="options">Broker, identity and certificates.</param>
    /// <param name="device">Device id: the middle of the topics.</param>
    /// <param name="prepare">Called before each connection, to put the files that the options name in place;
    /// null for nothing to do.</param>
    /// <exception cref="DllNotFoundException">libmosquitto is not installed.</exception>
    public MosquittoLink(MosquittoOptions options, string device, Action? prepare = null)
    {
        _prepare = prepare;
        _topics = ["pg/1/" + device + "/ack", "pg/1/" + device + "/cmd"];
        for (int i = 0; i < MessageCountMax; i++)
        {
            _messages[i] = new LinkMessage();
        }

        _client = new MosquittoClient(options);
        _client.Connected += OnConnected;
        _client.Subscribed += OnSubscribed;
        _client.Published += OnPublished;
        _client.MessageReceived += OnMessage;
        _client.Disconnected += OnDisconnected;
    }

    /// <inheritdoc/>
    public LinkState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <inheritdoc/>
    public string LastError
    {
        get
        {
            lock (_gate)
            {
                return _lastError;
            }
        }
    }

    /// <summary>Received messages dropped since construction: too long, or the queue was full.</summary>
    public int DroppedMessageCount
    {
        get
        {
            lock (_gate)
            {
                return _droppedMessageCount;
            }
        }
    }

    /// <inheritdoc/>
    public bool TryConnect(string willTopic, byte[] willPayload)
    {
        lock (_gate)
        {
            if (_state != LinkState.Down)
            {
                return false;
            }

            Array.Clear(_pendingIds);
            _pendingCount = 0;
            _doneCount = 0;
            _messageCount = 0;
            _state = LinkState.Connecting;
        }

        _client.Close(clean: false);   // nothing of an earlier attempt may answer for this one
        try
        {
            _prepare?.Invoke();
        }
        catch (IOException e)
        {
            End("certificates cannot be put in place: " + e.Message.ReplaceLineEndings(" "));
            return false;
        }

        if (_client.Connect(new MosquittoWill(willTopic, willPayload, Retain: true)))
        {
            return true;
        }

        End("earlier attempts to connect have not ended yet");
        return false;
    }

    /// <inheritdoc/>
    public void Disconnect(bool clean)
    {
        bool isUnanswered = !clean && State == LinkState.Connecting;
        _client.Close(clean);
        End(isUnanswered ? "the broker did not answer in time" : "");
    }

    /// <inheritdoc/>
    public int TryPublish(string topic, byte[] payload, int qualityOfService, bool retain)
    {
        lock (_gate)
        {
            bool isFull = qualityOfService > 0 && _pendingCount + _doneCount == PublishCountMax;
            if (_state != LinkState.Up || isFull)
            {
                return 0;
            }

            int id = _client.TryPublish(topic, payload, qualityOfService, retain);
            if (id == 0)
            {
                return 0;
            }

            _lastToken = _lastToken == int.MaxValue ? 1 : _lastToken + 1;
            if (qualityOfService > 0)
            {
                int slot = Array.IndexOf(_pendingIds, 0);
                _pendingIds[slot] = id;
                _pendingTokens[slot] = _lastToken;
                _pendingCount++;
            }

            return _lastToken;
        }
    }

    /// <inheritdoc/>
    public bool TryTakeCompletion(LinkCompletion completion)
    {
        lock (_gate)
        {
            if (_doneCount == 0)
            {
                return false;
            }

            completion.Token = _doneTokens[_doneFirst];
            completion.ReasonCode = _doneCodes[_doneFirst];
            _doneFirst = (_doneFirst + 1) % PublishCountMax;
            _doneCount--;
            return true;
        }
    }

    /// <inheritdoc/>
    public bool TryTakeMessage(LinkMessage message)
    {
        lock (_gate)
        {
            if (_messageCount == 0)
            {
                return false;
            }

            LinkMessage oldest = _messages[_messageFirst];
            message.Topic = oldest.Topic;
            message.PayloadLength = oldest.PayloadLength;
            Array.Copy(oldest.Payload, message.Payload, oldest.PayloadLength);
            _messageFirst = (_messageFirst + 1) % MessageCountMax;
            _messageCount--;
            return true;
        }
    }

    /// <summary>Disconnects cleanly; waits at most 2 s for it.</summary>
    public void Dispose()
    {
        _client.Dispose();
        End("");
    }

    private void OnConnected(int reasonCode)
    {
        if (reasonCode == 0 && _client.TrySubscribe(1, _topics) == 0)
        {
            Fail("the subscription could not be sent");
        }
    }

    private void OnSubscribed(int messageId, int worstReasonCode)
    {
        if (worstReasonCode >= Refused)
        {
            Fail("subscription refused: " + MosquittoReason.OfCode(worstReasonCode));
            return;
        }

        lock (_gate)
        {
            if (_state == LinkState.Connecting)
            {
                _state = LinkState.Up;
                _lastError = "";
            }
        }
    }

    private void OnPublished(int messageId, int reasonCode)
    {
        lock (_gate)
        {
            int slot = Array.IndexOf(_pendingIds, messageId);
            if (slot < 0)
            {
                return;   // QoS 0: nobody waits for it
            }

            _pendingIds[slot] = 0;
            _pendingCount--;
            int last = (_doneFirst + _doneCount) % PublishCountMax;
            _doneTokens[last] = _pendingTokens[slot];
            _doneCodes[last] = reasonCode;
            _doneCount++;
        }
    }

    private void OnMessage(string topic, ReadOnlySpan<byte> payload, int qualityOfService, bool retained)
    {
        lock (_gate)
        {
            if (payload.Length > LinkMessage.PayloadLengthMax || _messageCount == MessageCountMax)
            {
                _droppedMessageCount++;
                return;
            }

            LinkMessage message = _messages[(_messageFirst + _messageCount) % MessageCountMax];
            message.Topic = topic;
            message.PayloadLength = payload.Length;
            payload.CopyTo(message.Payload);
            _messageCount++;
        }
    }

    private void OnDisconnected(string reason) => End(reason);

    private void Fail(string reason)
    {
        _client.Close(clean: true);
        End(reason);
    }

    private void End(string reason)
    {
        lock (_gate)
        {
            _state = LinkState.Down;
            _lastError = reason.Length > 0 ? reason : _lastError;
        }
    }
}
