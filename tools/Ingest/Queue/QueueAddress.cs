// Where the queue between edges and ingests is: the nodes of a RabbitMQ cluster.

using System.Net;
using RabbitMQ.Client;

namespace Pulsegate.Ingest.Queue;

/// <summary>Nodes, user and password. Its text form may be shown to anybody.</summary>
public sealed class QueueAddress
{
    /// <summary>Most nodes of a cluster that are tried.</summary>
    public const int NodeCountMax = 9;

    private const int HeartbeatSeconds = 20;
    private const int AnswerSeconds = 20;
    private readonly string _userName;
    private readonly string _passwordFile;
    private readonly AmqpTcpEndpoint[] _nodes;

    private QueueAddress(string text, AmqpTcpEndpoint[] nodes, string userName, string passwordFile)
    {
        Text = text;
        _nodes = nodes;
        _userName = userName;
        _passwordFile = passwordFile;
    }

    /// <summary>The nodes, to show.</summary>
    public string Text { get; }

    /// <summary>Reads an address.</summary>
    /// <param name="nodes">HOST:PORT, separated by commas, one for each node. AMQP is not encrypted here, so that
    /// only this machine's own addresses are taken.</param>
    /// <param name="userName">Name of the user.</param>
    /// <param name="passwordFile">File of the password, mode 0600.</param>
    /// <exception cref="IngestException">Not an address; one line.</exception>
    public static QueueAddress Parse(string nodes, string userName, string passwordFile)
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
        return new QueueAddress(nodes, [.. parts.Select(ReadNode)], userName, passwordFile);
    }

    /// <summary>Connects to any node that answers, in random order; the password is read anew.</summary>
    /// <param name="name">What the cluster's own tools show for the connection.</param>
    internal Task<IConnection> Connect(string name, CancellationToken stop)
    {
        var factory = new ConnectionFactory
        {
            UserName = _userName,
            Password = File.ReadAllText(_passwordFile).Trim(),
            AutomaticRecoveryEnabled = false,
            RequestedHeartbeat = TimeSpan.FromSeconds(HeartbeatSeconds),
            ContinuationTimeout = TimeSpan.FromSeconds(AnswerSeconds),
            HandshakeContinuationTimeout = TimeSpan.FromSeconds(AnswerSeconds),
        };
        AmqpTcpEndpoint[] order = [.. _nodes];
        Random.Shared.Shuffle(order);
        return factory.CreateConnectionAsync(order, name, stop);
    }

    private static AmqpTcpEndpoint ReadNode(string node)
    {
        int colon = node.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(node[(colon + 1)..], out int port) || port is < 1 or > IPEndPoint.MaxPort)
        {
            throw new IngestException("queueNodes is HOST:PORT, separated by commas");
        }

        string host = node[..colon];
        bool isHere = host == "localhost" || (IPAddress.TryParse(host, out IPAddress? a) && IPAddress.IsLoopback(a));
        return isHere ? new AmqpTcpEndpoint(host, port)
            : throw new IngestException(
                "queueNodes takes addresses of this machine only, since AMQP is not encrypted here: lead a tunnel to it");
    }
}
