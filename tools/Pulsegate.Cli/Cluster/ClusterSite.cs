// The backend of a fleet as it is beyond one machine, here on one: two mosquitto edges, three RabbitMQ nodes,
// a forwarder at each edge, two ingests, one PostgreSQL. Whatever ends is started again.

using System.Text.Json;
using Pulsegate.Cli.Fleet;
using Pulsegate.Cli.Load;
using Pulsegate.Ingest.Queue;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Cluster;

/// <summary>The running cluster. Dispose ends all that it has started.</summary>
internal sealed class ClusterSite : IFleetSite
{
    /// <summary>Settings of the ingests, in its folder.</summary>
    public const string SettingsFile = "ingest.json";

    /// <summary>Folder of the certificate for commands, in its folder.</summary>
    public const string OperatorFolder = "operator";

    private const string IngestFolder = "ingest";
    private const int EdgeCount = 2;
    private const int NodeCount = 3;
    private const int QueueCount = NodeCount;   // each node leads one
    private const int IngestCount = 2;
    private const int BackendConnectionCount = 20;
    private static readonly TimeSpan LayoutLimit = TimeSpan.FromMinutes(2);
    private readonly DemoFolder _folder = new(keep: null);
    private readonly BrokerConfiguration[] _edgeSettings;
    private readonly MosquittoBroker?[] _edges = new MosquittoBroker?[EdgeCount];
    private readonly IngestProcess?[] _forwarders = new IngestProcess?[EdgeCount];
    private readonly IngestProcess?[] _ingests = new IngestProcess?[IngestCount];
    private readonly List<ClusterPart> _nodes = [];
    private readonly ClusterWatch _watch;
    private readonly RabbitCluster _rabbit;
    private readonly PostgresServer? _postgres;

    /// <summary>Provisions units and starts everything (about a minute).</summary>
    /// <param name="unitCount">Units.</param>
    /// <param name="onEvent">Is told of every part that ends and comes back.</param>
    public ClusterSite(int unitCount, Action<string> onEvent)
    {
        _watch = new ClusterWatch(onEvent);
        Task<RabbitCluster>? rabbit = null;
        try
        {
            using (Station station = Station.Create(PathOf("station")))
            {
                string[] certificates = NewNodes(station);
                rabbit = Task.Run(() => RabbitCluster.Start(PathOf("rabbit"), certificates));
                Provision(station, unitCount);
            }

            _edgeSettings = [.. Enumerable.Range(0, EdgeCount).Select(i => new BrokerConfiguration
            {
                Folder = PathOf($"broker-{i + 1}"), Port = LoopbackPort.Find(),
                ConnectionCountMax = unitCount + BackendConnectionCount,
            })];
            _postgres = PostgresServer.Start();
            _rabbit = rabbit.GetAwaiter().GetResult();
            WriteSettings();
            MakeQueues();
            AddParts();
            _watch.StartAll();
        }
        catch
        {
            Dispose(rabbit);
            throw;
        }
    }

    /// <summary>Everything that may be killed, in the order of the data.</summary>
    public IReadOnlyList<ClusterPart> Parts => _watch.Parts;

    /// <summary>The nodes' port mapper, for people.</summary>
    public string PortMapper
        => $"port mapper: 127.0.0.1:{_rabbit.MapperPort}, process {_rabbit.MapperProcessId}";

    /// <inheritdoc/>
    public string Folder => _folder.Path;

    /// <inheritdoc/>
    public IReadOnlyList<int> Ports => [.. _edgeSettings.Select(edge => edge.Port)];

    /// <inheritdoc/>
    public string Database => _postgres!.Address;

    /// <inheritdoc/>
    public IReadOnlyList<(string What, Action<TimeSpan> Kill)> Kills =>
    [
        .. Parts.Select(part => (part.Name, (Action<TimeSpan>)(down => _watch.Kill([part], down)))),
        ("all nodes", down => _watch.Kill(_nodes, down)),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, int ProcessId)> Processes
        => [.. Parts.Select(part => (part.Name, part.ProcessId))];

    /// <inheritdoc/>
    public bool StopIngest()
    {
        _watch.Stop();
        return Array.TrueForAll(_ingests, ingest => ingest!.Stop());
    }

    /// <inheritdoc/>
    public void Dispose() => Dispose(Task.FromResult(_rabbit));

    private void Dispose(Task<RabbitCluster>? rabbit)
    {
        _watch.Stop();
        Array.ForEach(_ingests, ingest => ingest?.Dispose());
        Array.ForEach(_forwarders, forwarder => forwarder?.Dispose());
        Array.ForEach(_edges, edge => edge?.Dispose());
        try
        {
            rabbit?.GetAwaiter().GetResult().Dispose();
        }
        catch (ProvisioningException)
        {
            // It did not start, and has ended what it had begun.
        }

        _postgres?.Dispose();
        _folder.Dispose();
    }

    // First, since nodes take longest to start.
    private string[] NewNodes(Station station)
    {
        string[] folders = [.. Enumerable.Range(1, NodeCount).Select(i => PathOf($"node-{i}"))];
        Array.ForEach(folders, folder => station.NewBroker(folder));
        return folders;
    }

    private void Provision(Station station, int unitCount)
    {
        station.NewDevices(Enumerable.Range(0, unitCount).Select(
            i => (FleetSite.NameOf(i), PathOf(FleetSite.NameOf(i)))));
        for (int i = 0; i < EdgeCount; i++)
        {
            station.NewBroker(PathOf($"broker-{i + 1}"));
            station.NewBackend("ingest", PathOf($"forwarder-{i + 1}"));
        }

        station.NewBackend("ingest", PathOf(IngestFolder));
        station.NewBackend("ingest-operator", PathOf(OperatorFolder));
        station.ExportKeyring(PathOf("keyring.json"));
    }

    private void WriteSettings()
    {
        for (int i = 0; i < EdgeCount; i++)
        {
            QueueCertificates certificates = CertificatesOf($"forwarder-{i + 1}");
            File.WriteAllText(PathOf($"edge-{i + 1}.json"), JsonSerializer.Serialize(new
            {
                edgeName = EdgeName(i),
                brokerPort = _edgeSettings[i].Port,
                caFile = certificates.CaFile,
                certificateFile = certificates.CertificateFile,
                keyFile = certificates.KeyFile,
                queueNodes = _rabbit.Addresses,
                queueCount = QueueCount,
                queueUserName = RabbitCluster.UserName,
                queuePasswordFile = _rabbit.PasswordFile,
            }));
        }

        QueueCertificates own = CertificatesOf(IngestFolder);
        File.WriteAllText(PathOf(SettingsFile), JsonSerializer.Serialize(new
        {
            caFile = own.CaFile,
            certificateFile = own.CertificateFile,
            keyFile = own.KeyFile,
            keyringFile = PathOf("keyring.json"),
            database = _postgres!.Address,
            edgeBrokers = string.Join(',', Ports.Select(port => $"127.0.0.1:{port}")),
            queueNodes = _rabbit.Addresses,
            queueCount = QueueCount,
            queueUserName = RabbitCluster.UserName,
            queuePasswordFile = _rabbit.PasswordFile,
        }));
    }

    private void MakeQueues()
    {
        using var limit = new CancellationTokenSource(LayoutLimit);
        QueueLayout.Make(
            QueueAddress.Parse(
                _rabbit.Addresses, RabbitCluster.UserName, _rabbit.PasswordFile,
                CertificatesOf(IngestFolder)),
            Enumerable.Range(0, EdgeCount).Select(EdgeName), NodeCount, limit.Token, QueueCount)
            .GetAwaiter().GetResult();
        string[] queues = _rabbit.Control("list_queues", "--no-table-headers", "name", "members")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (queues.Length != EdgeCount + QueueCount
            || !Array.TrueForAll(queues, line => _rabbit.Nodes.All(node => line.Contains(node.FullName))))
        {
            throw new CommandException($"not every queue is on all nodes: {string.Join("; ", queues)}");
        }
    }

    // Nodes are running already. The others start at the same time, and wait for what they need.
    private void AddParts()
    {
        for (int i = 0; i < EdgeCount; i++)
        {
            int edge = i;
            _watch.Add(new ClusterPart(
                EdgeName(i).Replace('-', ' '), $"127.0.0.1:{_edgeSettings[i].Port}",
                () => _edges[edge] is { IsRunning: true } running ? running.ProcessId : 0,
                () => _edges[edge]?.Kill(),
                () =>
                {
                    Interlocked.Exchange(ref _edges[edge], null)?.Dispose();
                    _edges[edge] = MosquittoBroker.Start(_edgeSettings[edge]);
                }));
        }

        for (int i = 0; i < EdgeCount; i++)
        {
            string settings = PathOf($"edge-{i + 1}.json");
            AddProgram($"forwarder {i + 1}", _forwarders, i, () => IngestProcess.StartForwarder(settings));
        }

        foreach ((RabbitNode node, int i) in _rabbit.Nodes.Select((node, i) => (node, i)))
        {
            _nodes.Add(new ClusterPart(
                $"node {i + 1}", $"127.0.0.1:{node.Port}", () => node.ProcessId, node.Kill,
                () =>
                {
                    if (node.ProcessId == 0)
                    {
                        node.Launch();
                    }

                    node.WaitUntilAccepting();
                }));
            _watch.Add(_nodes[^1]);
        }

        for (int i = 0; i < IngestCount; i++)
        {
            AddProgram(
                $"ingest {i + 1}", _ingests, i,
                () => IngestProcess.Start(PathOf(SettingsFile), _postgres!.Address));
        }

        _watch.Add(new ClusterPart(
            "database", _postgres!.Address, () => _postgres.ProcessId, _postgres.Kill,
            () =>
            {
                if (_postgres.ProcessId == 0)
                {
                    _postgres.Restart();
                }
            }));
    }

    private void AddProgram(string name, IngestProcess?[] programs, int index, Func<IngestProcess> start)
        => _watch.Add(new ClusterPart(
            name, "",
            () => programs[index] is { HasEnded: false } running ? running.ProcessId : 0,
            () => programs[index]?.Kill(),
            () =>
            {
                Interlocked.Exchange(ref programs[index], null)?.Dispose();
                programs[index] = start();
            }));

    private QueueCertificates CertificatesOf(string folder) => new(
        PathOf(Path.Combine(folder, IssuedCertificate.AuthorityFile)),
        PathOf(Path.Combine(folder, IssuedCertificate.CertificateFile)),
        PathOf(Path.Combine(folder, IssuedCertificate.KeyFile)));

    private static string EdgeName(int index) => $"edge-{index + 1}";

    private string PathOf(string name) => Path.Combine(_folder.Path, name);
}
