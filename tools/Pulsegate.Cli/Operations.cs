// How a service that runs is watched, by options that every one of them has: metrics, probes, OTLP.

using System.CommandLine;
using System.Net;
using Pulsegate.Observability;

namespace Pulsegate.Cli;

/// <summary>Metrics and probes of this process. Dispose sends the last figures and ends them.</summary>
internal sealed class Operations : IDisposable
{
    // Of .NET itself: memory, collections, processor time.
    private const string RuntimeMeter = "System.Runtime";

    private readonly MetricsPipeline _pipeline;
    private OperationsServer? _server;
    private bool _isEnded;
    private volatile Func<bool> _isAlive = () => true;
    private volatile Func<bool> _isReady = () => false;

    private Operations(MetricsPipeline pipeline) => _pipeline = pipeline;

    /// <summary>The option `--metrics`.</summary>
    public static Option<string?> MetricsOption() => new("--metrics")
    {
        Description =
            "where to answer /metrics, /health/live and /health/ready over plain HTTP, as 127.0.0.1:9464; "
            + "port 0 for one that is free",
        HelpName = "ADDRESS:PORT",
    };

    /// <summary>The option `--otlp`.</summary>
    public static Option<string?> OtlpOption() => new("--otlp")
    {
        Description =
            "OpenTelemetry collector that is sent the same metrics, OTLP over HTTP, as http://127.0.0.1:4318",
        HelpName = "URL",
    };

    /// <summary>The collector that the option names.</summary>
    public static Uri? Otlp(string? text) => text is null ? null
        : MetricsPipeline.TryParseOtlp(text, out Uri? otlp) ? otlp
        : throw new CommandException("--otlp is an address as http://127.0.0.1:4318, without a path");

    /// <summary>Starts to be watched: alive, and not ready until <see cref="Watch"/>.</summary>
    /// <param name="service">service.name of what is sent.</param>
    /// <param name="meter">Whose instruments.</param>
    /// <param name="metrics">Value of `--metrics`.</param>
    /// <param name="otlp">Value of `--otlp`.</param>
    public static Operations Start(string service, string meter, string? metrics, string? otlp)
    {
        IPEndPoint? place = metrics is null ? null : Place(metrics);
        var operations = new Operations(MetricsPipeline.Start(service, Otlp(otlp), meter, RuntimeMeter));
        try
        {
            if (place is not null)
            {
                operations._server = OperationsServer.StartAsync(
                    place, operations._pipeline, () => operations._isAlive(), () => operations._isReady())
                    .GetAwaiter().GetResult();
                Console.WriteLine($"metrics and probes on {operations._server.Address}");
            }

            return operations;
        }
        catch (IOException exception)
        {
            operations.Dispose();
            throw new CommandException($"--metrics {metrics}: {Printable.Line(exception.Message)}");
        }
    }

    /// <summary>The service has started: asks it from now on.</summary>
    public void Watch(Func<bool> isAlive, Func<bool> isReady)
    {
        _isAlive = isAlive;
        _isReady = isReady;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        _server?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _pipeline.Dispose();
    }

    // An address alone would parse as one with port 0, which is asked for in so many words.
    private static IPEndPoint Place(string text)
        => text.LastIndexOf(':') is > 0 and int colon && !text.EndsWith(']') && text[..colon] is { } host
            && (!host.Contains(':') || host[0] == '[') && IPEndPoint.TryParse(text, out IPEndPoint? place)
                ? place
            : throw new CommandException("--metrics is ADDRESS:PORT, as 127.0.0.1:9464 or [::1]:9464");
}
