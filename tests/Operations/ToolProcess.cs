using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Operations;

/// <summary>An independent tool as a process: what it prints, and its end.</summary>
internal sealed class ToolProcess : IDisposable
{
    internal static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private const int SignalTerminate = 15;
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ToolProcess(Process process) => _process = process;

    internal string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    internal bool HasExited => _process.HasExited;

    /// <summary>Where the launcher has put the npm packages of these tests; the test is skipped where it has
    /// not.</summary>
    internal static string PackageFolder()
    {
        string folder = Path.Combine(
            Path.GetDirectoryName(ProjectFile.Find("Pulsegate.slnx"))!, ".build", "operations");
        if (!File.Exists(Path.Combine(folder, "package-lock.json")))
        {
            Assert.Inconclusive("the tools are not installed: ./pulsegate test does, with npm");
        }

        return folder;
    }

    /// <summary>A file beside the tests' sources.</summary>
    internal static string Source(string name) => ProjectFile.Find($"tests/Operations/Tools/{name}");

    internal static ToolProcess Start(string program, params string[] arguments)
        => Start([], program, arguments);

    /// <summary>Starts a program with variables of its environment.</summary>
    internal static ToolProcess Start(
        Dictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var tool = new ToolProcess(Process.Start(start)!);
        tool._process.OutputDataReceived += (_, line) => tool.Hear(line.Data);
        tool._process.ErrorDataReceived += (_, line) => tool.Hear(line.Data);
        tool._process.BeginOutputReadLine();
        tool._process.BeginErrorReadLine();
        return tool;
    }

    /// <summary>Runs a tool to its end.</summary>
    internal static (int ExitCode, string Output) Run(string input, string program, params string[] arguments)
    {
        using ToolProcess tool = Start(program, arguments);
        tool._process.StandardInput.Write(input);
        tool._process.StandardInput.Close();
        Assert.IsTrue(tool._process.WaitForExit(Limit), $"{program} did not end");
        tool._process.WaitForExit();
        return (tool._process.ExitCode, tool.Output);
    }

    /// <summary>Waits until it has printed something.</summary>
    internal Match WaitFor(string pattern)
    {
        Match match = Match.Empty;
        Wait.Until(() => (match = Regex.Match(Output, pattern, RegexOptions.Multiline)).Success || HasExited,
            () => $"no {pattern} in {Output}");
        Assert.IsTrue(match.Success, Output);
        return match;
    }

    /// <summary>SIGTERM, and its exit code.</summary>
    internal int Terminate(TimeSpan limit)
    {
        _ = NativeSignal.Send(_process.Id, SignalTerminate);
        Assert.IsTrue(_process.WaitForExit(limit), $"did not end within {limit}: {Output}");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
