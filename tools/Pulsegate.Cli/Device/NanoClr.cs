// The platform's own runtime as a program of this machine. It ends with 0 whatever happens and does not end
// at all while a thread lives, so what counts is what it prints, and it has a limit.

using System.Diagnostics;
using Pulsegate.Cli.Field;

namespace Pulsegate.Cli.Device;

/// <summary>Finds the runtime and the device tests, and runs them.</summary>
internal sealed class NanoClr
{
    private const string RuntimeVariable = "PULSEGATE_NANOCLR", TestsVariable = "PULSEGATE_DEVICE_TESTS";
    private const string TestAssembly = "NFUnitTest.pe";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    // The launcher and the framework come right behind the base library, the tests last.
    private static readonly string[] First =
        ["mscorlib.pe", "nanoFramework.UnitTestLauncher.pe", "nanoFramework.TestFramework.pe"];
    private static readonly string[] Last =
        ["Pulsegate.OnDevice.Drivers.pe", "Pulsegate.OnDevice.Firmware.pe", "Pulsegate.OnDevice.Display.pe",
            "Pulsegate.OnDevice.Signing.pe", TestAssembly];

    private readonly string _path;

    private NanoClr(string path) => _path = path;

    /// <summary>Why there is none.</summary>
    public static string MissingText =>
        $"nanoclr is missing (dotnet tool install -g nanoclr, or set {RuntimeVariable} to it)";

    /// <summary>Finds it by PULSEGATE_NANOCLR or on PATH.</summary>
    /// <returns>Null when there is none.</returns>
    public static NanoClr? Find()
        => ToolFinder.Find("nanoclr", RuntimeVariable) is { } path ? new NanoClr(path) : null;

    /// <summary>Builds the device tests, unless PULSEGATE_DEVICE_TESTS names a folder with them, and runs
    /// them.</summary>
    /// <returns>Each line that the tests printed.</returns>
    /// <exception cref="CommandException">They could not be built or started: one line.</exception>
    public string[] Run()
    {
        string folder = Environment.GetEnvironmentVariable(TestsVariable) is { Length: > 0 } named
            ? named : Build();
        if (!File.Exists(Path.Combine(folder, TestAssembly)))
        {
            throw new CommandException(
                $"there is no {TestAssembly} in {folder}: build the device tests first");
        }

        var start = new ProcessStartInfo(_path, ["run", "--assemblies", .. InOrder(folder)])
        {
            RedirectStandardOutput = true,
        };
        var lines = new List<string>();
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                lines.Add(text);
            }
        };
        process.BeginOutputReadLine();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            lines.Add($"nanoclr did not end within {Limit.TotalSeconds:0} s");
        }

        process.WaitForExit();
        return [.. lines];
    }

    private static IEnumerable<string> InOrder(string folder)
    {
        string[] all = [.. Directory.GetFiles(folder, "*.pe").Select(path => Path.GetFileName(path)!)];
        IEnumerable<string> libraries = all.Except(First).Except(Last).Order(StringComparer.Ordinal);
        return First.Concat(libraries).Concat(Last).Where(all.Contains)
            .Select(name => Path.Combine(folder, name));
    }

    private static string Build()
    {
        DeviceBuild.Run(ProjectFolder.Path("tests", "OnDevice", "Pulsegate.OnDevice.csproj"));
        return ProjectFolder.Path("tests", "OnDevice", "bin", "Release", "netnano1.0");
    }
}
