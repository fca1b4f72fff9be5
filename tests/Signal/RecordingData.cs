// The recorded signals and their references, read from beside the project. Shared by the tests of this
// folder.

using System.Globalization;

namespace Pulsegate.Tests.Signal;

/// <summary>Finds the recordings and scores a result against their references.</summary>
internal static class RecordingData
{
    /// <summary>
    /// Path of a file of the test data; ends the test as inconclusive when the data are not there.
    /// </summary>
    public static string Path(string name)
    {
        string? root = Environment.GetEnvironmentVariable("PULSEGATE_DATA");
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); root is null && d is not null; d = d.Parent)
        {
            string candidate = System.IO.Path.Combine(d.FullName, "shared", "data");
            root = Directory.Exists(candidate) ? candidate : null;
        }

        string path = System.IO.Path.Combine(root ?? "", name);
        if (!File.Exists(path))
        {
            Assert.Inconclusive(
                $"The recording {name} is not here; set PULSEGATE_DATA to the folder that holds it.");
        }

        return path;
    }

    /// <summary>Rows of numbers below the header; NaN where a cell is empty.</summary>
    public static double[][] Table(string name) =>
    [
        .. File.ReadLines(Path(name)).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')
            .Select(cell =>
                double.TryParse(cell, CultureInfo.InvariantCulture, out double v) ? v : double.NaN)
                .ToArray()),
    ];

    /// <summary>Best F1 of beats within 150 ms of a reference, over one constant lag.</summary>
    public static (double F1, double Lag) BestF1(IReadOnlyList<double> found,
        IReadOnlyList<double> reference, double from, double to)
    {
        (double F1, double Lag) best = (0, 0);
        for (double lag = from; lag < to; lag += 0.02)
        {
            int i = 0, j = 0, hits = 0;
            while (i < found.Count && j < reference.Count)
            {
                double difference = found[i] - (reference[j] + lag);
                bool hit = Math.Abs(difference) <= 0.15;
                hits += hit ? 1 : 0;
                i += hit || difference < 0 ? 1 : 0;
                j += hit || difference >= 0 ? 1 : 0;
            }

            double score = 2.0 * hits / (found.Count + reference.Count);
            best = score > best.F1 ? (score, lag) : best;
        }

        return best;
    }

    /// <summary>
    /// Mean rate per minute of the beats in the 8 s before a second; NaN when they are too few.
    /// </summary>
    public static double RateAt(IEnumerable<double> beats, double second)
    {
        double[] window = [.. beats.Where(t => t > second - 8 && t <= second)];
        return second >= 8 && window.Length > 3 && window[^1] - window[0] > 5
            ? 60 * (window.Length - 1) / (window[^1] - window[0]) : double.NaN;
    }

    /// <summary>Share of the reference's seconds in which the shown rate is within 5 per minute.</summary>
    public static double WithinFive(ChainPlayer player, Func<int, double> reference)
    {
        int near = 0;
        int all = 0;
        for (int second = 1; second <= player.Readings.Count; second++)
        {
            double truth = reference(second);
            Vitals.ShownRate shown = new(player.Readings[second - 1]);
            all += double.IsNaN(truth) ? 0 : 1;
            near += shown.IsShown && Math.Abs(shown.PerMinute - truth) <= 5 ? 1 : 0;
        }

        return (double)near / all;
    }
}
