// A RabbitMQ cluster of our own on this machine, AMQP over TLS only, on loopback only: nodes, their port
// mapper and their cookie. What the nodes say to each other is not encrypted, and does not leave loopback.
// Binaries: Debian package rabbitmq-server.

using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pulsegate.Provisioning;

/// <summary>One cluster in one folder. Dispose stops it; the folder is its maker's.</summary>
public sealed class RabbitCluster : IDisposable
{
    /// <summary>Name of its one user.</summary>
    public const string UserName = "pulsegate";

    private const string LibraryFolder = "/usr/lib/rabbitmq/lib";
    private const string PortMapper = "/usr/bin/epmd";
    private const int AwaitSeconds = 240;
    private const int RetryPauseMs = 200;
    private static readonly TimeSpan RetryLimit = TimeSpan.FromMinutes(1);
    private readonly int _mapperPort = LoopbackPort.Find();
    private readonly string _home;
    private Process? _mapper;

    private RabbitCluster(string folder, IReadOnlyList<string> certificates)
    {
        Folder = folder;
        _home = Path.Combine(folder, "home");
        Password = Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        PrivateFile.CreateFolder(folder);
        PrivateFile.CreateFolder(_home);
        PrivateFile.Write(PasswordFile, Encoding.ASCII.GetBytes(Password));
        PrivateFile.Write(
            Path.Combine(_home, ".erlang.cookie"),
            Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(24))));
        Nodes = [.. certificates.Select((files, i) => new RabbitNode(this, $"node{i + 1}", files))];
    }

    /// <summary>Where everything is.</summary>
    public string Folder { get; }

    /// <summary>The nodes.</summary>
    public IReadOnlyList<RabbitNode> Nodes { get; }

    /// <summary>The user's password, mode 0600.</summary>
    public string PasswordFile => Path.Combine(Folder, "password");

    /// <summary>The nodes as amqps://HOST:PORT, separated by commas.</summary>
    public string Addresses => string.Join(',', Nodes.Select(node => $"amqps://127.0.0.1:{node.Port}"));

    /// <summary>Port of the nodes' port mapper on 127.0.0.1.</summary>
    public int MapperPort => _mapperPort;

    /// <summary>Process id of the port mapper.</summary>
    public int MapperProcessId => _mapper?.Id ?? 0;

    internal string Password { get; }

    internal Dictionary<string, string> Variables => new()
    {
        ["HOME"] = _home,
        ["ERL_EPMD_PORT"] = _mapperPort.ToString(CultureInfo.InvariantCulture),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(Folder, "none"),
        ["RABBITMQ_CTL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
    };

    /// <summary>True when the package is here.</summary>
    public static bool IsInstalled => Directory.Exists(LibraryFolder) && File.Exists(PortMapper);

    /// <summary>Makes a cluster, starts it and waits until all nodes are in it (about half a
    /// minute).</summary>
    /// <param name="folder">Where everything is to be.</param>
    /// <param name="certificates">For each node the folder of its certificate, as
    /// <see cref="Station.NewBroker"/> makes it. Clients need one of the same authority.</param>
    /// <exception cref="ProvisioningException">Not installed, or it does not start; one line.</exception>
    public static RabbitCluster Start(string folder, IReadOnlyList<string> certificates)
    {
        if (!IsInstalled)
        {
            throw new ProvisioningException("RabbitMQ is not installed: apt-get install rabbitmq-server");
        }

        var cluster = new RabbitCluster(folder, certificates);
        try
        {
            cluster.StartMapper();
            foreach (RabbitNode node in cluster.Nodes)
            {
                node.Launch();
            }

            foreach (RabbitNode node in cluster.Nodes)
            {
                node.WaitUntilAccepting();
            }

            cluster.AwaitNodes();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>What rabbitmqctl says, asked of the first node that runs.</summary>
    /// <exception cref="ProvisioningException">It fails; one line.</exception>
    public string Control(params string[] arguments)
    {
        RabbitNode asked = Nodes.FirstOrDefault(node => node.ProcessId != 0) ?? Nodes[0];
        var start = new ProcessStartInfo(
            FindProgram("rabbitmqctl"), ["--quiet", "--node", asked.FullName, .. arguments])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = Folder,
        };
        foreach ((string name, string value) in Variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output
            : throw new ProvisioningException(
                $"rabbitmqctl: {(errors.Result + output).Trim().ReplaceLineEndings(" ")}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RabbitNode node in Nodes)
        {
            node.BeginStop();
        }

        foreach (RabbitNode node in Nodes)
        {
            node.Dispose();
        }

        if (_mapper is { HasExited: false })
        {
            _mapper.Kill();
            _mapper.WaitForExit();
        }

        _mapper?.Dispose();
        _mapper = null;
    }

    internal static string FindProgram(string name)
        => Directory.GetDirectories(LibraryFolder, "rabbitmq_server-*")
            .Select(folder => $"{folder}/sbin/{name}").FirstOrDefault(File.Exists)
            ?? throw new ProvisioningException($"there is no {name} under {LibraryFolder}");

    // A node's own tool may take it for not running yet, when it already accepts connections.
    private void AwaitNodes()
    {
        var elapsed = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Control(
                    "await_online_nodes", Nodes.Count.ToString(CultureInfo.InvariantCulture), "--timeout",
                    AwaitSeconds.ToString(CultureInfo.InvariantCulture));
                return;
            }
            catch (ProvisioningException)
                when (elapsed.Elapsed < RetryLimit && Nodes.All(node => node.ProcessId != 0))
            {
                Thread.Sleep(RetryPauseMs);
            }
        }
    }

    // Started before the nodes, or the first of them would start one that outlives everything.
    private void StartMapper()
    {
        string port = _mapperPort.ToString(CultureInfo.InvariantCulture);
        _mapper = Process.Start(new ProcessStartInfo(
            "/usr/bin/setsid", [PortMapper, "-port", port, "-address", "127.0.0.1"])
        {
            WorkingDirectory = Folder, RedirectStandardError = true,
        })!;
        _mapper.ErrorDataReceived += (_, _) => { };   // of connections that were broken off
        _mapper.BeginErrorReadLine();
    }
}
