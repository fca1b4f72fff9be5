// One recording as a picture, for people who would rather look than read: rate against reference and quality
// over the whole of it, then the signal with its beats, 30 s a row. SVG, no fonts or scripts needed.

using System.Globalization;
using System.Text;
using Iot.Device.Max3010x.Emulator;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Evaluate;

/// <summary>Draws a recording.</summary>
public static class RecordingPlot
{
    private const int Width = 1200;
    private const int Margin = 50;
    private const int RateHeight = 200;
    private const int QualityHeight = 70;
    private const int RowHeight = 64;
    private const int RowSeconds = 30;
    private const int SamplesPerSecond = 25;
    private const double RateMin = 30;
    private const double RateMax = 200;

    /// <summary>The picture.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="replay">What was shown.</param>
    /// <param name="score">Its figures, for the title.</param>
    public static string Of(ReferenceRecording recording, ReplayRecord replay, RecordingScore score)
    {
        RecordedPpgSource source = recording.Open();
        double start = source.StartSeconds;
        double length = Math.Max(1, source.DurationMicroseconds / 1e6);
        int rows = (int)Math.Ceiling(length / RowSeconds);
        int rowsTop = RateHeight + QualityHeight + 110;
        var svg = new StringBuilder();
        svg.Append("<svg xmlns=\"http://www.w3.org/2000/svg\" ");
        svg.Append(CultureInfo.InvariantCulture, $"width=\"{Width}\" ");
        svg.Append(CultureInfo.InvariantCulture, $"height=\"{rowsTop + (rows * RowHeight) + 20}\" ");
        svg.Append("font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        IEnumerable<string> figures =
            RecordingScore.Names.Zip(score.Values, (name, value) => value is { } figure
            ? string.Create(CultureInfo.InvariantCulture, $"{name} {figure:F3}") : "");
        Text(svg, Margin, 20, $"{recording.Set}/{recording.Name}   {string.Join("   ", figures)}");
        Text(svg, Margin, 36,
            "pulse rate a minute: grey reference (no lag taken off), blue shown, light blue stale");
        double X(double seconds) => Margin + ((seconds - start) / length * (Width - (2 * Margin)));
        Rates(svg, recording, replay, X);
        Quality(svg, replay, X, RateHeight + 75);
        Text(svg, Margin, rowsTop - 8,
            "light (down: more blood) and beats (red), 30 s a row, each to its own scale");
        Rows(svg, source, replay, rowsTop, rows);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Rates(
        StringBuilder svg, ReferenceRecording recording, ReplayRecord replay, Func<double, double> x)
    {
        static double Y(double rate)
            => 45 + ((RateMax - Math.Clamp(rate, RateMin, RateMax)) / (RateMax - RateMin) * RateHeight);
        for (int rate = 40; rate <= 200; rate += 40)
        {
            Line(svg, Margin, Y(rate), Width - Margin, Y(rate), "#ddd");
            Text(svg, 18, Y(rate) + 4, rate.ToString(CultureInfo.InvariantCulture));
        }

        foreach (ShownSecond second in replay.Seconds)
        {
            if (recording.Reference(second.Seconds) is { } truth)
            {
                Dot(svg, x(second.Seconds), Y(truth), 2.2, "#999");
            }

            if (second.Rate is { } rate)
            {
                bool isStale = second.RateStatus == Vitals.ReadingStatus.Stale;
                Dot(svg, x(second.Seconds), Y(rate), 1.4, isStale ? "#8cf" : "#04c");
            }
        }
    }

    private static void Quality(StringBuilder svg, ReplayRecord replay, Func<double, double> x, int top)
    {
        Text(svg, Margin, top - 6, "quality, 0 to 100");
        Line(svg, Margin, top + QualityHeight, Width - Margin, top + QualityHeight, "#ddd");
        foreach (ShownSecond second in replay.Seconds)
        {
            if (second.Quality is { } quality)
            {
                Line(
                    svg, x(second.Seconds), top + QualityHeight, x(second.Seconds),
                    top + (QualityHeight * (100 - quality) / 100.0), "#5a5");
            }
        }
    }

    private static void Rows(StringBuilder svg, RecordedPpgSource source, ReplayRecord replay, int top,
        int rows)
    {
        int[] light = new int[PpgLight.Count];
        double delay = source.DelayMicroseconds / 1e6;
        double scale = (Width - (2 * Margin)) / (double)RowSeconds;
        for (int row = 0; row < rows; row++)
        {
            double left = Math.Min(RowSeconds, (source.DurationMicroseconds / 1e6) - (row * RowSeconds));
            double[] values = new double[Math.Max(1, (int)(left * SamplesPerSecond))];
            for (int i = 0; i < values.Length; i++)
            {
                double seconds = (row * RowSeconds) + ((double)i / SamplesPerSecond);
                source.Sample((long)((seconds + delay) * 1e6), light);
                values[i] = light[PpgLight.Infrared];
            }

            double[] sorted = [.. values.Order()];
            double low = sorted[sorted.Length / 50];
            double span = Math.Max(1, sorted[sorted.Length - 1 - (sorted.Length / 50)] - low);
            double y = top + (row * RowHeight) + 8;
            Text(svg, 8, y + 25, $"{row * RowSeconds} s");
            double from = source.StartSeconds + (row * RowSeconds);
            foreach (double beat in replay.Beats.Where(beat => beat >= from && beat < from + RowSeconds))
            {
                double x = Margin + ((beat - from) * scale);
                Line(svg, x, y, x, y + RowHeight - 16, "#f88");
            }

            svg.Append("<polyline fill=\"none\" stroke=\"#333\" points=\"");
            for (int i = 0; i < values.Length; i++)
            {
                double x = Margin + (i * scale / SamplesPerSecond);
                double height = 1 - Math.Clamp((values[i] - low) / span, -0.1, 1.1);
                svg.Append(CultureInfo.InvariantCulture, $"{x:F1},{y + (height * (RowHeight - 16)):F1} ");
            }

            svg.Append("\"/>\n");
        }
    }

    private static void Text(StringBuilder svg, double x, double y, string text)
        => svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{y:F1}\">{text}</text>\n");

    private static void Dot(StringBuilder svg, double x, double y, double radius, string colour)
        => svg.Append(
            CultureInfo.InvariantCulture,
            $"<circle cx=\"{x:F1}\" cy=\"{y:F1}\" r=\"{radius:F1}\" fill=\"{colour}\"/>\n");

    private static void Line(StringBuilder svg, double x1, double y1, double x2, double y2, string colour)
        => svg.Append(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\" stroke=\"{colour}\"/>\n");
}
