// `evaluate DIR`: one line a recording and one for each set's mean.

using System.Globalization;
using System.Text.Json;
using Pulsegate.Evaluate;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Cli;

internal static class EvaluateRecordings
{
    public static int Run(string folder, string only, string? plots, string? jsonPath)
    {
        try
        {
            int skipped = 0;
            void TellSkipped(string line)
            {
                skipped++;
                Console.Error.WriteLine($"pulsegate: {Printable.Line(line)}");
            }

            // What is asked for by name is needed.
            ReferenceRecording[] recordings =
                [.. ReferenceRecording.In(folder, only, only.Length > 0 ? null : TellSkipped)];
            if (recordings.Length == 0)
            {
                throw new CommandException($"no recording found under {folder}{Why(folder, only)}");
            }

            if (plots is not null)
            {
                ToPlots(plots, () => Directory.CreateDirectory(plots));
            }

            Print("set", "record", RecordingScore.Names.Select(name => name.PadLeft(7)));
            List<(string Set, RecordingScore Score)> scores = [];
            foreach ((ReferenceRecording recording, RecordingScore score) in recordings
                .AsParallel().AsOrdered().WithMergeOptions(ParallelMergeOptions.NotBuffered)
                .Select(recording => (recording, Score(recording, plots))))
            {
                Print(recording.Set, recording.Name, score.Values.Select(Show));
                scores.Add((recording.Set, score));
            }

            PrintMeans(scores, jsonPath);
            if (skipped > 0)
            {
                Console.Error.WriteLine(
                    $"pulsegate: {skipped} of {skipped + scores.Count} recordings skipped");
            }

            return 0;
        }
        catch (AggregateException exception) when (exception.GetBaseException() is RecordingException cause)
        {
            throw new CommandException(cause.Message);
        }
        catch (Exception exception) when (exception is RecordingException or IOException
            or UnauthorizedAccessException)
        {
            throw new CommandException(exception.Message);
        }
    }

    private static RecordingScore Score(ReferenceRecording recording, string? plots)
    {
        ReplayRecord replay = ReplayRecord.Of(recording.Open());
        RecordingScore score = recording.Score(replay.Beats, replay.Rates);
        if (plots is not null)
        {
            string path = Path.Combine(plots, $"{recording.Set}-{recording.Name}.svg");
            ToPlots(plots, () => File.WriteAllText(path, RecordingPlot.Of(recording, replay, score)));
        }

        return score;
    }

    private static string Why(string folder, string only)
        => only.Length > 0 ? $" whose set/name contains {only}" : ReferenceRecording.HintFor(folder);

    private static void ToPlots(string folder, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            throw new CommandException(
                $"--plots {folder}: cannot be written ({exception.Message.TrimEnd('.')}); name a folder that "
                    + "you may make or write into");
        }
    }

    private static void PrintMeans(List<(string Set, RecordingScore Score)> scores, string? jsonPath)
    {
        var means = new Dictionary<string, Dictionary<string, double?>>();
        foreach (IGrouping<string, RecordingScore> set in scores.GroupBy(score => score.Set, score
            => score.Score))
        {
            RecordingScore[] members = [.. set];
            RecordingScore mean = RecordingScore.Mean(members);
            Print(set.Key, $"mean of {members.Length}", mean.Values.Select(Show));
            means[set.Key] = RecordingScore.Names.Zip(mean.Values).ToDictionary(pair => pair.First, pair
                => pair.Second);
        }

        if (jsonPath is not null)
        {
            File.WriteAllText(
                jsonPath, JsonSerializer.Serialize(means, new JsonSerializerOptions { WriteIndented =
                    true }) + "\n");
        }
    }

    private static void Print(string set, string record, IEnumerable<string> figures)
        => Console.WriteLine($"{set,-10}{record,-16}{string.Concat(figures)}");

    private static string Show(double? value) => "  " + (value switch
    {
        null => "    -",
        < 2 => value.Value.ToString("F3", CultureInfo.InvariantCulture).PadLeft(5),
        _ => value.Value.ToString("F1", CultureInfo.InvariantCulture).PadLeft(5),
    });
}
