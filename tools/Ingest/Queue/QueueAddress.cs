// Where the queue between edges and ingests is: the nodes of a RabbitMQ cluster.

using System.Net;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Pulsegate.Ingest.Queue;

/// <summary>Nodes, user, password and certificates. Its text form may be shown to anybody.</summary>
public sealed class QueueAddress
{
    /// <summary>Most nodes of a cluster that are tried.</summary>
    public const int NodeCountMax = 9;

    private const string Form = "queueNodes is amqps://HOST:PORT, separated by commas";
    private const string Secure = "amqps://";
    private const string Plain = "amqp://";
    private const int HeartbeatSeconds = 20;
    private const int AnswerSeconds = 20;
    private readonly string _userName;
    private readonly string _passwordFile;
    private readonly QueueCertificates _certificates;
    private readonly Node[] _nodes;

    private QueueAddress(
        string text, Node[] nodes, string userName, string passwordFile, QueueCertificates certificates)
    {
        Text = text;
        _nodes = nodes;
        _userName = userName;
        _passwordFile = passwordFile;
        _certificates = certificates;
    }

    /// <summary>The nodes, to show.</summary>
    public string Text { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="nodes">amqps://HOST:PORT, separated by commas, one for each node. amqp://HOST:PORT, or
    /// HOST:PORT alone, is without TLS, and taken for this machine's own addresses only.</param>
    /// <param name="userName">Name of the user.</param>
    /// <param name="passwordFile">File of the password, mode 0600.</param>
    /// <param name="certificates">Files for amqps.</param>
    /// <exception cref="IngestException">Not an address, or a file of it is not as it should be; one
    /// line.</exception>
    public static QueueAddress Parse(
        string nodes, string userName, string passwordFile, QueueCertificates certificates)
    {
        string[] parts = nodes.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length > NodeCountMax)
        {
            throw new IngestException($"queueNodes names more than {NodeCountMax} nodes");
        }

        if (userName.Length == 0)
        {
            throw new IngestException("queueUserName is missing");
        }

        if (!File.Exists(passwordFile))
        {
            throw new IngestException($"queuePasswordFile {passwordFile} does not exist");
        }

        PrivateFiles.Require(passwordFile, "password file");
        Node[] read = [.. parts.Select(ReadNode)];
        if (read.Any(node => node.IsSecure))
        {
            certificates.Check();
        }

        return new QueueAddress(nodes, read, userName, passwordFile, certificates);
    }

    /// <summary>Connects to any node that answers, in random order; password and certificates are read
    /// anew.</summary>
    /// <param name="name">What the cluster's own tools show for the connection.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="IngestException">No node takes us, and one was refused for its certificate, or has
    /// refused ours, or our files are not good; one line. Otherwise the library's own exceptions.</exception>
    internal async Task<IConnection> Connect(string name, CancellationToken stop)
    {
        QueueCertificates.Session? session
            = _nodes.Any(node => node.IsSecure) ? _certificates.Read() : null;
        var factory = new ConnectionFactory
        {
            UserName = _userName,
            Password = File.ReadAllText(_passwordFile).Trim(),
            AutomaticRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(HeartbeatSeconds),
            ContinuationTimeout = TimeSpan.FromSeconds(AnswerSeconds),
            HandshakeContinuationTimeout = TimeSpan.FromSeconds(AnswerSeconds),
        };
        AmqpTcpEndpoint[] order = [.. _nodes.Select(node => node.IsSecure
            ? new AmqpTcpEndpoint(node.Host, node.Port, session!.For(node.Host))
            : new AmqpTcpEndpoint(node.Host, node.Port))];
        Random.Shared.Shuffle(order);
        try
        {
            return await factory.CreateConnectionAsync(order, name, stop);
        }
        catch (Exception e) when (session?.Refusals is { Length: > 0 } refusals)
        {
            throw new IngestException(refusals, e);
        }
        catch (BrokerUnreachableException e)
            when (session is { HasAccepted: true } && e.InnerException is IOException)
        {
            // With TLS 1.3 the node says no after the handshake, and only by ending the connection.
            throw new IngestException(
                "the node ended the connection before it said anything: it may ask for a certificate of its "
                + "authority (certificateFile)", e);
        }
    }

    private static Node ReadNode(string text)
    {
        bool isSecure = text.StartsWith(Secure, StringComparison.Ordinal);
        string node = isSecure ? text[Secure.Length..]
            : text.StartsWith(Plain, StringComparison.Ordinal) ? text[Plain.Length..] : text;
        int colon = node.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(node[(colon + 1)..], out int port)
            || port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new IngestException(Form);
        }

        // A name alone: whoever writes user and password before it does not find them in a message.
        string host = node[..colon].TrimStart('[').TrimEnd(']');
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            throw new IngestException(Form);
        }

        bool isHere = host == "localhost"
            || (IPAddress.TryParse(host, out IPAddress? a) && IPAddress.IsLoopback(a));
        return isSecure || isHere ? new Node(host, port, isSecure)
            : throw new IngestException(
                "queueNodes takes amqp:// for addresses of this machine only, since nothing is encrypted "
                + "there: use amqps://");
    }

    private sealed record Node(string Host, int Port, bool IsSecure);
}
