// `evaluate --simulated`: every condition over many seeds, one line each; exit code not 0 when a promise is
// missed.

using System.Text.Json;
using Pulsegate.Evaluate.Simulated;

namespace Pulsegate.Cli;

internal static class EvaluateSimulated
{
    /// <summary>Seeds of a condition, unless asked otherwise.</summary>
    public const int DefaultSeeds = 200;

    private const int ProgressSteps = 4;

    private static readonly string[] Columns =
        ["rate", "spo2", "spo2-err", "rate-err", "in1", "in5", "false90", "f1"];

    public static int Run(int seeds, int firstSeed, string? only, string? jsonPath)
    {
        Condition[] conditions =
            [.. Conditions.All.Where(condition => only is null || condition.Name.StartsWith(only))];
        if (conditions.Length == 0)
        {
            string names = string.Join(", ", Conditions.All.Select(condition => condition.Name));
            throw new CommandException($"no such condition; there are {names}");
        }

        if (seeds < 1)
        {
            throw new CommandException("--seeds must be 1 or more");
        }

        PrintLine("condition", Columns);
        List<(Condition Condition, Tally Tally)> results = [];
        List<string> missed = [];
        foreach (Condition condition in conditions)
        {
            Tally[] runs = RunAll(condition, seeds, firstSeed);
            var tally = new Tally();
            Array.ForEach(runs, tally.Add);
            results.Add((condition, tally));
            PrintLine(condition.Name, Figures(tally), condition.What);
            missed.AddRange(condition.Requirements.Where(requirement => !requirement.IsMet(tally))
                .Select(requirement => Missed(condition, requirement, tally, runs, firstSeed)));
        }

        PrintNotes(seeds, firstSeed);
        missed.ForEach(Console.WriteLine);
        int promises = results.Sum(result => result.Condition.Requirements.Count);
        Console.WriteLine($"{promises} promises, {missed.Count} missed");
        if (jsonPath is not null)
        {
            Write(jsonPath, results, seeds);
        }

        return missed.Count == 0 ? 0 : 1;
    }

    private static Tally[] RunAll(Condition condition, int seeds, int firstSeed)
    {
        var tallies = new Tally[seeds];
        int done = 0;
        Parallel.For(0, seeds, run =>
        {
            tallies[run] = condition.Run(firstSeed + run);
            int count = Interlocked.Increment(ref done);
            if (count == seeds || count % Math.Max(1, seeds / ProgressSteps) == 0)
            {
                Console.Error.WriteLine($"{condition.Name}: {count} of {seeds}");
            }
        });
        return tallies;
    }

    // With the run that is furthest from the promise, and the command that replays it.
    private static string Missed(
        Condition condition, Requirement requirement, Tally sum, Tally[] runs, int firstSeed)
    {
        int sign = requirement.IsMaximum ? 1 : -1;
        int worst = Enumerable.Range(0, runs.Length).MaxBy(run => sign * requirement.Figure(runs[run]));
        string limit = $"{(requirement.IsMaximum ? "at most" : "at least")} {requirement.Limit:0.##}";
        string figures = $"{requirement.Name} {requirement.Figure(sum):0.000}, promised {limit}";
        return $"missed: {condition.Name}: {figures}; {requirement.Figure(runs[worst]):0.000} with "
            + $"--condition {condition.Name} --seeds 1 --first-seed {firstSeed + worst}";
    }

    private static string[] Figures(Tally tally) =>
    [
        $"{tally.RateShown:0.000}", $"{tally.SpO2Shown:0.000}", $"{tally.SpO2Error:0.00}",
            $"{tally.RateError:0.00}",
        $"{tally.WithinOne:0.000}", $"{tally.WithinFive:0.000}", $"{tally.FalseDesaturations}",
            $"{tally.BeatF1:0.000}",
    ];

    private static void PrintLine(string name, string[] figures, string what = "")
    {
        string columns = string.Concat(figures.Select(figure => figure.PadLeft(9)));
        Console.WriteLine($"{name,-18}{columns}  {what}".TrimEnd());
    }

    private static void PrintNotes(int seeds, int firstSeed)
        => Console.WriteLine(
            $"""

            {seeds} runs of {Condition.RunSeconds} s a condition from seed {firstSeed} on, through emulated
            chip, driver and firmware. Seconds count from {SimulatedScene.SettlingSeconds} s after a finger
            comes on; a stale value counts as shown. spo2-err (%, own calibration) and rate-err (/min, against
            8 s of true beats) are root mean squares of what is shown. in1, in5: share of shown rates within
            1 and 5 /min. false90: seconds of SpO2 shown below 90 % for a truth of 96 % or more.

            """);

    private static void Write(string path, List<(Condition Condition, Tally Tally)> results, int seeds)
    {
        var figures = results.ToDictionary(result => result.Condition.Name, result => new
        {
            rateShown = result.Tally.RateShown,
            spo2Shown = result.Tally.SpO2Shown,
            spo2Error = result.Tally.SpO2Error,
            rateError = result.Tally.RateError,
            withinOne = result.Tally.WithinOne,
            withinFive = result.Tally.WithinFive,
            falseDesaturationSeconds = result.Tally.FalseDesaturations,
            shownWithoutFingerSeconds = result.Tally.ShownWithoutFinger,
            beatF1 = result.Tally.BeatF1,
            missed = result.Condition.Requirements.Where(one => !one.IsMet(result.Tally)).Select(one
                => one.Name),
        });
        try
        {
            File.WriteAllText(
                path, JsonSerializer.Serialize(
                    new { seeds, runSeconds = Condition.RunSeconds, conditions = figures },
                    new JsonSerializerOptions { WriteIndented = true }) + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: cannot be written: {exception.Message}");
        }
    }
}
