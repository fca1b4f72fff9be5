// ILink over nanoFramework.M2Mqtt 5.1.220 or later (earlier ones leak). What shaped it:
// - the broker's name is resolved in the client's constructor only, so each connection makes a new client;
// - Connect blocks for DNS, TCP and TLS, and the TLS handshake stops every managed thread for 1 to 3 s;
// - the queue inside is unbounded by default, and Close clears it: publishes are counted here;
// - a refused publish is not told. Release of stored records rests on the backend's signed word alone.

using System;
using System.Text;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;
using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>One MQTT session over TLS with a client certificate. Every method is called from the uplink's
/// thread.</summary>
public sealed partial class M2MqttLink : ILink
{
    /// <summary>Most QoS 1 publishes under way; more are refused until one has ended.</summary>
    public const int InFlightCountMax = 8;

    /// <summary>Time between two pings, s.</summary>
    public const ushort KeepAliveSeconds = 60;

    /// <summary>Token of a QoS 0 publish, which has no end to be told.</summary>
    public const int UntrackedToken = 0x10000;

    /// <summary>Reason code given when the library gave a publish up: "unspecified error" of MQTT
    /// 5.</summary>
    public const int GivenUpReasonCode = 0x80;

    private const int RefusedVersion311 = 1;   // CONNACK of MQTT 3.1.1: unacceptable protocol version
    private readonly bool _isMqtt311;
    private readonly WifiStation _wifi;
    private readonly string _host;
    private readonly int _port;
    private readonly string _clientId;
    private readonly CertificateSource _certificates;
    private readonly string[] _topics;
    private readonly MqttQoSLevel[] _levels;
    private readonly MessageQueue _messages = new MessageQueue();
    private readonly CompletionQueue _completions = new CompletionQueue();
    private readonly int[] _inFlight = new int[InFlightCountMax];
    private MqttClient _client;
    private bool _isSubscribed;
    private bool _isRefused;

    /// <summary>A link. Nothing is sent yet.</summary>
    /// <param name="wifi">The network below; brought up by each connection.</param>
    /// <param name="host">Broker's name or address; the certificate must carry it.</param>
    /// <param name="port">Broker's TLS port.</param>
    /// <param name="clientId">The device id.</param>
    /// <param name="certificates">This unit's certificate, and the authorities of the broker's.</param>
    /// <param name="topics">Topics to subscribe to, with QoS 1.</param>
    /// <param name="isMqtt311">True to speak MQTT 3.1.1 at once; else 5 first, and 3.1.1 where the broker has
    /// no 5.</param>
    public M2MqttLink(
        WifiStation wifi, string host, int port, string clientId, CertificateSource certificates,
        string[] topics, bool isMqtt311)
    {
        _isMqtt311 = isMqtt311;
        _wifi = wifi;
        _host = host;
        _port = port;
        _clientId = clientId;
        _certificates = certificates;
        _topics = topics;
        _levels = new MqttQoSLevel[topics.Length];
        for (int i = 0; i < topics.Length; i++)
        {
            _levels[i] = MqttQoSLevel.AtLeastOnce;
        }
    }

    /// <inheritdoc/>
    public string LastError { get; private set; } = "";

    /// <summary>Messages dropped because they were too long or came faster than they were taken.</summary>
    public int DroppedMessageCount => _messages.DroppedCount;

    /// <inheritdoc/>
    public LinkState State
    {
        get
        {
            if (_client == null || _isRefused || !_client.IsConnected)
            {
                return LinkState.Down;
            }

            return _isSubscribed ? LinkState.Up : LinkState.Connecting;
        }
    }

    /// <inheritdoc/>
    public bool TryConnect(string willTopic, byte[] willPayload)
    {
        Drop(LastError);
        if (!_wifi.TryConnect())
        {
            LastError = _wifi.LastError;
            return false;
        }

        try
        {
            MqttReasonCode code = Open(_isMqtt311, willTopic, willPayload);
            if (!_isMqtt311
                && (code == MqttReasonCode.UnsupportedProtocolVersion || (int)code == RefusedVersion311))
            {
                Drop(LastError);
                code = Open(true, willTopic, willPayload);
            }

            if (code != MqttReasonCode.Success)
            {
                Drop("the broker refused the connection, reason " + ((int)code).ToString());
                return false;
            }

            _client.Subscribe(_topics, _levels);
            return true;
        }
        catch (Exception exception)
        {
            // DNS, sockets, TLS and the client each throw their own kinds, plain Exception among them; all
            // mean: not this time.
            Drop("no connection to the broker: " + exception.Message);
            return false;
        }
    }

    /// <inheritdoc/>
    public void Disconnect(bool clean)
    {
        bool isUnanswered = !clean && State == LinkState.Connecting;
        if (clean && _client != null && _client.IsConnected)
        {
            try
            {
                _client.Disconnect();
            }
            catch (Exception exception)
            {
                Drop("while disconnecting: " + exception.Message);
            }
        }

        Drop(isUnanswered ? "the broker did not answer in time" : LastError);
    }

    /// <inheritdoc/>
    public int TryPublish(string topic, byte[] payload, int qualityOfService, bool retain)
    {
        if (State != LinkState.Up)
        {
            return 0;
        }

        int slot = Find(0);
        if (qualityOfService > 0 && slot < 0)
        {
            return 0;
        }

        try
        {
            MqttQoSLevel level = qualityOfService > 0 ? MqttQoSLevel.AtLeastOnce : MqttQoSLevel.AtMostOnce;
            int id = _client.Publish(topic, payload, null, null, level, retain);
            if (qualityOfService == 0)
            {
                return UntrackedToken;
            }

            _inFlight[slot] = id;
            return id;
        }
        catch (Exception exception)
        {
            LastError = "publish: " + exception.Message;
            return 0;
        }
    }

    /// <inheritdoc/>
    public bool TryTakeCompletion(LinkCompletion completion)
    {
        // Ends of publishes that are not tracked are passed over; at most CountMax of them wait.
        while (_completions.TryTake(out int id, out bool isDelivered))
        {
            int slot = id == 0 ? -1 : Find(id);
            if (slot >= 0)
            {
                _inFlight[slot] = 0;
                completion.Token = id;
                completion.ReasonCode = isDelivered ? 0 : GivenUpReasonCode;
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public bool TryTakeMessage(LinkMessage message) => _messages.TryTake(message);

    private MqttReasonCode Open(bool isMqtt311, string willTopic, byte[] willPayload)
    {
        // A certificate that the library cannot read throws here, like everything that can go wrong below.
        _client = new MqttClient(
            _host, _port, true, _certificates.MakeAuthority(), _certificates.MakeCertificate(),
            MqttSslProtocols.TLSv1_2);
        _client.ProtocolVersion = isMqtt311
            ? MqttProtocolVersion.Version_3_1_1 : MqttProtocolVersion.Version_5;
        _client.Settings.InflightQueueSize = InFlightCountMax;
        _client.MqttMsgPublishReceived += OnReceived;
        _client.MqttMsgPublished += OnPublished;
        _client.MqttMsgSubscribed += OnSubscribed;
        _client.ConnectionClosed += OnClosed;
        string will = Encoding.UTF8.GetString(willPayload, 0, willPayload.Length);
        return _client.Connect(
            _clientId, null, null, true, MqttQoSLevel.AtLeastOnce, true, willTopic, will, true,
            KeepAliveSeconds);
    }

    private int Find(int id)
    {
        for (int i = 0; i < InFlightCountMax; i++)
        {
            if (_inFlight[i] == id)
            {
                return i;
            }
        }

        return -1;
    }

    // Lets go of the client, whatever state it is in: after a failed handshake its socket stays open until it
    // is closed.
    private void Drop(string reason)
    {
        LastError = reason;
        MqttClient client = _client;
        _client = null;
        _isSubscribed = false;
        _isRefused = false;
        Array.Clear(_inFlight, 0, InFlightCountMax);
        _completions.Clear();
        _messages.Clear();
        if (client == null)
        {
            return;
        }

        client.MqttMsgPublishReceived -= OnReceived;
        client.MqttMsgPublished -= OnPublished;
        client.MqttMsgSubscribed -= OnSubscribed;
        client.ConnectionClosed -= OnClosed;
        try
        {
            client.Close();
            client.Dispose();
        }
        catch (Exception exception)
        {
            LastError = reason.Length > 0 ? reason : "while closing: " + exception.Message;
        }
    }
}
