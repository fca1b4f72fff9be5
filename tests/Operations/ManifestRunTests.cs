// Goal: what the manifests tell the programs is what these take: arguments, settings, secrets' files and
// modes, ports, probes, time to end. Method: each program started as its manifest says, with the manifest's
// own step that copies secrets, on a real broker, queue and database; only places (folders, hosts, ports) are
// others.

using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pulsegate.Cli;
using Pulsegate.Cli.Cluster;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Queue;
using Pulsegate.Ingest.Storage;
using Pulsegate.Tests.Ingest;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Operations;

[TestClass]
public sealed class ManifestRunTests
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);
    private const int StartCountMax = 3;
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [TestCategory("Slow")]
    public void IngestAndForwarder_RunAsTheirManifestsSay()
    {
        JsonNode[] ingest = Read("ingest.yaml"), forwarder = Read("forwarder.yaml");
        SharedPostgres.RequireInstalled();
        using var queue = new TestQueue();
        queue.MakeAnew();
        using var backend = new TestBackend(new PostgresTestSink(), queue.StationFolder);
        backend.AddDevice("ward-a");
        IngestOptions edge = queue.Forwarder(backend), options = queue.Ingest(backend);
        Secret("queue-password", edge.QueuePasswordFile);
        Secret("keyring.json", backend.Options.KeyringFile);
        Secret("ca.pem", edge.CaFile);
        Secret("cert.pem", edge.CertificateFile);
        Secret("key.pem", edge.KeyFile);
        PostgresSecrets();
        TimeSpan[] graces = [Grace(ingest), Grace(forwarder)];
        Assert.IsGreaterThan(IngestCommand.StopLimit + Margin, graces[0]);
        Assert.IsGreaterThan(ForwardCommand.StopLimit + Margin, graces[1]);

        Settings(ingest, "ingest.json", options);
        Run(ingest, "http", "");
        Settings(forwarder, "forward.json", edge);
        Run(forwarder, "http", "");
    }

    [TestMethod]
    public void TheReadApi_RunsAsItsManifestSays()
    {
        JsonNode[] read = Read("read.yaml");
        SharedPostgres.RequireInstalled();
        using var backend = new TestBackend(new PostgresTestSink());
        backend.AddDevice("ward-a");
        // as the ingest does
        RecordSink.Open(backend.Options.ReadAddress(), 0, TimeProvider.System).Dispose();
        Secret("keyring.json", backend.Options.KeyringFile);
        PostgresSecrets();
        SelfSigned();
        Directory.CreateDirectory(_folder["lib"]);
        Run(read, "https", backend.Options.Database);
    }

    private static JsonNode[] Read(string name)
    {
        (int exitCode, string output) = ToolProcess.Run(
            "", "node", ToolProcess.Source("manifests.mjs"), ToolProcess.PackageFolder(), "--json",
            Path.Combine(ManifestTests.Folder, name));
        Assert.AreEqual(0, exitCode, output);
        return [.. JsonNode.Parse(output)!.AsArray()!];
    }

    private static JsonNode Pod(JsonNode[] objects) => objects
        .Single(one => (string)one["kind"]! == "Deployment")["spec"]!["template"]!["spec"]!;

    private static TimeSpan Grace(JsonNode[] objects)
        => TimeSpan.FromSeconds((int)Pod(objects)["terminationGracePeriodSeconds"]!);

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(one => (string)one!)];

    private void Secret(string name, string source)
    {
        Directory.CreateDirectory(_folder["secret"]);
        File.Copy(source, _folder[$"secret/{name}"]);
        File.SetUnixFileMode(_folder[$"secret/{name}"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
    }

    private void PostgresSecrets()
    {
        File.WriteAllText(_folder["none"], "*:*:*:*:not-asked-for\n");
        Secret("pgpass", _folder["none"]);
        Secret("postgres-ca.pem", _folder["none"]);
    }

    private void SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=read", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(_folder["crt"], certificate.ExportCertificatePem());
        File.WriteAllText(_folder["key"], key.ExportPkcs8PrivateKeyPem());
        Secret("tls.crt", _folder["crt"]);
        Secret("tls.key", _folder["key"]);
    }

    // The settings of the ConfigMap, in their own words but for places.
    private void Settings(JsonNode[] objects, string name, IngestOptions real)
    {
        JsonNode data = objects.Single(one => (string)one["kind"]! == "ConfigMap")["data"]!;
        JsonObject settings = JsonNode.Parse(Placed((string)data[name]!))!.AsObject();
        // it is one, though another is used here
        _ = QueueAddress.Parse(
            (string)settings["queueNodes"]!, (string)settings["queueUserName"]!, real.QueuePasswordFile,
            new QueueCertificates(real.CaFile, real.CertificateFile, real.KeyFile));
        settings["queueNodes"] = real.QueueNodes;
        settings["queueUserName"] = real.QueueUserName;
        if (settings.ContainsKey("database"))
        {
            // it is one, though another is used here
            _ = DatabaseAddress.Parse((string)settings["database"]!);
            settings["database"] = real.Database;
        }

        if (settings.ContainsKey("brokerHost"))
        {
            settings["brokerHost"] = real.BrokerHost;
            settings["brokerPort"] = real.BrokerPort;
        }

        Directory.CreateDirectory(_folder["etc"]);
        File.WriteAllText(_folder[$"etc/{name}"], settings.ToJsonString());
    }

    private void Run(JsonNode[] objects, string scheme, string database)
    {
        JsonNode pod = Pod(objects);
        CopySecrets(pod);
        JsonNode container = pod["containers"]!.AsArray().Single()!;
        var environment = container["env"]!.AsArray().ToDictionary(
            one => (string)one!["name"]!, one => Placed((string)one!["value"]!));
        string[] arguments = Texts(container["args"]);
        string port = ((int)container["ports"]!.AsArray().Single()!["containerPort"]!).ToString();
        Assert.IsTrue(arguments.Contains(port) || arguments.Contains($"0.0.0.0:{port}"), "another port");
        foreach (string given in arguments.Where(
            one => one.StartsWith("postgres://", StringComparison.Ordinal)))
        {
            _ = DatabaseAddress.Parse(given);   // it is one, though another is used here
        }

        string[] command = [Path.Combine(AppContext.BaseDirectory, "pulsegate.dll"),
            .. arguments.Select(one => Here(one, port, database))];
        using ToolProcess program = StartUntilReady(container, scheme, environment, command);
        Assert.AreEqual(0, program.Terminate(Grace(objects)), program.Output);
    }

    // What ends before it is ready, not having been connected within its 30 s, is started again, as a kubelet
    // does.
    private static ToolProcess StartUntilReady(
        JsonNode container, string scheme, Dictionary<string, string> environment, string[] command)
    {
        for (int i = 1; ; i++)
        {
            ToolProcess program = ToolProcess.Start(environment, "dotnet", command);
            bool isReady = false;
            try
            {
                isReady = IsReady(program, container, scheme);
                Assert.IsTrue(isReady || i < StartCountMax, program.Output);
            }
            finally
            {
                if (!isReady)
                {
                    Console.WriteLine($"start {i} did not become ready: {program.Output}");
                    program.Dispose();
                }
            }

            if (isReady)
            {
                return program;
            }
        }
    }

    private static bool IsReady(ToolProcess program, JsonNode container, string scheme)
    {
        Match match = Match.Empty;
        Wait.Until(
            () => (match = Regex.Match(program.Output, $@"{scheme}://127\.0\.0\.1:\d+")).Success
                || program.HasExited,
            () => program.Output);
        foreach (string probe in new[] { "livenessProbe", "readinessProbe" })
        {
            JsonNode get = container[probe]!["httpGet"]!;
            Assert.AreEqual(scheme.ToUpperInvariant(), (string?)get["scheme"] ?? "HTTP");
            Assert.AreEqual((string)container["ports"]![0]!["name"]!, (string)get["port"]!);
            Wait.Until(
                () => program.HasExited || IsYes(new Uri(new Uri(match.Value), (string)get["path"]!)),
                () => program.Output);
        }

        return !program.HasExited;
    }

    private void CopySecrets(JsonNode pod)
    {
        JsonNode step = pod["initContainers"]!.AsArray().Single(one => (string)one!["name"]! == "private")!;
        Directory.CreateDirectory(_folder["run"]);
        string[] command = [.. Texts(step["command"]).Concat(Texts(step["args"])).Select(Placed)];
        (int exitCode, string output) = ToolProcess.Run("", command[0], command[1..]);
        Assert.AreEqual(0, exitCode, output);
    }

    private string Here(string argument, string port, string database) => argument switch
    {
        "0.0.0.0" => "127.0.0.1",
        _ when argument == port => "0",
        _ when argument == $"0.0.0.0:{port}" => "127.0.0.1:0",
        _ when argument.StartsWith("postgres://", StringComparison.Ordinal) => database,
        _ => Placed(argument),
    };

    private string Placed(string text) => Regex.Replace(
        text, "/(etc|run|var/lib)/pulsegate|/secret(?=/)",
        place => _folder[place.Value == "/secret" ? "secret" : Path.GetFileName(place.Groups[1].Value)]);

    // As a kubelet asks: it does not look at the certificate.
    private static bool IsYes(Uri address)
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
                { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        };
        using var client = new HttpClient(handler) { Timeout = ToolProcess.Limit };
        try
        {
            using HttpResponseMessage answer = client.GetAsync(address).Result;
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (AggregateException)
        {
            return false;   // it is no more, which is seen elsewhere
        }
    }
}
