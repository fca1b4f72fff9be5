using System.Diagnostics;
using System.Text;

namespace Pulsegate.Tests.EndToEnd;

/// <summary>A command of the CLI as a process of its own, so that it can be killed.</summary>
internal sealed class CommandProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private CommandProcess(Process process) => _process = process;

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public static CommandProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "pulsegate.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var command = new CommandProcess(Process.Start(start)!);
        command._process.OutputDataReceived += (_, line) => Append(command._output, line.Data);
        command._process.ErrorDataReceived += (_, line) => Append(command._error, line.Data);
        command._process.BeginOutputReadLine();
        command._process.BeginErrorReadLine();
        return command;
    }

    /// <summary>Runs a command to its end.</summary>
    public static (int ExitCode, string Output, string Error) Run(TimeSpan limit, params string[] arguments)
    {
        using CommandProcess command = Start(arguments);
        int exitCode = command.WaitForExit(limit);
        return (exitCode, command.Output, command.Error);
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Kills it with all that it has started.</summary>
    public void KillTree()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>Asks it to end in good order.</summary>
    public int Terminate(TimeSpan limit)
    {
        using (Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]))
        {
            kill.WaitForExit();
        }

        return WaitForExit(limit);
    }

    public int WaitForExit(TimeSpan limit)
    {
        if (!_process.WaitForExit(limit))
        {
            _process.Kill();
            Assert.Fail($"did not end within {limit}; output: {Output} {Error}");
        }

        _process.WaitForExit();
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

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }
}
