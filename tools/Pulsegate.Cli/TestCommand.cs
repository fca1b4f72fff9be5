// `test`: runs the suite with progress and ends with one line of counts. The slow part carries the category
// "Slow" and runs with --all.

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Pulsegate.Cli.Device;

namespace Pulsegate.Cli;

internal static class TestCommand
{
    private const string FuzzVariable = "PULSEGATE_FUZZ";   // read by ReaderFuzzTests
    private const string FuzzTest = "ReaderFuzzTests.AHundredThousandInputs_OrAsManyAsAskedFor";
    private const string ScreenshotVariable = "PULSEGATE_SCREENSHOTS";   // read by BrowserPage
    private const string CountsPrefix = "counts: ";                         // of a line that a test writes
    private const string ScreenshotTest = "PageStoryTests";
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    public static Command Create()
    {
        var all = new Option<bool>("--all")
            { Description = "everything, at most 60 minutes (default: at most 15)" };
        var filter =
            new Option<string?>("--filter") { Description = "only tests whose full name contains this" };
        var fuzz = new Option<int>("--fuzz")
        {
            Description = "only the readers of what comes from outside, with so many hostile inputs each",
            HelpName = "N",
        };
        var device = new Option<bool>("--device")
        {
            Description =
                "the device tests, on nanoclr (PATH or PULSEGATE_NANOCLR); without it they are skipped",
        };
        var screenshots = new Option<string?>("--screenshots")
        {
            Description = "only the stories of the demo's page, with a picture of each in this folder",
            HelpName = "FOLDER",
        };
        var command = new Command("test", "run the tests; ends with 'N passed, N failed, N skipped'")
        {
            all, filter, fuzz, device, screenshots,
        };
        command.SetAction(result =>
        {
            if (result.GetValue(device))
            {
                return DeviceTests.Run();
            }

            if (result.GetValue(screenshots) is { } folder)
            {
                string path = Directory.CreateDirectory(folder).FullName;
                Environment.SetEnvironmentVariable(ScreenshotVariable, path);
                return Run(isAll: true, ScreenshotTest);
            }

            int inputs = result.GetValue(fuzz);
            if (inputs < 0)
            {
                throw new CommandException("--fuzz must not be negative");
            }

            if (inputs == 0)
            {
                return Run(result.GetValue(all), result.GetValue(filter));
            }

            Environment.SetEnvironmentVariable(FuzzVariable, inputs.ToString(CultureInfo.InvariantCulture));
            return Run(isAll: true, FuzzTest);
        });
        return command;
    }

    private static int Run(bool isAll, string? filter)
    {
        string results = Path.Combine(Path.GetTempPath(), "pulsegate-test-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(results);
        try
        {
            int exitCode = RunTests(isAll, filter, results);
            return Report(results, exitCode);
        }
        finally
        {
            Directory.Delete(results, recursive: true);
        }
    }

    private static int RunTests(bool isAll, string? filter, string results)
    {
        var start =
            new ProcessStartInfo("dotnet") { UseShellExecute = false, WorkingDirectory = ProjectFolder.Root };
        string[] arguments =
        [
            "test", ProjectFolder.Path("tests", "bin", "Release", "net10.0", "Pulsegate.Tests.dll"),
            "--logger", "trx", "--logger", "console;verbosity=normal", "--results-directory", results,
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        string expression = isAll ? "" : "TestCategory!=Slow";
        if (filter is { Length: > 0 })
        {
            expression += (expression.Length > 0 ? "&" : "") + "FullyQualifiedName~" + filter;
        }

        if (expression.Length > 0)
        {
            start.ArgumentList.Add("--filter");
            start.ArgumentList.Add(expression);
        }

        using Process process = Process.Start(start)
            ?? throw new CommandException("dotnet could not be started");
        process.WaitForExit();
        return process.ExitCode;
    }

    // What a test has counted belongs into the output also when it has passed.
    private static void ShowCounts(XElement test)
    {
        foreach (string line in test.Descendants(Trx + "StdOut").SelectMany(text => text.Value.Split('\n')))
        {
            if (line.StartsWith(CountsPrefix, StringComparison.Ordinal))
            {
                Console.WriteLine(line.TrimEnd());
            }
        }
    }

    private static int Report(string results, int exitCode)
    {
        int passed = 0, failed = 0, skipped = 0;
        foreach (string file in Directory.EnumerateFiles(results, "*.trx"))
        {
            foreach (XElement test in XDocument.Load(file).Descendants(Trx + "UnitTestResult"))
            {
                switch ((string?)test.Attribute("outcome"))
                {
                    case "Passed":
                        passed++;
                        ShowCounts(test);
                        break;
                    case "NotExecuted" or "Inconclusive":
                        skipped++;
                        string reason = (string?)test.Descendants(Trx + "Message").FirstOrDefault()
                            ?? "no reason given";
                        Console.WriteLine($"skipped: {(string?)test.Attribute("testName")}: "
                            + $"{reason.ReplaceLineEndings(" ")}");
                        break;
                    default:
                        failed++;
                        Console.WriteLine($"failed: {(string?)test.Attribute("testName")}");
                        break;
                }
            }
        }

        // A host that crashed leaves no count of what it did not run: that is a failure, whatever had passed.
        if (exitCode != 0 && failed == 0)
        {
            failed = 1;
            Console.WriteLine("failed: the test host ended before its end");
        }

        Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
        return failed == 0 && passed > 0 ? 0 : 1;
    }
}
