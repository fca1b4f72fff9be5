// nanoff, the platform's own flashing tool, as a process with a limit. Its word is not enough: it has said OK
// for what was not flashed and for files that were not written, so whoever runs it looks for himself
// afterwards.

using System.ComponentModel;
using System.Diagnostics;

namespace Pulsegate.Cli.Field;

/// <summary>Runs nanoff.</summary>
/// <param name="executable">Its path.</param>
/// <param name="firstArguments">What comes before its own arguments.</param>
internal sealed class NanoffTool(string executable, params string[] firstArguments)
{
    private const string Variable = "PULSEGATE_NANOFF";
    private const int PollMs = 100;
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];

    /// <summary>Finds it by PULSEGATE_NANOFF or on PATH.</summary>
    public static NanoffTool Find()
    {
        return ToolFinder.Find("nanoff", Variable) is { } found
            ? new NanoffTool(found)
            : throw new CommandException(
                "nanoff is missing: dotnet tool install -g nanoff (without internet: add --add-source FOLDER "
                    + "with its package); "
                + $"or set {Variable} to it");
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="step">Told what it prints.</param>
    /// <param name="arguments">Its arguments; never a secret.</param>
    /// <exception cref="IOException">It failed, reported an error, or went over the limit: one
    /// line.</exception>
    public void Run(JourneyStep step, params string[] arguments)
    {
        _output.Clear();
        using Process process = Start(arguments);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!process.WaitForExit(PollMs))
            {
                step.Tell(Last());
                if (step.IsOver)
                {
                    throw new IOException($"nanoff did not end in time; it last said: {Last()}");
                }
            }

            step.RequireGoing();   // Ctrl-C ends both
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.WaitForExit();
        }

        string? error;
        lock (_gate)
        {
            // For a file that could not be written it reports an error and ends with 0.
            error = _output.FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase)
                || line.Contains("exception", StringComparison.OrdinalIgnoreCase));
        }

        if (process.ExitCode != 0 || error is not null)
        {
            throw new IOException($"nanoff ended with {process.ExitCode}: {error ?? Last()}");
        }
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(executable, [.. firstArguments, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new IOException($"{executable} cannot be started: {exception.Message}", exception);
        }
    }

    private void Keep(string? line)
    {
        if (line is { } text && text.Trim().Length > 0)
        {
            lock (_gate)
            {
                _output.Add(text.Trim());
            }
        }
    }

    private string Last()
    {
        lock (_gate)
        {
            return _output.Count > 0 ? _output[^1] : "nothing";
        }
    }
}
