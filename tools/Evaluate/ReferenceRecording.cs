// The recordings with a reference in a folder of test data, and how each is scored.

using System.Globalization;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Evaluate;

/// <summary>One recording: where it lies, how it is played, and what is true of it.</summary>
public sealed class ReferenceRecording
{
    private const string HypoxiaFolder = "phonecam_hypoxia";
    private const string CameraFolder = "welltory";
    private const string HospitalFolder = "physionet_sample";
    private const double IntervalMsMax = 60_000, BeatSecondsMax = 48 * 3600;
    private readonly Func<IReadOnlyList<double>, IEnumerable<(double Seconds, double? Rate)>,
        RecordingScore> _score;

    private ReferenceRecording(
        string set, string name, string path, string column, bool isInverted, Func<double, double?> reference,
        Func<IReadOnlyList<double>, IEnumerable<(double Seconds, double? Rate)>, RecordingScore> score)
    {
        Set = set;
        Name = name;
        Path = path;
        Column = column;
        IsInverted = isInverted;
        Reference = reference;
        _score = score;
    }

    /// <summary>The set it belongs to.</summary>
    public string Set { get; }

    /// <summary>Its name in the set.</summary>
    public string Name { get; }

    /// <summary>The CSV file.</summary>
    public string Path { get; }

    /// <summary>The column played as infrared; time is time_s.</summary>
    public string Column { get; }

    /// <summary>True when the column falls as blood volume rises.</summary>
    public bool IsInverted { get; }

    /// <summary>True rate at a second, without any lag; null where there is none.</summary>
    public Func<double, double?> Reference { get; }

    /// <summary>The light of the recording.</summary>
    /// <exception cref="RecordingException">The file cannot be used.</exception>
    public RecordedPpgSource Open() => new(Path, "time_s", Column, null, IsInverted);

    /// <summary>Scores what a method found.</summary>
    public RecordingScore Score(
        IReadOnlyList<double> beats, IEnumerable<(double Seconds, double? Rate)> rates)
        => _score(beats, rates);

    /// <summary>All recordings of a folder, set by set; empty when it has none.</summary>
    /// <param name="folder">It holds phonecam_hypoxia, welltory and physionet_sample, whichever are
    /// there.</param>
    /// <param name="only">Only those whose set/name contains this.</param>
    /// <param name="onSkipped">Is told, in one line, of each recording that is left out because its reference
    /// cannot be read; without it the first such ends the list.</param>
    /// <exception cref="RecordingException">A reference cannot be read, and nobody is to be told.</exception>
    public static IEnumerable<ReferenceRecording> In(
        string folder, string only = "", Action<string>? onSkipped = null)
    {
        foreach ((string name, Func<ReferenceRecording> read) in Named(folder))
        {
            if (!name.Contains(only))
            {
                continue;
            }

            ReferenceRecording recording;
            try
            {
                recording = read();
            }
            catch (RecordingException exception) when (onSkipped is not null)
            {
                onSkipped($"{name} is skipped: {exception.Message}");
                continue;
            }

            yield return recording;
        }
    }

    /// <summary>What a folder without recordings is, or should hold, to follow a message.</summary>
    public static string HintFor(string folder)
    {
        string path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(folder));
        return System.IO.Path.GetFileName(path) is HypoxiaFolder or CameraFolder or HospitalFolder
            ? $": it is the folder of one set; name the one above, {System.IO.Path.GetDirectoryName(path)}"
            : $": it should hold {HypoxiaFolder}, {CameraFolder} or {HospitalFolder}";
    }

    private static IEnumerable<(string Name, Func<ReferenceRecording> Read)> Named(string folder)
    {
        foreach (string file in Files(folder, HypoxiaFolder, f => f.EndsWith("_left.csv")
            || f.EndsWith("_right.csv")))
        {
            yield return (
                "phonecam/" + System.IO.Path.GetFileNameWithoutExtension(file), () => Hypoxia(file));
        }

        foreach (string file in Files(folder, CameraFolder, f => !f.EndsWith("_rr.csv")))
        {
            yield return ("welltory/" + System.IO.Path.GetFileNameWithoutExtension(file), () => Camera(file));
        }

        foreach (string file in Files(folder, HospitalFolder, f => f.EndsWith("_beats.csv")))
        {
            string stem = file[..^"_beats.csv".Length];
            yield return ("hospital/" + System.IO.Path.GetFileName(stem), () => Hospital(stem));
        }
    }

    // Median of the clinical monitors' pulse rates, second by second; their first 10 s and last 6 s do not
    // count.
    private static ReferenceRecording Hypoxia(string file)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(file);
        string path = System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(file)!, name.Split('_')[0] + "_ref.csv");
        (string[] header, double[][] rows) = Table(path);
        int[] columns = [.. Enumerable.Range(0, header.Length).Where(i => header[i].StartsWith("pr_"))];
        double?[] rates = [.. rows.Select(row => Median([.. columns.Select(i
            => row[i]).Where(double.IsFinite)]))];
        double? At(double t) => t > 10 && t < rates.Length - 6 ? rates[(int)t - 1] : null;
        return new ReferenceRecording(
            "phonecam", name, file, "g", true, At, (_, shown)
                => RecordingScore.Of(null, RateScore.Of(shown, At)));
    }

    // RR intervals of a chest strap; the strap's clock may be up to 6 s beside the camera's.
    private static ReferenceRecording Camera(string file)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(file);
        List<double> beats = [0];
        string path = file[..^".csv".Length] + "_rr.csv";
        foreach (double[] row in Table(path).Rows)
        {
            if (row[0] is not (> 0 and <= IntervalMsMax))
            {
                throw Unreadable(path, $"it has an interval of {row[0]:0.###} ms");
            }

            beats.Add(beats[^1] + (row[0] / 1000));
        }

        if (beats.Count == 1)
        {
            throw Unreadable(path, "it has no beats");
        }

        return new ReferenceRecording(
            "welltory", name, file, "r", true, RateScore.FromBeats(beats, 0, []), (found, shown) =>
            {
                BeatScore coarse = BeatScore.Best(found, beats, -6, 6, 0.04);
                double lag = coarse.LagSeconds;
                BeatScore fine = BeatScore.Best(found, beats, lag - 0.3, lag + 0.3, 0.02);
                BeatScore best = (fine.F1, fine.LagSeconds).CompareTo((coarse.F1, coarse.LagSeconds)) > 0
                    ? fine : coarse;
                Func<double, double?> reference = RateScore.FromBeats(beats, best.LagSeconds, []);
                return RecordingScore.Of(best.F1, RateScore.Of(shown, reference));
            });
    }

    // R peaks of the electrocardiogram; the pulse comes up to 0.8 s later.
    private static ReferenceRecording Hospital(string stem)
    {
        string path = stem + "_beats.csv";
        double[] beats = [.. Table(path).Rows.Select(row => row[0])];
        if (beats.Length == 0 || !Array.TrueForAll(beats, beat => beat is >= 0 and <= BeatSecondsMax)
            || !beats.SequenceEqual(beats.Order()))
        {
            throw Unreadable(path, "its beats are not times in seconds that rise");
        }

        (double, double)[] spans = [.. Table(stem + "_excluded.csv").Rows.Select(row => (row[0], row[1]))];
        return new ReferenceRecording(
            "hospital", System.IO.Path.GetFileName(stem), stem + ".csv", "ppg", false,
            RateScore.FromBeats(beats, 0, spans), (found, shown) =>
            {
                BeatScore best = BeatScore.Best(
                    BeatScore.Outside(found, spans), BeatScore.Outside(beats, spans), -0.2, 0.8, 0.02);
                return RecordingScore.Of(
                    best.F1, RateScore.Of(shown, RateScore.FromBeats(beats, best.LagSeconds, spans)));
            });
    }

    private static IEnumerable<string> Files(string folder, string set, Predicate<string> isWanted)
    {
        string path = System.IO.Path.Combine(folder, set);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.csv").Where(file
                => isWanted(file)).Order(StringComparer.Ordinal)
            : [];
    }

    private static (string[] Header, double[][] Rows) Table(string path)
    {
        try
        {
            string[] lines = [.. File.ReadLines(path).Where(line => line.Length > 0)];
            return (lines.FirstOrDefault("").Split(','), [.. lines.Skip(1).Select(line
                => line.Split(',').Select(Number).ToArray())]);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or FormatException
                or IndexOutOfRangeException)
        {
            throw Unreadable(path, exception.Message.TrimEnd('.'));
        }
    }

    private static RecordingException Unreadable(string path, string why)
        => new($"{path}: the reference cannot be read: {why}");

    private static double Number(string cell)
        => cell is "" or "nan" or "NaN" ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture);

    private static double? Median(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? null : (values[values.Length / 2] + values[(values.Length - 1) / 2]) / 2;
    }
}
