// Goal: a broker whose address changes, and a name that is gone for a while, are followed from one connection
// to the next. Method: a gateway process in a mount namespace of its own, whose /etc/hosts is the test's;
// glibc reads it at every look-up, so the name moves when the test says.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.EndToEnd;

[TestClass]
public sealed class MovingNameTests
{
    private const string Name = "broker.test";   // RFC 6761: never in the DNS
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    [TestMethod]
    public void ANameThatMoves_AndOneThatIsGone_AreFollowed()
    {
        RequireNamespaces();
        using var backend = new TestBackend();
        backend.AddDevice("ward-a");
        backend.Broker.Dispose();
        backend.Station.NewBroker(backend.Folder["broker"], Name);
        string hosts = backend.Folder["hosts"];
        void Point(string line) => File.WriteAllText(hosts, line + "\n");
        File.WriteAllText(backend.Folder["gateway.json"], JsonSerializer.Serialize(
            new { brokerHost = Name, brokerPort = backend.Port, commitIntervalSeconds = 10 }));

        Point("# nobody");
        using MosquittoBroker first =
            MosquittoBroker.Start(backend.Configuration with { BindAddress = "127.0.0.1" });
        using Process gateway = Start(backend, hosts);
        var complaints = new ConcurrentQueue<string>();
        gateway.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("name cannot be resolved", StringComparison.Ordinal) == true)
            {
                complaints.Enqueue(line.Data);
            }
        };
        gateway.BeginErrorReadLine();
        try
        {
            string log = backend.Configuration.LogPath;
            WaitForComplaints(complaints, 1);
            Assert.IsFalse(gateway.HasExited);
            Point($"127.0.0.1 {Name}");
            WaitForConnections(log, 1);

            first.Dispose();
            Point("# nobody");
            WaitForComplaints(complaints, complaints.Count + 1);
            Assert.IsFalse(gateway.HasExited);

            // The broker comes back under another address, and the name follows.
            Point($"127.0.0.2 {Name}");
            using MosquittoBroker second =
                MosquittoBroker.Start(backend.Configuration with { BindAddress = "0.0.0.0" });
            WaitForConnections(log, 1);
            Assert.IsTrue(
                File.ReadAllLines(log).Any(line => line.Contains("ward-a")), "the unit's own certificate");
        }
        finally
        {
            gateway.Kill(entireProcessTree: true);
            gateway.WaitForExit();
        }
    }

    private static void WaitForComplaints(ConcurrentQueue<string> complaints, int count)
        => Assert.IsTrue(
            SpinWait.SpinUntil(() => complaints.Count >= count, Limit),
            "the unit did not say that the name is gone");

    private static void WaitForConnections(string log, int count)
        => Assert.IsTrue(
            SpinWait.SpinUntil(
                () =>
                {
                    Thread.Sleep(100);
                    return File.Exists(log) && File.ReadAllLines(log)
                        .Count(line => line.Contains("as ward-a")) >= count;
                },
                Limit),
            "the unit did not connect");

    private static Process Start(TestBackend backend, string hosts)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "pulsegate.dll");
        string unit = backend.Folder["ward-a"];
        string script =
            $"mount --bind '{hosts}' /etc/hosts && exec dotnet '{program}' gateway --unit '{unit}' "
            + $"--store '{backend.Folder["flash"]}' --configuration '{backend.Folder["gateway.json"]}'";
        return Process.Start(
            new ProcessStartInfo("unshare", ["--mount", "sh", "-c", script])
                { RedirectStandardError = true })!;
    }

    private static void RequireNamespaces()
    {
        try
        {
            using Process probe = Process.Start(
                new ProcessStartInfo("unshare", ["--mount", "mount", "--bind", "/etc/hosts", "/etc/hosts"])
                {
                    RedirectStandardError = true,
                })!;
            probe.StandardError.ReadToEnd();
            probe.WaitForExit();
            if (probe.ExitCode == 0)
            {
                return;
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // No such program.
        }

        Assert.Inconclusive("needs a mount namespace (root)");
    }
}
