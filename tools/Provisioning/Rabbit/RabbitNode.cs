// One RabbitMQ node of our own, on loopback, with its own name, ports and folder; never the machine's
// service. Debian's wrapper changes the user and the folder, so the package's own script is started.

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pulsegate.Provisioning;

/// <summary>A node of a <see cref="RabbitCluster"/>.</summary>
public sealed class RabbitNode : IDisposable
{
    private const int PollMs = 100;
    private const int StopLimitMs = 20_000;
    private const int LogLinesMax = 20;
    private const int SignalTerminate = 15;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);
    private readonly RabbitCluster _cluster;
    private readonly Queue<string> _said = new();
    private readonly string _certificate;
    private readonly int _distributionPort = LoopbackPort.Find();
    private Process? _process;

    internal RabbitNode(RabbitCluster cluster, string name, string certificate)
    {
        _cluster = cluster;
        _certificate = Path.GetFullPath(certificate);
        Name = name;
        Folder = Path.Combine(cluster.Folder, name);
    }

    /// <summary>Name of the node, without the host's.</summary>
    public string Name { get; }

    /// <summary>Name of the node in the cluster.</summary>
    public string FullName => $"{Name}@localhost";

    /// <summary>Port of AMQP over TLS on 127.0.0.1.</summary>
    public int Port { get; } = LoopbackPort.Find();

    /// <summary>Folder of its data and its log.</summary>
    public string Folder { get; }

    /// <summary>Process id; 0 while it does not run.</summary>
    public int ProcessId => Volatile.Read(ref _process) is { HasExited: false } running ? running.Id : 0;

    /// <summary>Starts it, again if it has run before, without waiting for it.</summary>
    public void Launch()
    {
        Save();
        var start = new ProcessStartInfo("/usr/bin/setsid", [RabbitCluster.FindProgram("rabbitmq-server")])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Folder,
        };
        foreach ((string name, string value) in _cluster.Variables)
        {
            start.Environment[name] = value;
        }

        foreach ((string name, string value) in Variables())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        Volatile.Write(ref _process, process);
    }

    /// <summary>Waits until it accepts connections (at most 4 min: it waits for the nodes that ended after
    /// it).</summary>
    /// <exception cref="ProvisioningException">It has ended, or does not accept any; one line.</exception>
    public void WaitUntilAccepting()
    {
        var elapsed = Stopwatch.StartNew();
        while (!Accepts())
        {
            if (ProcessId == 0 || elapsed.Elapsed > StartLimit)
            {
                throw new ProvisioningException(
                    $"RabbitMQ node {Name} {(ProcessId == 0 ? "has ended" : "does not start")}: "
                    + LastLine());
            }

            Thread.Sleep(PollMs);
        }
    }

    /// <summary>Ends it as a power cut would (SIGKILL).</summary>
    public void Kill()
    {
        if (ProcessId != 0)
        {
            _process!.Kill();
            _process.WaitForExit();
        }
    }

    /// <summary>Asks it to end in good order, and does not wait.</summary>
    public void BeginStop()
    {
        if (ProcessId != 0)
        {
            _ = NativeSignal.Send(ProcessId, SignalTerminate);
        }
    }

    /// <summary>Ends it in good order, by force after 20 s.</summary>
    public void Dispose()
    {
        BeginStop();
        if (ProcessId != 0 && !_process!.WaitForExit(StopLimitMs))
        {
            Kill();
        }

        _process?.Dispose();
        _process = null;
    }

    private void Save()
    {
        PrivateFile.CreateFolder(Folder);
        IEnumerable<string> peers = _cluster.Nodes.Select(
            (node, i) => $"cluster_formation.classic_config.nodes.{i + 1} = {node.FullName}");
        PrivateFile.Write(Path.Combine(Folder, "rabbitmq.conf"), System.Text.Encoding.UTF8.GetBytes(
            $"""
            listeners.tcp = none
            listeners.ssl.1 = 127.0.0.1:{Port}
            ssl_options.cacertfile = {Path.Combine(_certificate, IssuedCertificate.AuthorityFile)}
            ssl_options.certfile = {Path.Combine(_certificate, IssuedCertificate.CertificateFile)}
            ssl_options.keyfile = {Path.Combine(_certificate, IssuedCertificate.KeyFile)}
            ssl_options.versions.1 = tlsv1.3
            ssl_options.versions.2 = tlsv1.2
            ssl_options.verify = verify_peer
            ssl_options.fail_if_no_peer_cert = true
            default_user = {RabbitCluster.UserName}
            default_pass = {_cluster.Password}
            cluster_formation.peer_discovery_backend = classic_config
            {string.Join('\n', peers)}
            cluster_partition_handling = pause_minority
            vm_memory_high_watermark.absolute = 256MiB
            disk_free_limit.absolute = 50MB
            max_message_size = 65536
            raft.wal_max_size_bytes = 16777216
            log.console = false
            log.file = {Path.Combine(Folder, "rabbit.log")}
            log.file.level = info

            """));
        PrivateFile.Write(Path.Combine(Folder, "advanced.config"),
            "[{kernel, [{inet_dist_use_interface, {127,0,0,1}}]}].\n"u8.ToArray());
        PrivateFile.Write(Path.Combine(Folder, "enabled_plugins"), "[].\n"u8.ToArray());
    }

    private Dictionary<string, string> Variables() => new()
    {
        ["RABBITMQ_NODENAME"] = FullName,
        ["RABBITMQ_DIST_PORT"] = _distributionPort.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Folder, "data"),
        ["RABBITMQ_LOG_BASE"] = Folder,
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(Folder, "rabbitmq.conf"),
        ["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(Folder, "advanced.config"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(Folder, "enabled_plugins"),
        ["RABBITMQ_GENERATED_CONFIG_DIR"] = Path.Combine(Folder, "generated"),
        ["RABBITMQ_PID_FILE"] = Path.Combine(Folder, "pid"),
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
        // The script then becomes the node instead of watching it: one process, which a signal reaches.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
    };

    private bool Accepts()
    {
        try
        {
            using var probe = new TcpClient();
            probe.Connect(IPAddress.Loopback, Port);
            return ProcessId != 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_said)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                _said.Enqueue(line.Trim());
            }

            while (_said.Count > LogLinesMax)
            {
                _said.Dequeue();
            }
        }
    }

    private string LastLine()
    {
        lock (_said)
        {
            return _said.LastOrDefault() ?? $"see {Folder}";
        }
    }
}
