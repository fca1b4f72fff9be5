// `simulate`: gateway, network and backend in virtual time, with faults drawn by seed. A failing seed prints the one command that runs it
// again, and what happened last.

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Pulsegate.Virtual.Simulation;

namespace Pulsegate.Cli;

internal static class SimulateCommand
{
    private const int SeedCountMax = 1_000_000;
    private const int FailuresShownMax = 5;

    public static Command Create()
    {
        var seed = new Option<int?>("--seed") { Description = "one seed", HelpName = "N" };
        var seeds = new Option<string?>("--seeds") { Description = "a range of seeds, on all cores", HelpName = "A..B" };
        var days = new Option<double>("--days")
        {
            Description = "days of gateway life a seed", HelpName = "D", DefaultValueFactory = _ => 1,
        };
        var signal = new Option<bool>("--signal") { Description = "emulated chips and the whole signal chain (slower)" };
        var command = new Command("simulate", "days of gateway life in seconds, with faults by seed; exit code not 0 when a promise is broken")
        {
            seed, seeds, days, signal,
        };
        command.SetAction(result =>
        {
            (int first, int last) = Range(result.GetValue(seed), result.GetValue(seeds));
            return Run(first, last, result.GetValue(days), result.GetValue(signal));
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

    private static int Run(int first, int last, double days, bool isSignal)
    {
        if (!(days > 0 && days <= 3650))
        {
            throw new CommandException("--days is a number above 0, at most 3650");
        }

        int count = last - first + 1;
        var results = new List<SimulationResult>();
        long start = Stopwatch.GetTimestamp();
        var cores = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(first, last + 1, cores, seed =>
        {
            SimulationResult result = GatewaySimulation.Run(new SimulationOptions(seed, days, isSignal));
            lock (results)
            {
                results.Add(result);
                Report(result, days, isSignal, results);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                Console.Error.WriteLine(
                    $"{results.Count} of {count} seeds, {results.Sum(r => r.DaysPassed):0.0} days in {seconds:0} s, "
                    + $"{results.Count(r => r.Failure is not null)} failed");
            }
        });
        Summarise(results, Stopwatch.GetElapsedTime(start).TotalSeconds);
        return results.TrueForAll(result => result.Failure is null) ? 0 : 1;
    }

    private static void Report(SimulationResult result, double days, bool isSignal, List<SimulationResult> results)
    {
        if (result.Failure is null || results.Count(r => r.Failure is not null) > FailuresShownMax)
        {
            return;
        }

        Console.WriteLine($"seed {result.Seed}: {result.Failure}");
        foreach (string line in result.Trace)
        {
            Console.WriteLine("    " + line);
        }

        string text = days.ToString(CultureInfo.InvariantCulture);
        Console.WriteLine($"    again: ./pulsegate simulate --seed {result.Seed} --days {text}{(isSignal ? " --signal" : "")}");
    }

    private static void Summarise(List<SimulationResult> results, double seconds)
    {
        double days = results.Sum(result => result.DaysPassed);
        Console.WriteLine(
            $"{results.Count} seeds, {days:0.0} days in {seconds:0.0} s ({seconds / Math.Max(days, 0.001):0.00} s a day), "
            + $"{results.Sum(r => r.Boots)} boots, {results.Sum(r => r.Records)} records committed");
        Console.WriteLine(
            $"readings: {results.Sum(r => r.Produced)} produced, {results.Sum(r => r.Committed)} committed once, "
            + $"{results.Sum(r => r.Declared)} declared lost, {results.Sum(r => r.CutFromRam)} taken from RAM by power cuts");
        int[] failed = [.. results.Where(result => result.Failure is not null).Select(result => result.Seed).Order()];
        Console.WriteLine(failed.Length == 0
            ? $"{results.Count} passed" : $"{failed.Length} failed: seeds {string.Join(", ", failed)}");
    }
}
