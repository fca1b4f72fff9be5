// `bench --baselines`: the methods that people use with this sensor beside ours, on the same recordings: cost
// and accuracy.

using Pulsegate.Bench;
using Pulsegate.Bench.Baselines;
using Pulsegate.Evaluate;
using Pulsegate.Virtual.Bench;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Cli;

internal static class BenchBaselines
{
    private const string Ours = "Pulsegate";
    private const int OurSampleRateHz = 50;
    private const int BeatsPerSecondMax = 10;
    private static readonly string[] Methods = ["RD117", "RF", Ours];

    /// <summary>Runs the comparison.</summary>
    /// <param name="folder">The recordings; null looks where the tests look.</param>
    public static int Run(string? folder)
    {
        folder ??= Environment.GetEnvironmentVariable("PULSEGATE_DATA")
            ?? ProjectFolder.Path("..", "shared", "data");
        ReferenceRecording[] recordings = [.. ReferenceRecording.In(folder)];
        if (recordings.Length == 0)
        {
            throw new CommandException(
                $"no recording found under {folder}; name the folder, or set PULSEGATE_DATA");
        }

        Dictionary<string, double> costs = Methods.ToDictionary(method => method, method
            => Cost(method, recordings));
        Console.WriteLine(
            $"{"set",-10}{"method",-12}{"IL a second",12}"
            + string.Concat(RecordingScore.Names.Select(name => name.PadLeft(8))));
        foreach (IGrouping<string, ReferenceRecording> set in recordings.GroupBy(recording => recording.Set))
        {
            foreach (string method in Methods)
            {
                RecordingScore[] scores = [.. set.AsParallel().AsOrdered().Select(recording
                    => Score(method, recording))];
                IEnumerable<string> figures = RecordingScore.Mean(scores).Values.Select(
                    value => (value is { } figure ? $"{figure:0.000}" : "-").PadLeft(8));
                Console.WriteLine($"{set.Key,-10}{method,-12}{costs[method],12:0}{string.Concat(figures)}");
            }
        }

        Console.WriteLine();
        Console.WriteLine(
            """
            IL a second: instructions of the method for a second of signal, over all recordings, driver not
            included. RD117 and RF as published, 25 samples a second, written anew in integers and single
            floats. All are given infrared in both channels. Figures as `evaluate` gives them, means over a
            set; RF finds no beats.
            """);
        return 0;
    }

    private static RecordingScore Score(string method, ReferenceRecording recording)
    {
        if (method == Ours)
        {
            ReplayRecord replay = ReplayRecord.Of(recording.Open());
            return recording.Score(replay.Beats, replay.Rates);
        }

        RecordedPpgSource source = recording.Open();
        int[] counts = Counts(recording, BaselineRun.SampleRateHz).Infrared;
        int[] rates = new int[counts.Length / BaselineRun.SampleRateHz];
        int[] beats = new int[rates.Length * BeatsPerSecondMax];
        int found = BaselineRun.Run(method, counts, counts, rates, beats);
        double start = source.StartSeconds;
        double delay = source.DelayMicroseconds / 1e6;
        double[] beatTimes = [.. beats.Take(found).Select(beat
            => start + ((double)beat / BaselineRun.SampleRateHz) - delay)];
        RecordingScore score = recording.Score(
            beatTimes, rates.Select((rate, second) => (start + second + 1, rate > 0 ? rate / 10.0
                : (double?)null)));
        return found > 0 ? score : score with { F1 = null };
    }

    private static double Cost(string method, ReferenceRecording[] recordings)
    {
        bool isOurs = method == Ours;
        string assembly = isOurs ? "Pulsegate.Device.dll" : "Pulsegate.Bench.dll";
        using var context = new CountedContext(
            Path.Combine(AppContext.BaseDirectory, assembly), "Pulsegate.",
            type => isOurs ? !type.Contains(".Emulator.", StringComparison.Ordinal)
                : type.StartsWith(typeof(Rd117).Namespace!, StringComparison.Ordinal));
        double seconds = 0;
        context.Instructions = 0;
        foreach (ReferenceRecording recording in recordings)
        {
            int rate = isOurs ? OurSampleRateHz : BaselineRun.SampleRateHz;
            int[] counts = Counts(recording, rate).Infrared;
            int length = counts.Length / rate;
            seconds += length;
            if (isOurs)
            {
                context.Call(
                    "Pulsegate.Virtual", typeof(ChainScenario).FullName!, nameof(ChainScenario.Run), counts,
                        counts,
                    () => 0L);
            }
            else
            {
                context.Call(
                    "Pulsegate.Bench", typeof(BaselineRun).FullName!, nameof(BaselineRun.Run), method,
                        counts, counts,
                    new int[length], new int[length * BeatsPerSecondMax]);
            }
        }

        return context.Instructions / seconds;
    }

    private static PpgCounts Counts(ReferenceRecording recording, int sampleRateHz)
    {
        RecordedPpgSource source = recording.Open();
        return PpgCounts.Of(source, (int)(source.DurationMicroseconds / 1_000_000), sampleRateHz);
    }
}
