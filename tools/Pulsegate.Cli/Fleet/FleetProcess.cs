// The other end of FleetPart: a process with some of the fleet's units.

using System.Diagnostics;
using System.Text.Json;

namespace Pulsegate.Cli.Fleet;

/// <summary>A running part. Dispose ends it.</summary>
internal sealed class FleetProcess : IDisposable
{
    // Units are hundreds of threads, the broker is one: a machine that is too small for both is to make units
    // late, which they declare, and not to starve the backend.
    private const string Niceness = "10";

    private readonly Process _process;
    private readonly Task _reading;
    private FleetReport _last = new(0, 0, 0, 0, 0);

    /// <summary>Starts it.</summary>
    public FleetProcess(FleetPlan plan)
    {
        string[] arguments =
        [
            "-n", Niceness, Environment.ProcessPath!, Path.Combine(AppContext.BaseDirectory, "pulsegate.dll"),
            FleetPart.Name, JsonSerializer.Serialize(plan),
        ];
        var start = new ProcessStartInfo("/usr/bin/nice", arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };

        // Twenty processes compile the same code, and none runs for days: no second, guided compilation.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        _process = Process.Start(start)!;
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
