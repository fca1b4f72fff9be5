// Metrics in Prometheus' text format. Source: "Exposition formats", text format version 0.0.4
// (prometheus.io), and names and units as "Prometheus and OpenMetrics Compatibility" of OpenTelemetry 1.50
// translates them.

using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Pulsegate.Observability;

/// <summary>Keeps the text of what was collected last.</summary>
internal sealed class PrometheusText : BaseExporter<Metric>
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    internal string Text { get; private set; } = "";

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new StringBuilder();
        foreach (Metric metric in batch)
        {
            Append(text, metric);
        }

        Text = text.ToString();
        return ExportResult.Success;
    }

    /// <summary>The name that Prometheus knows an instrument by.</summary>
    internal static string NameOf(string name, string unit, MetricType type)
    {
        var text = new StringBuilder();
        foreach (char letter in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(letter) ? letter : '_');
        }

        string suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",   // {things} are in the name already
        };
        if (suffix.Length > 0 && !text.ToString().EndsWith(suffix, StringComparison.Ordinal))
        {
            text.Append(suffix);
        }

        return IsCounter(type) ? text.Append("_total").ToString() : text.ToString();
    }

    private static bool IsCounter(MetricType type) => type is MetricType.LongSum or MetricType.DoubleSum;

    private static void Append(StringBuilder text, Metric metric)
    {
        string name = NameOf(metric.Name, metric.Unit, metric.MetricType);
        bool isHistogram = metric.MetricType == MetricType.Histogram;
        string type = isHistogram ? "histogram" : IsCounter(metric.MetricType) ? "counter" : "gauge";
        var lines = new StringBuilder();
        foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
        {
            string labels = Labels(point.Tags);
            if (isHistogram)
            {
                AppendHistogram(lines, name, labels, point);
            }
            else
            {
                Line(lines, name, labels, Value(metric.MetricType, point));
            }
        }

        // A metric without a figure is left out: nothing is known of it.
        if (lines.Length > 0)
        {
            string help = metric.Description.Replace("\\", "\\\\", StringComparison.Ordinal)
                .ReplaceLineEndings(" ");
            text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n").Append(lines);
        }
    }

    private static void AppendHistogram(
        StringBuilder lines, string name, string labels, in MetricPoint point)
    {
        long below = 0;
        foreach (HistogramBucket bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            string bound = $"le=\"{Number(bucket.ExplicitBound)}\"";
            Line(lines, $"{name}_bucket", labels.Length == 0 ? bound : $"{labels},{bound}", Number(below));
        }

        Line(lines, $"{name}_sum", labels, Number(point.GetHistogramSum()));
        Line(lines, $"{name}_count", labels, Number(point.GetHistogramCount()));
    }

    private static void Line(StringBuilder lines, string name, string labels, string value)
        => lines.Append(name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(value)
            .Append('\n');

    private static string Labels(ReadOnlyTagCollection tags)
    {
        var labels = new List<string>();
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            string name = string.Concat(tag.Key.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            string value = Convert.ToString(tag.Value, CultureInfo.InvariantCulture)!
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                    .Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);
            labels.Add($"{name}=\"{value}\"");
        }

        return string.Join(',', labels);
    }

    private static string Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => Number(point.GetSumLong()),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Number(point.GetSumDouble()),
        MetricType.LongGauge => Number(point.GetGaugeLastValueLong()),
        _ => Number(point.GetGaugeLastValueDouble()),
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
