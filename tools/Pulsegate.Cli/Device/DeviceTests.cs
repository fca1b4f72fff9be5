// `test --device`: the same sources on the device's own runtime. A test counts as passed when the launcher
// says so and, if it prints vectors, every line is the one that .NET prints.

using System.Text.RegularExpressions;

namespace Pulsegate.Cli.Device;

internal static partial class DeviceTests
{
    /// <summary>Runs them, or says why not.</summary>
    /// <returns>0 when all that ran passed.</returns>
    public static int Run()
    {
        string[] expected = Expected();
        if (NanoClr.Find() is not { } runtime)
        {
            Console.WriteLine($"{NanoClr.MissingText}: the device tests are skipped");
            Console.WriteLine($"0 passed, 0 failed, {expected.Length} skipped");
            return 0;
        }

        DeviceReport report = DeviceReport.Read(runtime.Run());
        int failed = 0;
        foreach ((string name, string message) in report.Failed.Concat(NotRun(expected, report))
            .Concat(Differing(report)))
        {
            failed++;
            Console.WriteLine($"failed: {name}: {message}");
        }

        foreach ((string name, string message) in report.Skipped)
        {
            Console.WriteLine($"skipped: {name}: {message}");
        }

        Console.WriteLine($"{report.Vectors.Values.Sum(lines => lines.Length)} lines of "
            + $"{report.Vectors.Count} vectors "
            + "compared with .NET");
        int passed = report.Passed.Count - Differing(report).Count();
        Console.WriteLine($"{passed} passed, {failed} failed, {report.Skipped.Count} skipped");
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    /// <summary>Where two lists of lines part; null when they are the same.</summary>
    internal static string? FirstDifference(string[] dotNet, string[] device)
    {
        for (int i = 0; i < Math.Max(dotNet.Length, device.Length); i++)
        {
            string left = i < dotNet.Length ? dotNet[i] : "nothing";
            string right = i < device.Length ? device[i] : "nothing";
            if (left != right)
            {
                return $"line {i + 1}: .NET prints '{left}', the device '{right}'";
            }
        }

        return null;
    }

    private static IEnumerable<(string, string)> NotRun(string[] expected, DeviceReport report)
    {
        string[] ran =
        [
            .. report.Passed, .. report.Failed.Select(test => test.Name),
                .. report.Skipped.Select(test => test.Name),
        ];
        return expected.Where(name => !ran.Any(test => test.Contains($".{name}.", StringComparison.Ordinal)))
            .Select(name => (name, "did not run: the runtime ended before it"));
    }

    private static IEnumerable<(string, string)> Differing(DeviceReport report)
    {
        DotNetVectors? dotNet = null;
        foreach ((string name, string[] lines) in report.Vectors)
        {
            dotNet ??= new DotNetVectors();
            if (FirstDifference(dotNet.Run(name), lines) is { } difference)
            {
                yield return (name, difference);
            }
        }
    }

    private static string[] Expected()
        => [.. Directory.GetFiles(ProjectFolder.Path("tests", "OnDevice"), "*Tests.cs")
            .SelectMany(file => TestMethod().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"\[TestMethod\]\s+public static void (\w+)")]
    private static partial Regex TestMethod();
}
