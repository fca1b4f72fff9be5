// From instruments to those who watch: what is asked for (Prometheus) and what is sent (OTLP) are the same figures.

using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Pulsegate.Observability;

/// <summary>Collects the instruments of some meters. Dispose sends what was not sent yet. Thread-safe.</summary>
public sealed class MetricsPipeline : IDisposable
{
    /// <summary>Content type of <see cref="Scrape"/>.</summary>
    public const string ContentType = PrometheusText.ContentType;

    /// <summary>Most series of an instrument; what is beyond them is counted in one more. None comes near it, as no
    /// label is named by a device or a person.</summary>
    public const int SeriesCountMax = 200;

    private const string OtlpPath = "/v1/metrics";
    private const int FlushMs = 5000;
    private static readonly double[] SecondsBounds =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Lock _gate = new();
    private readonly PrometheusText _text = new();
    private readonly BaseExportingMetricReader _reader;
    private readonly MeterProvider _provider;
    private readonly bool _isSent;

    private MetricsPipeline(string service, Uri? otlp, string[] meters)
    {
        _reader = new BaseExportingMetricReader(_text)
        {
            TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
        };
        MeterProviderBuilder builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService(
                service, serviceVersion: typeof(MetricsPipeline).Assembly.GetName().Version?.ToString(3)))
            .AddMeter(meters)
            .AddView(instrument => instrument.Unit == "s"
                ? new ExplicitBucketHistogramConfiguration
                {
                    Boundaries = SecondsBounds, CardinalityLimit = SeriesCountMax,
                }
                : new MetricStreamConfiguration { CardinalityLimit = SeriesCountMax })
            .AddReader(_reader);
        if (otlp is not null)
        {
            _isSent = true;
            builder = builder.AddOtlpExporter(options =>
            {
                options.Protocol = OtlpExportProtocol.HttpProtobuf;
                options.Endpoint = new Uri(otlp, OtlpPath);
            });
        }

        _provider = builder.Build();
    }

    /// <summary>Starts collecting.</summary>
    /// <param name="service">service.name of what is sent.</param>
    /// <param name="otlp">Where an OpenTelemetry collector takes OTLP over HTTP, without a path; null for none. How
    /// often and with which headers is told by OTEL_METRIC_EXPORT_INTERVAL (ms, 60 000) and
    /// OTEL_EXPORTER_OTLP_HEADERS.</param>
    /// <param name="meters">Names of the meters.</param>
    public static MetricsPipeline Start(string service, Uri? otlp, params string[] meters)
        => new(service, otlp, meters);

    /// <summary>Reads the address of a collector.</summary>
    /// <returns>False when it is none: http or https, a host, and no path.</returns>
    public static bool TryParseOtlp(string text, out Uri? otlp)
        => Uri.TryCreate(text, UriKind.Absolute, out otlp) && otlp.Scheme is "http" or "https"
            && otlp.PathAndQuery == "/" && otlp.UserInfo.Length == 0;

    /// <summary>All figures of now, in Prometheus' text format 0.0.4.</summary>
    public string Scrape()
    {
        lock (_gate)
        {
            return _reader.Collect() ? _text.Text : "";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isSent)
        {
            _provider.ForceFlush(FlushMs);   // the last figures of a process that ends
        }

        _provider.Dispose();
    }
}
