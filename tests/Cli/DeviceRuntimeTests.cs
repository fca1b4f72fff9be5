// Goal: a run on the device's runtime is counted right, which itself ends with 0 whatever happens. Method:
// canned output in the launcher's form, also behind a script that stands for the runtime; the vectors of
// arithmetic as nanoCLR printed them.

using System.Diagnostics;
using Pulsegate.Cli.Device;
using Pulsegate.Tests.Device;

namespace Pulsegate.Tests.Cli;

[TestClass]
[DoNotParallelize]
public sealed class DeviceRuntimeTests
{
    private static readonly string[] Lines =
    [
        "Loading nanoCLR", "cost loop 1000 50", "Test passed,A.B.Cost_OfALoop.0,123", "vector begin V", "x 1",
            "Test", "vector end",
        "Test passed,A.B.V.0,9", "Test failed,A.B.Bad.0,Assert.AreEqual failed. 1, 2",
            "Test skipped,A.B.No.0,no HMAC here",
        "vector begin W", "cut",
    ];

    [TestMethod]
    public void Report_CountsResults_VectorsAndCosts_AndBelievesNoVectorThatWasCut()
    {
        DeviceReport report = DeviceReport.Read(Lines);
        CollectionAssert.AreEqual(new[] { "A.B.Cost_OfALoop.0", "A.B.V.0" }, report.Passed);
        Assert.AreEqual(("A.B.Bad.0", "Assert.AreEqual failed. 1, 2"), report.Failed.Single());
        Assert.AreEqual(("A.B.No.0", "no HMAC here"), report.Skipped.Single());
        CollectionAssert.AreEqual(new[] { "x 1", "Test" }, report.Vectors["V"]);
        Assert.HasCount(1, report.Vectors);
        Assert.AreEqual(("loop", 1000L, 50L), report.Costs.Single());
    }

    [TestMethod]
    public void Difference_IsNamedByItsLine()
    {
        Assert.IsNull(DeviceTests.FirstDifference(["a", "b"], ["a", "b"]));
        Assert.AreEqual("line 2: .NET prints 'b', the device 'c'",
            DeviceTests.FirstDifference(["a", "b"], ["a", "c"]));
        Assert.AreEqual("line 2: .NET prints 'b', the device 'nothing'",
            DeviceTests.FirstDifference(["a", "b"], ["a"]));
    }

    [TestMethod]
    public void MissingPackages_AreOneLine()
    {
        const string Restore = """
            /x/a.csproj : error NU1101: Unable to find package nanoFramework.M2Mqtt. No packages exist with this id in source(s): one
            /x/b.csproj : error NU1102: Unable to find package nanoFramework.Json with version (>= 2.2.213)
            """;
        string said = DeviceBuild.Explain(Restore);
        StringAssert.StartsWith(said,
            "not built: nanoFramework.Json, nanoFramework.M2Mqtt: no package source in use has them. Next: ");
        Assert.AreEqual(1, said.Split('\n').Length);
        StringAssert.Contains(
            DeviceBuild.Explain("/x/a.csproj : error MSB4236: The SDK 'nanoFramework.NET.Sdk' specified "
                + "could not be found."),
            "not built: nanoFramework.NET.Sdk: ");
        Assert.AreEqual(
            "not built: CS1002: ; expected",
                DeviceBuild.Explain("/x/A.cs(1,2): error CS1002: ; expected [/x/a.csproj]\n"));
    }

    [TestMethod]
    public void RuntimeThatIsMissing_SkipsAll_AndSaysHowToGetIt()
    {
        (int exitCode, string output) = Run("/nowhere/nanoclr", "");
        Assert.AreEqual(0, exitCode);
        StringAssert.Contains(
            output, "nanoclr is missing (dotnet tool install -g nanoclr, or set PULSEGATE_NANOCLR to it)");
        StringAssert.Matches(
            output, new System.Text.RegularExpressions.Regex("0 passed, 0 failed, [1-9][0-9]* skipped"));
    }

    [TestMethod]
    public void RuntimeThatEndsInTheMiddle_HasFailed_ThoughItSaysZero()
    {
        string folder = Directory.CreateTempSubdirectory("pulsegate-device-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "NFUnitTest.pe"), "");
            string runtime = Path.Combine(folder, "nanoclr");
            File.WriteAllText(runtime, "#!/bin/sh\necho 'Test passed,A.B.Crc32_HasItsCheckValue.0,1'\n");
            File.SetUnixFileMode(
                runtime, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            (int exitCode, string output) = Run(runtime, folder);
            Assert.AreEqual(1, exitCode);
            StringAssert.Contains(
                output, "failed: Gateway_PrintsTheLinesOfDotNet: did not run: the runtime ended before it");
            StringAssert.Contains(output, "1 passed, 17 failed, 0 skipped");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Recorded 2026-11-21 from nf-interpreter main of 2026-07-24, POSIX host.
    [TestMethod]
    public void Arithmetic_PrintsTheLinesOfNanoClr()
    {
        TextWriter console = Console.Out;
        using var captured = new StringWriter { NewLine = "\n" };
        Console.SetOut(captured);
        try
        {
            ArithmeticVectors.Run();
        }
        finally
        {
            Console.SetOut(console);
        }

        CollectionAssert.AreEqual(
            RecordedLines.Read("ArithmeticVectors.nanoclr.txt"),
            captured.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static (int ExitCode, string Output) Run(string runtime, string tests)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "pulsegate.dll"), "test", "--device"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["PULSEGATE_NANOCLR"] = runtime;
        start.Environment["PULSEGATE_DEVICE_TESTS"] = tests;
        start.Environment["PULSEGATE_ROOT"] = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(RecordedLines.PathOf("RecordedLines.cs"))!, "..", ".."));
        using Process test = Process.Start(start)!;
        string output = test.StandardOutput.ReadToEnd();
        test.WaitForExit();
        return (test.ExitCode, output);
    }
}
