// `simulate`: gateway, network and backend in virtual time, with faults drawn by seed. Ctrl-C ends it at
// once, with what it had.

using System.CommandLine;
using System.Globalization;
using Pulsegate.Virtual.Simulation;

namespace Pulsegate.Cli;

internal static class SimulateCommand
{
    private const int SeedCountMax = 1_000_000;
    private const int DaysMax = 3650;
    private const int InterruptedExitCode = 130;   // as a shell counts Ctrl-C

    public static Command Create()
    {
        var seed = new Option<int?>("--seed") { Description = "one seed", HelpName = "N" };
        var seeds = new Option<string?>("--seeds")
            { Description = "a range of seeds, on all cores", HelpName = "A..B" };
        var days = new Option<double>("--days")
        {
            Description = "days of gateway life a seed", HelpName = "D", DefaultValueFactory = _ => 1,
        };
        var signal = new Option<bool>("--signal")
            { Description = "emulated chips and the whole signal chain (slower)" };
        var command = new Command("simulate",
            "days of gateway life in seconds, with faults by seed; exit code not 0 when a promise is broken")
        {
            seed, seeds, days, signal,
        };
        command.SetAction(result =>
        {
            (int first, int last) = Range(result.GetValue(seed), result.GetValue(seeds));
            return Run(
                first, last, new SimulationOptions(first, result.GetValue(days), result.GetValue(signal)));
        });
        return command;
    }

    private static (int First, int Last) Range(int? seed, string? seeds)
    {
        if (seed is { } one && seeds is null)
        {
            return (one, one);
        }

        string[] parts = (seeds ?? "1..1").Split("..");
        if (seed is not null || parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            || last < first || last - first >= SeedCountMax)
        {
            throw new CommandException("give --seed N or --seeds A..B, for example --seeds 1..20");
        }

        return (first, last);
    }

    private static int Run(int first, int last, SimulationOptions options)
    {
        if (!(options.Days > 0 && options.Days <= DaysMax))
        {
            throw new CommandException($"--days is a number above 0, at most {DaysMax}");
        }

        using var stop = new StopSignal();
        var report = new SimulateReport(last - first + 1, options);
        var work = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop.Token,
        };
        try
        {
            Parallel.For(first, last + 1, work,
                seed => report.Add(GatewaySimulation.Run(options with { Seed = seed }, stop.Token)));
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("ended before its time: this is what had been run");
        }

        report.Summarise();
        return stop.Token.IsCancellationRequested ? InterruptedExitCode : report.FailedCount == 0 ? 0 : 1;
    }
}
