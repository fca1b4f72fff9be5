// The ingest, or a forwarder, as a process of its own: its time and memory can be told from those of the
// load, and it can be killed.

using System.Diagnostics;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Load;

/// <summary>A running `pulsegate ingest` or `pulsegate forward`. Dispose ends it.</summary>
internal sealed class IngestProcess : IDisposable
{
    private const int SignalTerminate = 15;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly string _readyMark;
    private readonly ManualResetEventSlim _ready = new();
    private string _said = "";

    private IngestProcess(Process process, string readyMark)
    {
        _process = process;
        _readyMark = readyMark;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Most memory that it has held, in MB; 0 when it has ended.</summary>
    public double MemoryPeakMegabytes => ProcessorTime.MegabytesPeakOf(_process.Id);

    /// <summary>True once it has ended, for whatever reason.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What it said last.</summary>
    public string LastLine => _said;

    /// <summary>Starts an ingest and returns when it has subscribed.</summary>
    public static IngestProcess Start(string settings, string database) => Launch(
        "ingest runs into", "ingest", "--settings", settings, "--database", database);

    /// <summary>Starts the forwarder of an edge and returns when it has subscribed.</summary>
    public static IngestProcess StartForwarder(string settings) => Launch(
        "forwarder runs at", "forward", "--settings", settings);

    // A session of its own: Ctrl-C on the terminal is for the one who started it, who stops it in its order.
    private static IngestProcess Launch(string readyMark, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "/usr/bin/setsid",
            [Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "pulsegate.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var ingest = new IngestProcess(Process.Start(start)!, readyMark);
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
        throw new CommandException($"{arguments[0]} did not start: {said}");
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
        if (line.StartsWith(_readyMark, StringComparison.Ordinal))
        {
            _ready.Set();
        }
    }
}
