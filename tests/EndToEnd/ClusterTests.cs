// Goal: whatever part of the cluster is killed, alone or with others, and in whatever order they come back,
// every reading is in the database once; and the command leaves nothing behind. Method: the commands
// themselves, with real firmware, mosquitto with TLS, three RabbitMQ nodes and PostgreSQL; what the units say
// against what the database has; what the kernel says of processes and listening sockets.

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.EndToEnd;

[TestClass]
public sealed class ClusterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Parts =
    [
        "edge 1", "edge 2", "forwarder 1", "forwarder 2", "node 1", "node 2", "node 3", "ingest 1",
        "ingest 2", "database",
    ];

    [TestInitialize]
    public void RequireInstalled()
    {
        SharedPostgres.RequireInstalled();
        TestQueue.RequireInstalled();
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void AFleetOnAClusterOfWhichEverythingIsKilled_Balances()
    {
        (int exitCode, string output, string error) = CommandProcess.Run(
            Limit, "fleet", "--cluster", "--faults", "--gateways", "6", "--minutes", "0.7", "--seed", "5");

        Assert.AreEqual(0, exitCode, output + error);
        foreach (string part in Parts.Append("all nodes"))
        {
            StringAssert.Contains(output, part + " is back", output);
        }

        Match balance = Regex.Match(
            output, @"(\d+) produced, (\d+) in the database, 0 waiting.* 0 lost, 0 duplicated");
        Assert.IsTrue(balance.Success, output);
        Assert.IsTrue(long.Parse(balance.Groups[1].Value, CultureInfo.InvariantCulture) > 6 * 10, output);
        Assert.AreEqual(balance.Groups[1].Value, balance.Groups[2].Value);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void ClusterUp_StartsAgainWhatIsKilled_ListensOnLoopbackAlone_AndLeavesNothing()
    {
        using CommandProcess cluster = CommandProcess.Start("cluster", "up", "--gateways", "1");
        try
        {
            WaitFor(() => cluster.HasExited || cluster.Output.Contains("cluster is up"), "cluster is up");
            Assert.IsFalse(cluster.HasExited, cluster.Output + cluster.Error);
            Dictionary<string, int> first = ProcessesOf(cluster.Output, "");
            CollectionAssert.IsSubsetOf(Parts, first.Keys);
            CollectionAssert.AreEqual(Array.Empty<string>(), ListeningSockets.OutsideLoopback(first.Values));

            foreach (string part in Parts)
            {
                _ = NativeSignal.Send(first[part], 9);
            }

            WaitFor(() => ProcessesOf(cluster.Output, " is back").Count == Parts.Length, "all is back");
            CollectionAssert.AreEqual(
                Array.Empty<string>(),
                ListeningSockets.OutsideLoopback(ProcessesOf(cluster.Output, " is back").Values));
            NodesTakeNothingWithoutTls(cluster.Output);
            CommandReachesAUnitAtTheSecondEdge(cluster.Output);
            Assert.AreEqual(0, cluster.Terminate(Limit), cluster.Output + cluster.Error);
            foreach ((string name, int id) in ProcessesOf(cluster.Output, " is back").Concat(first))
            {
                WaitFor(() => !IsOurs(id), $"end of {name}, process {id}");
            }

            string unit = Regex.Match(cluster.Output, "units: (.*) to ").Groups[1].Value;
            Assert.IsFalse(Directory.Exists(Path.GetDirectoryName(unit)), unit);
        }
        finally
        {
            if (!cluster.HasExited)
            {
                cluster.Terminate(Limit);
            }
        }
    }

    [TestMethod]
    public void ASizeThatMakesNoSense_IsOneLine()
    {
        (int exitCode, _, string error) = CommandProcess.Run(Limit, "cluster", "up", "--gateways", "0");
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(error, "--gateways is 1 to");
    }

    private static void NodesTakeNothingWithoutTls(string output)
    {
        MatchCollection nodes = Regex.Matches(
            output, @"^node \d: 127\.0\.0\.1:(\d+), process \d+\r?$", RegexOptions.Multiline);
        Assert.HasCount(3, nodes);
        foreach (Match node in nodes)
        {
            byte[] answer = TestQueue.AnswerToPlainAmqp(
                int.Parse(node.Groups[1].Value, CultureInfo.InvariantCulture));
            string text = Encoding.Latin1.GetString(answer);
            Assert.IsFalse(text.Contains("AMQP") || text.Contains("PLAIN"), text);
        }
    }

    private static void CommandReachesAUnitAtTheSecondEdge(string output)
    {
        using var folder = new TemporaryFolder();
        string unit = Regex.Match(output, "units: (.*) to ").Groups[1].Value;
        string site = Path.GetDirectoryName(unit)!;
        int port = int.Parse(
            Regex.Match(output, @"^edge 2: 127\.0\.0\.1:(\d+)", RegexOptions.Multiline).Groups[1].Value,
            CultureInfo.InvariantCulture);
        File.WriteAllText(
            folder["gateway.json"],
            $$"""{"brokerHost":"127.0.0.1","brokerPort":{{port}},"commitIntervalSeconds":10}""");
        using CommandProcess gateway = CommandProcess.Start(
            "gateway", "--unit", unit, "--store", folder["flash"], "--configuration", folder["gateway.json"]);
        string said = "";
        WaitFor(
            () =>
            {
                (int exitCode, string answer, string error) = CommandProcess.Run(
                    Limit, "command", Path.GetFileName(unit), "health", "--settings",
                    Path.Combine(site, "ingest.json"), "--operator", Path.Combine(site, "operator"));
                said = answer + error;
                return exitCode == 0;
            },
            "an answer to a command");
        StringAssert.Contains(said, "done");
        gateway.Terminate(Limit);
    }

    private static void WaitFor(Func<bool> condition, string what) => Assert.IsTrue(
        SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(Poll);
                return condition();
            },
            Limit),
        what);

    private static Dictionary<string, int> ProcessesOf(string output, string mark)
        => Regex.Matches(output, $@"^([a-z ]+[0-9]?): .*process ([0-9]+){mark}\r?$", RegexOptions.Multiline)
            .GroupBy(line => line.Groups[1].Value).ToDictionary(
                lines => lines.Key,
                lines => int.Parse(lines.Last().Groups[2].Value, CultureInfo.InvariantCulture));

    // A process id may have been given to somebody else meanwhile.
    private static bool IsOurs(int processId)
    {
        try
        {
            string line = File.ReadAllText($"/proc/{processId}/cmdline");
            return line.Contains("pulsegate") || line.Contains("epmd") || line.Contains("rabbit");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
