// How one client reaches its broker. Paths only: no secret is ever held here.

namespace Pulsegate.Mosquitto;

/// <summary>Address, identity and limits of one MQTT client. Files are read anew at every connection, so
/// that a renewed certificate counts from the next one on.</summary>
public sealed record MosquittoOptions
{
    /// <summary>Name or address of the broker; with TLS it must be in the broker's certificate.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>True: MQTT 3.1.1 from the start. False: MQTT 5, and 3.1.1 when the broker answers that it has
    /// no such version. In 3.1.1 a refused publish looks like a stored one, and no limits are told either
    /// way.</summary>
    public bool IsMqtt311 { get; init; }

    /// <summary>MQTT client id. A broker that takes the id from the certificate replaces it.</summary>
    public required string ClientId { get; init; }

    /// <summary>PEM file with the authorities that may sign the broker's certificate; null for no TLS at all
    /// (tests on loopback).</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file with this client's certificate (chain); null for none. Needs
    /// <see cref="KeyFile"/>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the certificate's private key, not encrypted; null for none.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Seconds of silence after which the client asks for a sign of life, 5 to 65535; a dead peer is
    /// noticed after at most two of them.</summary>
    public int KeepAliveSeconds { get; init; } = 20;

    /// <summary>True: the broker forgets an earlier session of this client id.</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>Seconds for which the broker keeps the session (subscriptions, queued messages) after the
    /// connection ends; 0 ends it with the connection.</summary>
    public int SessionExpirySeconds { get; init; }

    /// <summary>Seconds from the TCP connection to the broker's answer (TLS and CONNACK), 1 to 300; then the
    /// attempt has failed. The TCP connection itself takes as long as the kernel allows (about 130 s into a
    /// black hole).</summary>
    public int AnswerTimeoutSeconds { get; init; } = 20;

    /// <summary>Largest packet taken from the broker, in bytes; told to the broker, which then keeps larger
    /// ones back.</summary>
    public int PacketLengthMax { get; init; } = 65536;

    /// <summary>Most messages that the broker may have on the way here without an answer, 1 to 65535; told
    /// to the broker, which holds further ones back (MQTT 5). The other way the broker says how
    /// many.</summary>
    public int ReceiveCountMax { get; init; } = 20;

    /// <summary>Most publishes accepted and not yet finished (PUBACK for QoS 1, written for QoS 0); above it
    /// a publish is refused.</summary>
    public int OutstandingCountMax { get; init; } = 1000;
}
