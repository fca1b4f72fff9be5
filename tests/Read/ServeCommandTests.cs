// Goal: the read API is run by two commands. Method: both as processes of their own, real HTTP, SIGTERM.

using System.Text.RegularExpressions;
using Pulsegate.Tests.EndToEnd;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class ServeCommandTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [TestMethod]
    public void ATokenThatTheCommandMade_OpensTheApiThatTheCommandRuns()
    {
        using var fixture = new ReadFixture();
        fixture.Commit(Records.Vitals(1));
        (int exitCode, string output, string error) = CommandProcess.Run(
            Limit, "token", "add", "ward.desk", "--role", "viewer", "--access", fixture.AccessFile);
        Assert.AreEqual(0, exitCode, error);
        string token = output.Trim();

        using CommandProcess serve = CommandProcess.Start(
            "serve", "--database", fixture.DatabaseFile, "--access", fixture.AccessFile, "--port", "0");
        Match address = Match.Empty;
        Assert.IsTrue(
            SpinWait.SpinUntil(
                () => serve.HasExited
                    || (address = Regex.Match(serve.Output, @"http://127\.0\.0\.1:\d+")).Success, Limit),
            serve.Error);
        using var client = new HttpClient { Timeout = Limit };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        StringAssert.Contains(client.GetStringAsync($"{address.Value}/v1/devices/ward-1/readings").Result,
            "97.1");
        Assert.AreEqual(0, serve.Terminate(Limit), serve.Error);

        StringAssert.Contains(
            CommandProcess.Run(Limit, "token", "list", "--access",
                fixture.AccessFile).Output, "ward.desk viewer");
        Assert.AreEqual(0, CommandProcess.Run(
            Limit, "token", "revoke", "ward.desk", "--access", fixture.AccessFile).ExitCode);
        var noted = ReadFixture.Sql(
            fixture.AccessFile,
            "select token, action, query, outcome from audit where action like 'token %' order by id");
        CollectionAssert.AreEqual(
            new[] { "token add ward.desk Viewer allowed", "token revoke ward.desk allowed" },
            noted.Select(row => $"{row["action"]} {row["query"]} {row["outcome"]}").ToArray());
        Assert.AreEqual($"command line, {Environment.UserName}", noted[0]["token"]);
        Assert.AreEqual(1, CommandProcess.Run(Limit, "token", "add", "x", "--role", "7", "--access",
            fixture.AccessFile).ExitCode);
    }
}
