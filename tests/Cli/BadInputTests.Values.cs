// Goal and method as in BadInputTests.cs: values of the wrong kind or size, and an output that takes nothing.

using System.Diagnostics;

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
}
