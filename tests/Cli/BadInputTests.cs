// Goal: whatever is wrong with what a user gives, one clear line on stderr, exit code not 0, nothing
// half-written; method: the commands as processes, with every kind of wrong file, option and surrounding.

using System.Net;
using System.Net.Sockets;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Cli;

[TestClass]
public partial class BadInputTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("pulsegate-bad-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("unknown", "nonsense")]
    [DataRow("unknown option", "replay", "x.csv", "--ir", "a", "--speed", "2")]
    [DataRow("missing option", "replay", "x.csv")]
    [DataRow("missing argument", "replay", "--ir", "a")]
    [DataRow("not a number", "demo", "--seconds", "soon")]
    [DataRow("negative", "demo", "--seconds", "-5")]
    [DataRow("nothing", "demo", "--seconds", "0")]
    [DataRow("not a number", "provision", "broker", "--port", "abc")]
    [DataRow("no port", "provision", "broker", "--port", "65536")]
    [DataRow("negative", "gateway", "--unit", "x", "--store", "y", "--seconds", "-5")]
    [DataRow("recording without column", "demo", "--input", "x.csv")]
    [DataRow("column without recording", "demo", "--red", "r")]
    [DataRow("polarity without recording", "gateway", "--invert")]
    public void WrongCommandLine_IsOneLine(string what, params string[] arguments)
        => Refused(what, arguments);

    [TestMethod]
    [DataRow("", "ppg", DisplayName = "empty file")]
    [DataRow("time_s,ppg\n", "ppg", DisplayName = "header only")]
    [DataRow("time_s,ppg\n0,1\n0.1,abc\n", "ppg", DisplayName = "non-numeric")]
    [DataRow("time_s,ppg\n0,1\n0.1\n", "ppg", DisplayName = "truncated row")]
    [DataRow("time_s,ppg\n0,1\n0.1,2\n", "red", DisplayName = "unknown column")]
    [DataRow("seconds,ppg\n0,1\n0.1,2\n", "ppg", DisplayName = "unknown time column")]
    [DataRow("time_s,ppg\n1,1\n0.5,2\n", "ppg", DisplayName = "time goes back")]
    [DataRow("time_s;ppg\n0;1\n0.5;2\n", "ppg", DisplayName = "semicolons")]
    [DataRow("time_s,ppg,ppg\n0,1,1\n2,2,2\n", "ppg", DisplayName = "two columns of one name")]
    [DataRow("time_s,p\u001b[2Jq\n0,1\n2,2\n", "ppg", DisplayName = "control characters in the header")]
    [DataRow("time_s,ppg\n0,1\n0.5,2\n", "ppg", DisplayName = "shorter than a second")]
    [DataRow("time_s,ppg\n0,1\n0.5,2\n1e12,3\n", "ppg", DisplayName = "longer than two days")]
    public void WrongRecording_IsOneLine_ThatNamesTheFile(string content, string column)
    {
        string file = Path.Combine(_folder, "recording.csv");
        File.WriteAllText(file, content);
        string error = Refused("recording", "replay", file, "--ir", column);
        StringAssert.Contains(error, "recording.csv");
    }

    [TestMethod]
    [DataRow("ir", "ratio would mean nothing")]
    [DataRow("red", "no number in any row")]
    public void RedThatIsNone_IsOneLine(string red, string why)
    {
        string file = Path.Combine(_folder, "recording.csv");
        File.WriteAllText(file, "time_s,ir,red\n" + string.Concat(
            Enumerable.Range(0, 100).Select(row => $"{row / 50.0},{row % 40},\n")));
        StringAssert.Contains(Refused("recording", "replay", file, "--ir", "ir", "--red", red), why);
    }

    [TestMethod]
    public void EndlessRecording_IsOneLine()
        => StringAssert.Contains(Refused("endless", "replay", "/dev/zero", "--ir", "ppg"), "larger than");

    [TestMethod]
    public void MissingRecording_IsOneLine()
        => StringAssert.Contains(
            Refused("missing", "replay", Path.Combine(_folder, "no.csv"), "--ir", "ppg"), "no.csv");

    [TestMethod]
    [DataRow("{\"comitIntervalSeconds\":60}", "comitIntervalSeconds")]
    [DataRow("not json", "JSON")]
    public void WrongConfiguration_NamesTheKey(string content, string expected)
    {
        string file = Path.Combine(_folder, "gateway.json");
        File.WriteAllText(file, content);
        StringAssert.Contains(
            Refused("configuration", "demo", "--seconds", "5", "--configuration", file), expected);
    }

    [TestMethod]
    public void UnreadableConfiguration_IsOneLine()
        => Refused("configuration", "demo", "--configuration", Path.Combine(_folder, "none.json"));

    [TestMethod]
    public void PortInUse_IsOneLine_AndNothingIsLeft()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        string error = Refused("port", "demo", "--seconds", "5", "--port", port.ToString());
        StringAssert.Contains(error, port.ToString());
    }

    [TestMethod]
    public void DemoKeepFolderThatExists_IsRefused()
        => Refused("keep", "demo", "--seconds", "5", "--keep", _folder);

    [TestMethod]
    public void UnitWithoutIdentity_IsOneLine()
        => StringAssert.Contains(
            Refused("unit", "gateway", "--unit", _folder, "--store", Path.Combine(_folder, "flash")),
            "identity.json");

    [TestMethod]
    public void IngestSettingsMissingOrWrong_AreOneLine()
    {
        Refused("missing", "ingest", "--settings", Path.Combine(_folder, "none.json"));
        string file = Path.Combine(_folder, "ingest.json");
        File.WriteAllText(file, "{\"brokerport\": 1}");
        Refused("wrong key", "ingest", "--settings", file);
    }

    [TestMethod]
    public void DecodeOfGarbage_OrWithoutKeys_IsOneLine()
    {
        using var site = new SmallSite();
        string file = Path.Combine(_folder, "batch.jws");
        File.WriteAllText(file, "a.b.c");
        Refused("garbage", "decode", file, "--keys", site.PathOf("keyring.json"));
        Refused("no keys", "decode", file, "--keys", Path.Combine(_folder, "none.json"));
        Refused("no file", "decode", Path.Combine(_folder, "none.jws"), "--keys",
            site.PathOf("keyring.json"));
    }

    [TestMethod]
    public void NoBroker_GatewayGoesOn_SaysSoOnce_AndKeepsItsReadings()
    {
        using var site = new SmallSite();
        site.Broker.Kill();
        (int exitCode, string output, string error) = CommandProcess.Run(
            Limit, "gateway", "--unit", site.PathOf("unit"), "--store", site.PathOf("flash"),
            "--configuration",
            site.PathOf("gateway.json"), "--seconds", "4");
        StringAssert.Contains(error, "readings stay in the store");
        StringAssert.Contains(output, "balanced");
        StringAssert.Contains(output, "= 0 released");
        Assert.AreEqual(0, exitCode, "an outage is no failure of the gateway");
    }

    [TestMethod]
    public void ABrokerThatCanNeverBeReached_IsAFailureAtTheEnd()
    {
        using var site = new SmallSite();
        string settings = Path.Combine(_folder, "gateway.json");

        // A label above 63 letters (RFC 1035, 2.3.4): it is refused here, however the network's DNS fares.
        string host = new string('a', 64) + ".invalid";
        File.WriteAllText(settings, $$"""{"brokerHost":"{{host}}","commitIntervalSeconds":10}""");
        (int exitCode, string output, string error) = CommandProcess.Run(
            Limit, "gateway", "--unit", site.PathOf("unit"), "--store", site.PathOf("flash"),
            "--configuration", settings,
            "--seconds", "4");
        Assert.AreEqual(1, exitCode, output);
        StringAssert.Contains(error,
            $"never reached the broker {host}:8883: the broker's name cannot be resolved");
        StringAssert.Contains(output, "balanced");
    }

    [TestMethod]
    public void AnIdentityThatDoesNotFit_IsOneLine_BeforeAnythingIsTried()
    {
        using var site = new SmallSite();
        string Gateway() => Refused(
            "identity", "gateway", "--unit", site.PathOf("unit"), "--store", site.PathOf("flash"),
            "--seconds", "3");
        string key = File.ReadAllText(site.PathOf("unit/key.pem"));
        WriteOver(
            site.PathOf("unit/key.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        StringAssert.Contains(Gateway(), "are not a certificate and its key");
        WriteOver(site.PathOf("unit/key.pem"), File.ReadAllText(site.PathOf("ingest/key.pem")));
        StringAssert.Contains(Gateway(), "are not a certificate and its key");
        WriteOver(site.PathOf("unit/key.pem"), key);
        File.SetUnixFileMode(site.PathOf("unit/key.pem"), (UnixFileMode)0b110_100_100);
        StringAssert.Contains(Gateway(), "chmod 600");
        Directory.Delete(site.PathOf("unit"), recursive: true);
        CopyFolder(site.PathOf("ingest"), site.PathOf("unit"));
        StringAssert.Contains(Gateway(), "identity.json");
    }

    [TestMethod]
    public void TheCertificateOfSomebodyElse_IsNamed()
    {
        using var site = new SmallSite();
        foreach (string file in new[] { "cert.pem", "key.pem" })
        {
            WriteOver(site.PathOf("unit/" + file), File.ReadAllText(site.PathOf("reader/" + file)));
            WriteOver(site.PathOf("ingest/" + file), File.ReadAllText(site.PathOf("reader/" + file)));
        }

        StringAssert.Contains(
            Refused("unit", "gateway", "--unit", site.PathOf("unit"), "--store", site.PathOf("flash"),
                "--seconds", "3"),
            "is the certificate of 'ingest-reader', identity.json says bed-1");
        StringAssert.Contains(
            Refused("ingest", "ingest", "--settings", site.PathOf("ingest.json")),
            "is the certificate of 'ingest-reader': the ingest needs that of 'ingest'");
    }

    [TestMethod]
    public void ControlCharactersOfAFile_DoNotReachTheTerminal()
    {
        string file = Path.Combine(_folder, "gateway.json");
        File.WriteAllText(file, "{\"a\\u001b[2Jb\":1}");
        string error = Refused("configuration", "demo", "--seconds", "5", "--configuration", file);
        StringAssert.Contains(error, "a?[2Jb");
        Assert.IsFalse(error.Any(char.IsControl), error);
        string recording = Path.Combine(_folder, "recording.csv");
        File.WriteAllText(recording, "time_s,p\u001b[31mpg\n0,1\n0.1,2\n");
        error = Refused("recording", "replay", recording, "--ir", "ppg");
        Assert.IsFalse(error.Any(char.IsControl), error);
    }

    [TestMethod]
    public void SecondGatewayOnOneStore_IsRefused_TheFirstGoesOn()
    {
        using var site = new SmallSite();
        using CommandProcess first = site.StartGateway();
        Assert.IsTrue(
            SpinWait.SpinUntil(() => first.Output.Contains("runs;", StringComparison.Ordinal), Limit));
        string error = Refused(
            "second", "gateway", "--unit", site.PathOf("unit"), "--store", site.PathOf("flash"),
            "--configuration",
            site.PathOf("gateway.json"), "--seconds", "3");
        StringAssert.Contains(error, "in use by another gateway");
        Assert.IsFalse(first.HasExited);
    }

    [TestMethod]
    public void NoBroker_IngestRefusesToStart_InOneLine()
    {
        using var site = new SmallSite();
        site.Broker.Kill();
        Refused("no broker", "ingest", "--settings", site.PathOf("ingest.json"));
    }

    [TestMethod]
    public void StoreThatCannotBeWritten_IsOneLine()
    {
        using var site = new SmallSite();
        Refused(
            "store", "gateway", "--unit", site.PathOf("unit"), "--store", "/proc/pulsegate",
            "--configuration",
            site.PathOf("gateway.json"), "--seconds", "3");
    }

    // Keeps the mode.
    private static void WriteOver(string path, string content)
    {
        using var file = new StreamWriter(new FileStream(path, FileMode.Truncate));
        file.Write(content);
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string path in Directory.GetFiles(from))
        {
            File.Copy(path, Path.Combine(to, Path.GetFileName(path)));
        }
    }

    private static string Refused(string what, params string[] arguments)
    {
        (int exitCode, string output, string error) = CommandProcess.Run(Limit, arguments);
        Assert.AreNotEqual(0, exitCode, $"{what}: {output}");
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.AreEqual(1, lines.Length, $"{what}: {error}");
        StringAssert.StartsWith(lines[0], "pulsegate: ");
        return lines[0];
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, program);
    }
}
