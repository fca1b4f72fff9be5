// The read API's host: one pipeline for every route (token, role, query, audit, answer, ETag), in this order.

using System.Data.Common;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pulsegate.Read.Access;
using Pulsegate.Read.Api;
using Pulsegate.Read.Data;
using Pulsegate.Read.Fhir;
using Pulsegate.Read.View;
using Pulsegate.Read.Webhooks;
using Pulsegate.Observability;

namespace Pulsegate.Read;

/// <summary>A running read API.</summary>
public sealed class ReadServer : IAsyncDisposable
{
    private const int ConnectionCountMax = 256;
    private const int BodyBytesMax = 1024;   // no route reads a body
    private static readonly TimeSpan IdleTimeMax = TimeSpan.FromMinutes(1);   // the view asks every 30 s
    private static readonly TimeSpan HeadersTimeMax = TimeSpan.FromSeconds(10);
    private const string RequestMeter = "Microsoft.AspNetCore.Hosting";
    // of .NET itself: memory, collections, processor time
    private const string RuntimeMeter = "System.Runtime";
    private readonly WebApplication _application;
    private readonly WebhookSender _sender;
    private readonly ApiParts _parts;

    private ReadServer(
        WebApplication application, IReadOnlyList<ApiRoute> routes, ApiParts parts, WebhookSender sender)
    {
        _parts = parts;
        _sender = sender;
        _application = application;
        Routes = routes;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_application.Urls.First());

    /// <summary>What it answers.</summary>
    internal IReadOnlyList<ApiRoute> Routes { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="ReadException">A file cannot be used, the address is taken, or others could listen in
    /// without a certificate; one line.</exception>
    /// <param name="options">How it is run.</param>
    /// <param name="time">Time; the system's when it is not given.</param>
    /// <param name="onProblem">Is told of what fails inside, one line, at most once a minute for a route or
    /// receiver; on any thread.</param>
    public static async Task<ReadServer> StartAsync(
        ReadOptions options, TimeProvider? time = null, Action<string>? onProblem = null)
    {
        if (!IPAddress.IsLoopback(options.Address) && options.CertificateFile is null)
        {
            throw new ReadException(
                $"{options.Address} is not this machine alone: give a certificate and its key");
        }

        ApiParts parts = Parts(options, time ?? TimeProvider.System, onProblem ?? (_ => { }));
        List<ApiRoute> routes = [.. Api.Routes.Of(parts), .. FhirRoutes.Of(parts)];
        byte[] document = System.Text.Encoding.UTF8.GetBytes(OpenApiDocument.Of(routes).ToJsonString());
        routes.Add(new ApiRoute(
            "GET", "/openapi.json", Permission.None, "This document.", [], null, "application/json",
            _ => new ApiAnswer(200, "application/json", document)));
        WebApplication application = Build(options);
        application.Use(AnswerWhatHasNoRouteAsync);
        foreach (ApiRoute route in routes)
        {
            application.MapMethods(route.Path, [route.Method], context => AnswerAsync(context, route, parts));
        }

        ViewFiles.Map(application, options.LibraryFolder);
        try
        {
            await application.StartAsync();
        }
        catch (IOException e)
        {
            await application.DisposeAsync();
            parts.Close();
            throw new ReadException($"{options.Address}:{options.Port} cannot be listened on: {e.Message}",
                e);
        }

        return new ReadServer(
            application, routes, parts, new WebhookSender(options.Webhooks, parts, parts.Deliveries,
                options.FirstPauseMs));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync();
        await _application.StopAsync();
        await _application.DisposeAsync();
        _parts.Close();
    }

    private static ApiParts Parts(ReadOptions options, TimeProvider time, Action<string> onProblem)
    {
        var access = new AccessDatabase(options.AccessFile);
        var acknowledgements = new AlarmAcknowledgements(access, time);
        try
        {
            BatchVerifier? verifier = options.KeyringFile is { } keyring
                ? new BatchVerifier(KeyringFile.Load(keyring)) : null;
            var source = RecordSource.Open(options.Database);
            var backend = new Backend(new RecordQueries(source), verifier, acknowledgements);
            var deliveries = new DeliveryQueue(access);
            return new ApiParts(
                backend, new Tokens(access, time), new AuditLog(access, time), new Patients(access, time),
                acknowledgements, deliveries, source,
                new FleetMetrics(options.MeterName, backend, deliveries, time),
                MetricsPipeline.Start(
                    "pulsegate-read", options.Otlp, options.MeterName, RequestMeter, RuntimeMeter),
                new RequestLimits(options.RequestsPerMinuteMax, options.RefillTime),
                new Problems(options.MeterName, time, onProblem), time);
        }
        catch (KeyringException e)
        {
            throw new ReadException(e.Message, e);
        }
    }

    private static WebApplication Build(ReadOptions options)
    {
        // Slim and empty: no configuration files or variables of whoever starts it decide where it listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionCountMax;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Limits.KeepAliveTimeout = IdleTimeMax;
            kestrel.Limits.RequestHeadersTimeout = HeadersTimeMax;
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                listen.Use(new ConnectionShares(options.ConnectionsPerAddressMax).Guard);
                if (options.CertificateFile is { } certificate)
                {
                    listen.UseHttps(X509Certificate2.CreateFromPemFile(certificate,
                        options.CertificateKeyFile));
                }
            });
        });
        return builder.Build();
    }

    private static async Task AnswerAsync(HttpContext context, ApiRoute route, ApiParts parts)
    {
        ApiAnswer answer;
        try
        {
            answer = Answer(context, route, parts);
        }
        catch (ApiException e)
        {
            answer = Problem(route, e.Status, e.Message);
        }
        catch (DbException e)
        {
            parts.Problems.Report(Problems.Requests, $"{route.Method} {route.Path}", e);
            answer = Problem(route, 503, "the database cannot be used now");
        }
        catch (Exception e)
        {
            parts.Problems.Report(Problems.Requests, $"{route.Method} {route.Path}", e);
            answer = Problem(route, 500, "what is stored for this cannot be read");
        }

        await WriteAsync(context, answer);
    }

    // Routing has answered 404, or 405 with the methods that there are, and said nothing more.
    private static async Task AnswerWhatHasNoRouteAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.HasStarted)
        {
            return;
        }

        string? title = context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "there is no such route",
            StatusCodes.Status405MethodNotAllowed => "this route has no such method: see Allow",
            _ => null,
        };
        if (title is not null)
        {
            await WriteAsync(context, ApiAnswer.Problem(context.Response.StatusCode, title));
        }
    }

    private static ApiAnswer Problem(ApiRoute route, int status, string title)
        => route.ContentType == FhirRoutes.ContentType ? FhirRoutes.Problem(status, title)
            : ApiAnswer.Problem(status, title);

    private static ApiAnswer Answer(HttpContext context, ApiRoute route, ApiParts parts)
    {
        Caller? caller = route.Permission == Permission.None ? new Caller("nobody", Role.Viewer)
            : Who(context, parts);
        if (route.Permission != Permission.None)
        {
            parts.Limits.Take(context, caller);
        }

        if (caller is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ApiException(401, "a token is needed: Authorization: Bearer TOKEN");
        }

        var request = new ApiRequest(context, caller);
        bool isAllowed = caller.May(route.Permission);
        if (Caller.IsPatientData(route.Permission))
        {
            // Only names that are names get into the log.
            parts.Audit.Write(
                caller, $"{route.Method} {route.Path}", Name(request.AuditedDevice),
                Name(request.PatientOrNull),
                request.AuditedQuery, isAllowed);
        }

        if (!isAllowed)
        {
            throw new ApiException(403, $"the role {caller.Role} may not");
        }

        request.CheckQuery(route.Query);
        return route.Answer(request);
    }

    private static Caller? Who(HttpContext context, ApiParts parts)
    {
        const string scheme = "Bearer ";
        string text = context.Request.Headers.Authorization.ToString();
        return text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? parts.Tokens.Find(text[scheme.Length..]) : null;
    }

    private static string? Name(string? text) => text is null ? null
        : Names.IsPatient(text) ? text : "(no name)";

    private static async Task WriteAsync(HttpContext context, ApiAnswer answer)
    {
        HttpResponse response = context.Response;
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'";
        response.StatusCode = answer.Status;
        if (answer.Status == StatusCodes.Status200OK)
        {
            string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(answer.Content).AsSpan(0, 16))}\"";
            response.Headers.ETag = tag;
            if (context.Request.Headers.IfNoneMatch.Any(value
                => value!.Split(',').Any(one => one.Trim() == tag)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        if (answer.Content.Length > 0)
        {
            response.ContentType = answer.ContentType;
            response.ContentLength = answer.Content.Length;
            if (answer.FileName is { } fileName)
            {
                response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
            }

            await response.Body.WriteAsync(answer.Content);
        }
    }
}
