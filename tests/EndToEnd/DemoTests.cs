// Goal: the demo's promise: it balances, and somebody with a valid certificate sees the batches pass; method:
// the demo as a process, mosquitto_sub as the independent onlooker, decode on what it saw.

using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Pulsegate.Tests.EndToEnd;

[TestClass]
public partial class DemoTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    [TestMethod]
    public void Demo_Balances_AndMosquittoSubSeesABatch_ThatDecodes()
    {
        string keep = Path.Combine(Path.GetTempPath(), "pulsegate-demo-" + Guid.NewGuid().ToString("N"));
        try
        {
            using CommandProcess demo = CommandProcess.Start("demo", "--seconds", "25", "--keep", keep);
            Match port = Match.Empty;
            Assert.IsTrue(
                SpinWait.SpinUntil(() => (port = Port().Match(demo.Output)).Success, Limit),
                "the demo printed no reader");
            string batch = Watch(keep, port.Groups[1].Value);
            Assert.AreEqual(0, demo.WaitForExit(Limit), demo.Output + demo.Error);
            StringAssert.Contains(demo.Output, ": balanced");
            string file = Path.Combine(keep, "batch.jws");
            File.WriteAllText(file, batch);
            (int exitCode, string output, string error) = CommandProcess.Run(
                Limit, "decode", file, "--keys", Path.Combine(keep, "ingest", "keyring.json"));
            Assert.AreEqual(0, exitCode, error);
            StringAssert.Contains(output, "\"verified\": true");
            StringAssert.Contains(output, "\"device\": \"bed-1\"");

            // One flipped character, and it is refused.
            char flipped = batch[^10] == 'A' ? 'B' : 'A';
            File.WriteAllText(file, batch[..^10] + flipped + batch[^9..]);
            Assert.AreNotEqual(
                0, CommandProcess.Run(
                    Limit, "decode", file, "--keys", Path.Combine(keep, "ingest", "keyring.json")).ExitCode);
        }
        finally
        {
            if (Directory.Exists(keep))
            {
                Directory.Delete(keep, recursive: true);
            }
        }
    }

    [TestMethod]
    public void DemoInterrupted_EndsInGoodOrder_AndLeavesNothing()
    {
        using CommandProcess demo = CommandProcess.Start("demo");
        Match reader = Match.Empty;
        Assert.IsTrue(
            SpinWait.SpinUntil(() => (reader = CaFile().Match(demo.Output)).Success, Limit), demo.Error);
        string folder = Path.GetDirectoryName(Path.GetDirectoryName(reader.Groups[1].Value)!)!;
        Assert.IsTrue(
            SpinWait.SpinUntil(() => demo.Output.Contains("committed", StringComparison.Ordinal), Limit));
        Assert.AreEqual(0, demo.Terminate(Limit), demo.Output + demo.Error);
        StringAssert.Contains(demo.Output, ": balanced");
        Assert.IsFalse(Directory.Exists(folder));
        Assert.IsEmpty(Brokers(folder));
    }

    [TestMethod]
    public void DemoKilled_LeavesNeitherBrokerNorFolder()
    {
        using CommandProcess demo = CommandProcess.Start("demo");
        Match reader = Match.Empty;
        Assert.IsTrue(
            SpinWait.SpinUntil(() => (reader = CaFile().Match(demo.Output)).Success, Limit), demo.Error);
        string folder = Path.GetDirectoryName(Path.GetDirectoryName(reader.Groups[1].Value)!)!;
        Assert.IsNotEmpty(Brokers(folder));
        demo.Kill();
        Assert.IsTrue(
            SpinWait.SpinUntil(() => Brokers(folder).Length == 0 && !Directory.Exists(folder), Limit));
    }

    [TestMethod]
    public void DemoWhoseBrokerDies_SaysSo_AndFails()
    {
        using CommandProcess demo = CommandProcess.Start("demo");
        Match reader = Match.Empty;
        Assert.IsTrue(
            SpinWait.SpinUntil(() => (reader = CaFile().Match(demo.Output)).Success, Limit), demo.Error);
        string folder = Path.GetDirectoryName(Path.GetDirectoryName(reader.Groups[1].Value)!)!;
        using (Process broker = Process.GetProcessById(Brokers(folder).Single()))
        {
            broker.Kill();
        }

        Assert.AreEqual(1, demo.WaitForExit(Limit), demo.Output);
        StringAssert.Contains(demo.Error, "pulsegate: the broker ended");
    }

    [GeneratedRegex(@"--cafile (\S+)")]
    private static partial Regex CaFile();

    // Processes whose command line names the demo's broker folder.
    private static int[] Brokers(string folder) =>
    [
        .. Process.GetProcessesByName("mosquitto").Where(process =>
        {
            try
            {
                return File.ReadAllText($"/proc/{process.Id}/cmdline")
                    .Contains(folder, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;   // gone meanwhile
            }
        }).Select(process => process.Id),
    ];

    [GeneratedRegex(@"-p (\d+) ")]
    private static partial Regex Port();

    private static string Watch(string keep, string port)
    {
        string reader = Path.Combine(keep, "reader");
        using Process watch = Process.Start(new ProcessStartInfo(
            "mosquitto_sub",
            [
                "-V", "mqttv5", "-h", "127.0.0.1", "-p", port, "--cafile", Path.Combine(reader, "ca.pem"),
                "--cert",
                Path.Combine(reader, "cert.pem"), "--key", Path.Combine(reader, "key.pem"), "-t",
                "pg/1/+/vitals", "-C", "1",
                "-W", "60",
            ])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        string text = watch.StandardOutput.ReadToEnd().Trim();
        watch.WaitForExit();
        Assert.AreEqual(0, watch.ExitCode, "mosquitto_sub saw no batch");
        return text;
    }
}
