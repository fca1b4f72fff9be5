// Goal: a site can be run from the documentation alone, without the demo. Method: the commands in
// docs/getting-started.md, cut out and run as they stand but for folder, port and time.

using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.EndToEnd;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Provisioning;

[TestClass]
public sealed class ProvisionCommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = LoopbackPort.Find();

    [TestCleanup]
    public void Cleanup()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [TestMethod]
    public void TheDocumentedSite_Runs_Rotates_AndRevokes()
    {
        string printed = string.Concat(Commands("provision").Select(RunToEnd));
        StringAssert.Contains(printed, "bed-1  key versions 1  certificate until 20");

        string[][] run = [.. Commands("run")];
        using Process broker = Process.Start(run[0][0], run[0][1..]);
        try
        {
            TestBackend.WaitFor(() => Accepts(_port));
            using CommandProcess ingest = CommandProcess.Start(run[1][1..]);
            TestBackend.WaitFor(() => ingest.Output.Contains("ingest runs") || Refused(ingest));
            StringAssert.Contains(RunToEnd(run[2]), ": balanced");
            SendDocumentedCommands(run[2]);
            Assert.AreEqual(0, ingest.Terminate(Limit), ingest.Error);
            StringAssert.Contains(ingest.Output, "quarantined 0");
            RenewAsDocumented(run);
        }
        finally
        {
            broker.Kill();
            broker.WaitForExit();
        }

        string later = string.Concat(Commands("later").Select(RunToEnd));
        StringAssert.Contains(later, "key version 3");
        StringAssert.Contains(
            RunToEnd(["./pulsegate", "provision", "list", "--station", Site("station")]), "revoked 20");
        AssertNothingSecret(printed + later);
    }

    private void RenewAsDocumented(string[][] run)
    {
        foreach (string[] command in Commands("renew"))
        {
            RunToEnd(command);
        }

        using CommandProcess ingest = CommandProcess.Start(run[1][1..]);
        using CommandProcess gateway = CommandProcess.Start(run[2][1..^2]);
        foreach (string[] command in Commands("renew command"))
        {
            // Until its boot record is there, a command is for the boot before.
            string output = "";
            TestBackend.WaitFor(() =>
            {
                (_, output, _) = CommandProcess.Run(Limit, [.. command[1..], "--wait", "10"]);
                return output.Contains($"bed-1: {command[3]}: done", StringComparison.Ordinal)
                    || output.Contains("refused: version must be 3", StringComparison.Ordinal);
            });
        }

        Assert.AreEqual(0, gateway.Terminate(Limit), gateway.Error);
        Assert.AreEqual(0, ingest.Terminate(Limit), ingest.Error);
        StringAssert.Contains(ingest.Output, "quarantined 0");
    }

    // The unit runs on while it is told things; the last one makes it start again.
    private void SendDocumentedCommands(string[] gatewayCommand)
    {
        using CommandProcess gateway = CommandProcess.Start(gatewayCommand[1..^2]);
        foreach (string[] command in Commands("command"))
        {
            string printed = "";
            TestBackend.WaitFor(() =>
            {
                // Until its boot record is there, a command is for the boot before.
                (int exitCode, printed, string error) =
                    CommandProcess.Run(Limit, [.. command[1..], "--wait", "10"]);
                return exitCode == 0;
            });
            StringAssert.Contains(printed, $"bed-1: {command[3]}: done");
        }

        TestBackend.WaitFor(() => gateway.Output.Contains("restarting as the backend asked"));
        TestBackend.WaitFor(() => gateway.Output.Split("gateway bed-1 runs").Length >= 3);
        (int refused, string output, string reason) = (0, "", "");
        TestBackend.WaitFor(() =>
        {
            string[] tooLow = [.. Commands("command").ElementAt(1)[1..]];
            tooLow[4] = "600";
            (refused, output, reason) = CommandProcess.Run(Limit, [.. tooLow, "--wait", "10"]);
            return output.Length > 0;
        });
        Assert.AreEqual(1, refused, reason);
        StringAssert.Contains(output, "refused: spo2Low limit must be 700 to 990");
        Assert.AreEqual(0, gateway.Terminate(Limit), gateway.Error);
        StringAssert.Contains(gateway.Output, "here I am");
    }

    [TestMethod]
    [DataRow("already", "init", "--station", "{station}")]
    [DataRow("not a device id", "new", "Bad_Id", "--station", "{station}", "--out", "{out}")]
    [DataRow("reserved", "new", "ingest-1", "--station", "{station}", "--out", "{out}")]
    [DataRow("not been provisioned", "revoke", "ward-9", "--station", "{station}")]
    [DataRow("not been provisioned", "rotate", "ward-9", "--station", "{station}", "--out", "{out}")]
    [DataRow("there is no", "list", "--station", "{out}")]
    [DataRow("not a backend name", "backend", "bed-1", "--station", "{station}", "--out", "{out}")]
    [DataRow("not an address", "broker", "--station", "{station}", "--out", "{out}", "--bind", "nowhere")]
    [DataRow("--port", "broker", "--station", "{station}", "--out", "{out}", "--port", "70000")]
    [DataRow("exists already", "new", "bed-1", "--station", "{station}", "--out", "{station}")]
    public void WhatCannotBeDone_IsOneLine_AndLeavesNothing(string expected, params string[] arguments)
    {
        RunToEnd(["./pulsegate", "provision", "init", "--station", Site("station")]);
        string before = File.ReadAllText(Site("station/devices.json"));
        string[] filled =
            [.. arguments.Select(a => a.Replace("{station}", Site("station")).Replace("{out}", Site("out")))];
        (int exitCode, string output, string error) = CommandProcess.Run(Limit, ["provision", .. filled]);

        Assert.AreNotEqual(0, exitCode, output);
        StringAssert.Contains(error, expected);
        Assert.AreEqual(1, error.Trim().Split('\n').Length, error);
        Assert.IsFalse(Directory.Exists(Site("out")));
        Assert.AreEqual(before, File.ReadAllText(Site("station/devices.json")));
    }

    [TestMethod]
    public void EverySecretFile_IsItsOwnersAlone()
    {
        foreach (string[] command in Commands("provision"))
        {
            RunToEnd(command);
        }

        foreach (string path in Directory.GetFiles(Site(""), "*", SearchOption.AllDirectories))
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path), path);
        }
    }

    // The broker needs a moment, and an ingest without one ends.
    private static bool Accepts(int port)
    {
        try
        {
            using var probe = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool Refused(CommandProcess ingest)
        => ingest.HasExited ? throw new AssertFailedException(ingest.Error) : false;

    private void AssertNothingSecret(string printed)
    {
        Assert.IsFalse(printed.Contains("PRIVATE KEY"));
        string identity = File.ReadAllText(Site("bed-1/identity.json"));
        foreach (string secret in identity.Split('"').Where(part => part.EndsWith('=')))
        {
            Assert.IsFalse(printed.Contains(secret), "a key was printed");
        }
    }

    private string Site(string name) => _folder["site/" + name];

    // The block of commands that follows a mark in the document.
    private IEnumerable<string[]> Commands(string mark)
    {
        string document = File.ReadAllText(ProjectFile.Find("docs/getting-started.md"));
        string block = document.Split($"<!-- site: {mark} -->\n```sh\n")[1].Split("```")[0];
        return block.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line
            .Replace("8883", _port.ToString())
            .Replace("--seconds 90", "--seconds 5")
            .Replace("site/", Site(""))   // last: the folder's name may hold any digits
            .Split(' '));
    }

    private static string RunToEnd(string[] command)
    {
        Assert.AreEqual("./pulsegate", command[0]);
        (int exitCode, string output, string error) = CommandProcess.Run(Limit, command[1..]);
        Assert.AreEqual(0, exitCode, string.Join(' ', command) + ": " + error);
        return output;
    }
}
