// What a board owes the firmware: one MQTT connection, driven from the uplink's own thread, never from
// acquisition.

namespace Pulsegate.Platform;

/// <summary>The link's state as seen from the uplink.</summary>
public enum LinkState : byte
{
    /// <summary>Not connected and not trying.</summary>
    Down = 0,

    /// <summary>A connection is being made.</summary>
    Connecting = 1,

    /// <summary>The broker has accepted the session and the subscriptions below it.</summary>
    Up = 2,
}

/// <summary>One received message, copied out of the link. The receiver owns and reuses it.</summary>
public sealed class LinkMessage
{
    /// <summary>Longest payload that is taken from the broker, in bytes; a longer one is dropped and counted
    /// by the link.</summary>
    public const int PayloadLengthMax = 2048;

    /// <summary>Full topic.</summary>
    public string Topic;

    /// <summary>Payload bytes; only the first <see cref="PayloadLength"/> count.</summary>
    public readonly byte[] Payload = new byte[PayloadLengthMax];

    /// <summary>Bytes of <see cref="Payload"/> in use.</summary>
    public int PayloadLength;
}

/// <summary>How one accepted publish ended.</summary>
public sealed class LinkCompletion
{
    /// <summary>The token that TryPublish gave.</summary>
    public int Token;

    /// <summary>MQTT 5 reason code of the PUBACK: 0 stored or forwarded, 0x10 nobody subscribes, 0x80 and
    /// above refused. Always 0 where the library cannot see it (nanoFramework.M2Mqtt).</summary>
    public int ReasonCode;
}

/// <summary>
/// One MQTT session: identity, broker, certificates, will and subscriptions are given at construction. Every
/// method is called from one thread. Queues inside are bounded; when they are full TryPublish refuses.
/// </summary>
public interface ILink
{
    /// <summary>Current state.</summary>
    LinkState State { get; }

    /// <summary>Starts a connection; on the device this blocks for the TLS handshake (1 to 3 s). The outcome
    /// shows in <see cref="State"/>.</summary>
    /// <param name="willTopic">Topic of the last will (QoS 1, retained), set anew at each connection.</param>
    /// <param name="willPayload">Payload of the last will.</param>
    /// <returns>False when the attempt failed at once (no address, no memory).</returns>
    bool TryConnect(string willTopic, byte[] willPayload);

    /// <summary>Closes the connection; a clean DISCONNECT when <paramref name="clean"/>, so that the will is
    /// not sent.</summary>
    void Disconnect(bool clean);

    /// <summary>Hands one message to the link.</summary>
    /// <returns>A token above 0, whose end <see cref="TryTakeCompletion"/> tells for QoS 1; 0 when not
    /// accepted (not up, queue full).</returns>
    int TryPublish(string topic, byte[] payload, int qualityOfService, bool retain);

    /// <summary>Takes the next finished publish.</summary>
    bool TryTakeCompletion(LinkCompletion completion);

    /// <summary>Takes the next received message.</summary>
    bool TryTakeMessage(LinkMessage message);

    /// <summary>Why the last connection failed or ended, one short line without secrets; it stays through the
    /// attempts that follow, and is empty from the moment that the link is up.</summary>
    string LastError { get; }
}
