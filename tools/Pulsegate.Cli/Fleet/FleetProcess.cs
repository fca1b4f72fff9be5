// The other end of FleetPart: a process with some of the fleet's units.

using System.Diagnostics;
using System.Text.Json;

namespace Pulsegate.Cli.Fleet;

/// <summary>A running part. Dispose ends it.</summary>
internal sealed class FleetProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private FleetReport _last = new(0, 0, 0, 0, null);

    /// <summary>Starts it.</summary>
    public FleetProcess(string folder, int first, int count, int port, int seconds, int seed)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "pulsegate.dll"), FleetPart.Name, folder,
            .. new[] { first, count, port, seconds, seed }.Select(number => number.ToString()),
        ];
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, line) => Error = line.Data ?? Error;
        _process.BeginErrorReadLine();
        _reading = Task.Run(Read);
    }

    /// <summary>True when it has ended and said its last.</summary>
    public bool HasEnded => _reading.IsCompleted && _process.HasExited;

    /// <summary>What it said last.</summary>
    public FleetReport Last => Volatile.Read(ref _last);

    /// <summary>Its last line of complaint.</summary>
    public string Error { get; private set; } = "";

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Read()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith('{'))
            {
                Volatile.Write(ref _last, JsonSerializer.Deserialize<FleetReport>(line)!);
            }
        }
    }
}
