// What a running service says of itself to those who keep it running, over plain HTTP: metrics and two probes. There
// is nothing of a patient or a device in it, and nothing can be changed by it.

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Pulsegate.Observability;

/// <summary>Answers /metrics, /health/live and /health/ready.</summary>
public sealed class OperationsServer : IAsyncDisposable
{
    /// <summary>Alive: the process does its work. One that is not is to be started again.</summary>
    public const string LivePath = "/health/live";

    /// <summary>Ready: what it needs (broker, queue, database) answers. Starting it again would not help.</summary>
    public const string ReadyPath = "/health/ready";

    /// <summary>Prometheus' text format.</summary>
    public const string MetricsPath = "/metrics";

    private const int ConnectionCountMax = 32;
    private readonly WebApplication _application;

    private OperationsServer(WebApplication application) => _application = application;

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <summary>Starts it.</summary>
    /// <param name="place">Where to listen; port 0 for one that is free.</param>
    /// <param name="metrics">What is shown.</param>
    /// <param name="isAlive">Asked at each probe.</param>
    /// <param name="isReady">Asked at each probe.</param>
    /// <exception cref="IOException">The address is taken, or not this machine's.</exception>
    public static async Task<OperationsServer> StartAsync(
        IPEndPoint place, MetricsPipeline metrics, Func<bool> isAlive, Func<bool> isReady)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionCountMax;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(place);
        });
        WebApplication application = builder.Build();
        application.MapGet(LivePath, context => WriteAsync(context, isAlive()));
        application.MapGet(ReadyPath, context => WriteAsync(context, isReady()));
        application.MapGet(MetricsPath, context =>
        {
            context.Response.ContentType = MetricsPipeline.ContentType;
            return context.Response.WriteAsync(metrics.Scrape());
        });
        try
        {
            await application.StartAsync();
            return new OperationsServer(application);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static Task WriteAsync(HttpContext context, bool isGood)
    {
        context.Response.StatusCode = isGood ? StatusCodes.Status200OK
            : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(isGood ? "yes\n" : "no\n");
    }
}
