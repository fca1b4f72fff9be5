// Goal and method as in BadInputTests.cs: values of the wrong kind or size, and an output that takes nothing.

using System.Diagnostics;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Cli;

public partial class BadInputTests
{
    // At 3 rows a second every rate comes out wrong.
    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.34)]
    [DataRow(0.11)]
    public void RecordingTooSlowForAPulse_IsOneLine(double interval)
    {
        string file = Path.Combine(_folder, "slow.csv");
        File.WriteAllLines(file, Enumerable.Range(0, 60)
            .Select(i => FormattableString.Invariant($"{i * interval:0.00},{i % 2}"))
            .Prepend("time_s,ppg"));
        StringAssert.Contains(
            Refused("slow", "replay", file, "--ir", "ppg"), "a pulse needs 10 rows a second or more");
    }

    [TestMethod]
    [DataRow("--seed must be a whole number up to 2147483647, not 'abc'", "simulate", "--seed", "abc")]
    [DataRow(
        "--seconds must be a whole number up to 2147483647, not '99999999999'", "monitor", "--seconds",
        "99999999999")]
    public void ValueOfTheWrongKind_SaysWhatIsWanted(string message, params string[] arguments)
        => StringAssert.Contains(Refused("kind", arguments), message);

    [TestMethod]
    public void OutputThatCannotBeWritten_IsOneLine()
    {
        var start = new ProcessStartInfo(
            "sh",
            ["-c", $"exec dotnet '{Path.Combine(AppContext.BaseDirectory, "pulsegate.dll")}' --help "
                + $">/dev/full"])
        {
            RedirectStandardError = true,
        };
        using Process command = Process.Start(start)!;
        string error = command.StandardError.ReadToEnd();
        command.WaitForExit();
        Assert.AreEqual(1, command.ExitCode);
        Assert.AreEqual("pulsegate: cannot be read or written: No space left on device", error.Trim());
    }

    // A file system of 1 MB that is full stands for a full disk; it needs the right to mount.
    [TestMethod]
    public void FullDisk_LosesNothingSilently_AndBalances()
    {
        if (Environment.UserName != "root")
        {
            Assert.Inconclusive("mounting a small file system needs root");
        }

        using var site = new SmallSite();
        string disk = Path.Combine(_folder, "disk");
        Directory.CreateDirectory(disk);
        Run("mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", disk);
        try
        {
            site.Broker.Kill();
            Directory.CreateDirectory(Path.Combine(disk, "flash"));
            File.WriteAllBytes(Path.Combine(disk, "ballast"), new byte[12 * 1024]);
            (int exitCode, string output, string error) = CommandProcess.Run(
                Limit, "gateway", "--unit", site.PathOf("unit"), "--store", Path.Combine(disk, "flash"),
                "--configuration",
                site.PathOf("gateway.json"), "--seconds", "15");
            if (exitCode == 0)
            {
                StringAssert.Contains(output, ": balanced");
            }
            else
            {
                Assert.AreEqual(1, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, error);
            }
        }
        finally
        {
            Run("umount", disk);
        }
    }
}
