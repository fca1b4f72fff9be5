// Goal: a fleet loses nothing and stores nothing twice, whatever is killed under it. Method: the command
// itself, with real firmware, broker, ingest and PostgreSQL; what the units say against what the database
// has.

using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.EndToEnd;

[TestClass]
public sealed class FleetTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(9);

    [TestMethod]
    [TestCategory("Slow")]
    public void AFleetUnderWhichEverythingIsKilled_Balances()
    {
        SharedPostgres.RequireInstalled();
        (int exitCode, string output, string error) = CommandProcess.Run(
            Limit, "fleet", "--gateways", "12", "--minutes", "0.6", "--seed", "3", "--faults");

        Assert.AreEqual(0, exitCode, output + error);
        foreach (string part in new[] { "ingest", "broker", "database" })
        {
            StringAssert.Contains(output, part + " is back");
        }

        Match balance = Regex.Match(output,
            @"(\d+) produced, (\d+) in the database, 0 waiting.* 0 lost, 0 duplicated");
        Assert.IsTrue(balance.Success, output);
        Assert.IsTrue(long.Parse(balance.Groups[1].Value) > 12 * 10, output);
        Assert.AreEqual(balance.Groups[1].Value, balance.Groups[2].Value);
        StringAssert.Contains(output, "% of the seconds have a reading");
        StringAssert.Contains(output, "cost: units ");
    }

    [TestMethod]
    public void MoreUnitsThanTheBrokerMayHaveFiles_IsOneLine()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "pulsegate.dll");
        using Process shell = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", $"ulimit -n 600 && exec dotnet '{program}' fleet --gateways 550"])
        {
            RedirectStandardError = true,
        })!;
        string error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.AreEqual(1, shell.ExitCode);
        StringAssert.Contains(error, "550 units need 650 open files in the broker, the limit is 600");
    }

    [TestMethod]
    [DataRow("--gateways", "0")]
    [DataRow("--gateways", "1000000")]
    [DataRow("--minutes", "0")]
    [DataRow("--minutes", "NaN")]
    public void SizesThatMakeNoSense_AreOneLine(string option, string value)
    {
        (int exitCode, _, string error) = CommandProcess.Run(Limit, "fleet", option, value);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(error, "--gateways is 1 to");
    }
}
