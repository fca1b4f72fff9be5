// The ingest as a process of its own, so that its time and memory can be told from those of the load.

using System.Diagnostics;
using System.Globalization;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Load;

/// <summary>A running `pulsegate ingest`. Dispose ends it.</summary>
internal sealed class IngestProcess : IDisposable
{
    private const int SignalTerminate = 15;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly ManualResetEventSlim _ready = new();
    private string _said = "";

    private IngestProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Most memory that it has held, in MB; 0 when it has ended.</summary>
    public double MemoryPeakMegabytes
    {
        get
        {
            string? line = File.ReadLines($"/proc/{_process.Id}/status")
                .FirstOrDefault(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line.Split(' ', '\t')[^2], CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <summary>True once it has ended, for whatever reason.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it said last.</summary>
    public string LastLine => _said;

    /// <summary>Starts it and returns when it has subscribed.</summary>
    public static IngestProcess Start(string settings, string database)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!,
            [Path.Combine(AppContext.BaseDirectory, "pulsegate.dll"), "ingest", "--settings", settings, "--database", database])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var ingest = new IngestProcess(Process.Start(start)!);
        var elapsed = Stopwatch.StartNew();
        while (!ingest.HasEnded && elapsed.Elapsed < StartLimit)
        {
            if (ingest._ready.Wait(PollTime))
            {
                return ingest;
            }
        }

        string said = ingest._said;
        ingest.Dispose();
        throw new CommandException($"the ingest did not start: {said}");
    }

    /// <summary>Ends it as a crash would.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
    }

    /// <summary>Ends it in good order; true when it had stored all that it had taken.</summary>
    public bool Stop()
    {
        if (!_process.HasExited)
        {
            _ = NativeSignal.Send(_process.Id, SignalTerminate);
        }

        if (!_process.WaitForExit(StopLimit))
        {
            Kill();
        }

        return _process.ExitCode == 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        _said = line;
        if (line.StartsWith("ingest runs into", StringComparison.Ordinal))
        {
            _ready.Set();
        }
    }
}
