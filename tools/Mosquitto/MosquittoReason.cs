// Turns the library's return codes, MQTT 5 reason codes and OpenSSL's log lines into one line that a person
// can act on.

using System.ComponentModel;

namespace Pulsegate.Mosquitto;

/// <summary>Texts for what went wrong. They carry no secrets: no key material, no payload, no
/// passwords.</summary>
public static class MosquittoReason
{
    /// <summary>The MQTT 5 reason code of a topic that the access list does not grant.</summary>
    public const int NotAuthorised = 0x87;

    // Return codes of libmosquitto 2.0 (mosquitto.h, enum mosq_err_t).
    internal const int Success = 0;
    internal const int NoConnection = 4;
    internal const int Tls = 8;
    internal const int Errno = 14;
    internal const int ProtocolError = 71;   // EPROTO: what the library sets when TLS failed
    internal const int NameNotResolved = 15;
    internal const int KeepAlive = 19;

    private const int DetailLengthMax = 160;   // of a library's line that we have no words for

    private static readonly (string Part, string Text)[] TlsLines =
    [
        ("host name verification failed", "TLS: the broker's certificate is for another host"),
        ("certificate verify failed", "TLS: the broker's certificate is not trusted"),
        ("alert certificate required", "TLS: the broker demands a client certificate"),
        ("alert handshake failure", "TLS: the broker refused the handshake (no usable client certificate?)"),
        ("alert unknown ca", "TLS: the broker does not trust this client's certificate"),
        ("alert certificate expired", "TLS: the broker says this client's certificate has expired"),
        ("alert certificate revoked", "TLS: the broker says this client's certificate is revoked"),
        ("certificate unknown", "TLS: the broker refused this client's certificate"),
        ("alert bad certificate", "TLS: the broker refused this client's certificate"),
        ("unsupported certificate", "TLS: this client's certificate is not for client authentication"),
        ("wrong version number", "TLS: the broker does not speak TLS on this port"),
        ("unsupported protocol", "TLS: no common protocol version"),
        ("alert protocol version", "TLS: no common protocol version"),
        ("unexpected eof", "TLS: the broker closed the connection (down, or no TLS on this port)"),
        ("Unable to load client key",
            "TLS: the private key cannot be used (damaged, encrypted, or of another certificate)"),
        ("Unable to load client certificate", "TLS: the client certificate cannot be used"),
        ("Unable to load CA certificates", "TLS: the CA file cannot be used"),
    ];

    /// <summary>An MQTT 5 reason code (CONNACK, PUBACK, SUBACK, DISCONNECT) in words.</summary>
    public static string OfCode(int reasonCode) => reasonCode switch
    {
        0x00 => "success",
        0x10 => "no matching subscribers",
        0x81 => "malformed packet",
        0x82 => "protocol error",
        0x84 => "unsupported protocol version",
        0x85 => "client id not valid",
        0x86 => "bad user name or password",
        NotAuthorised => "not authorised",
        0x88 => "server unavailable",
        0x89 => "server busy",
        0x8A => "banned",
        0x8B => "server shutting down",
        0x8C => "bad authentication method",
        0x8D => "keep-alive timeout",
        0x8E => "session taken over by another connection with this client id",
        0x8F => "topic filter not valid",
        0x90 => "topic name not valid",
        0x91 => "packet identifier in use",
        0x93 => "receive maximum exceeded",
        0x95 => "packet too large",
        0x96 => "message rate too high",
        0x97 => "quota exceeded",
        0x98 => "administrative action",
        0x99 => "payload format not valid",
        0x9A => "retain not supported",
        0x9B => "QoS not supported",
        0x9C => "use another server",
        0x9D => "server moved",
        0x9F => "connection rate exceeded",
        _ => "reason code 0x" + reasonCode.ToString("X2"),
    };

    /// <summary>The MQTT 5 reason code that means what a CONNACK of MQTT 3.1.1 says (its 3.2.2.3).</summary>
    internal static int OfMqtt311(int returnCode) => returnCode switch
    {
        1 => 0x84,
        2 => 0x85,
        3 => 0x88,
        4 => 0x86,
        5 => 0x87,
        _ => returnCode,
    };

    /// <summary>A return code of the library in words.</summary>
    /// <param name="code">Return code, or an MQTT 5 reason code from 0x80 up.</param>
    /// <param name="errno">System error number beside it, for code 14.</param>
    /// <param name="logLine">What the library wrote to its log about it; empty for nothing.</param>
    internal static string OfReturn(int code, int errno, string logLine)
    {
        if (logLine.Length > 0)
        {
            return OfLogLine(logLine);
        }

        return code switch
        {
            Success => "",
            >= 0x80 => "ended by the broker: " + OfCode(code),
            1 => "out of memory",
            2 => "the broker broke the protocol",
            3 => "a setting is not valid",
            NoConnection or 7 => "connection lost",
            5 => "connection refused",
            Tls => "TLS: a certificate or key cannot be used",
            Errno when errno == ProtocolError =>
                "TLS: the broker broke the connection off (it refused this client's certificate?)",
            Errno when errno != 0 => "network: " + new Win32Exception(errno).Message,
            Errno => "connection lost",
            NameNotResolved or 20 => "the broker's name cannot be resolved",
            KeepAlive => "the broker is silent",
            25 => "packet too large",
            _ => "libmosquitto error " + code,
        };
    }

    private static string OfLogLine(string line)
    {
        foreach ((string part, string text) in TlsLines)
        {
            if (line.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return text;
            }
        }

        string one = line.ReplaceLineEndings(" ").Trim();
        return one.Length <= DetailLengthMax ? one : one[..DetailLengthMax];
    }
}
