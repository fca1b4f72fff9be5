// The web server of the demo: a page, its events, the panel's picture, and two sorts of POST: a button of the
// unit and a control of its surroundings.

using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pulsegate.Ingest.Storage;
using Pulsegate.Platform;
using Pulsegate.Virtual;

namespace Pulsegate.Web;

/// <summary>A page that is served. Dispose ends it.</summary>
public sealed class PageServer : IDisposable
{
    private const int BodyBytesMax = 0;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, string> ContentTypes = new()
    {
        [".html"] = "text/html; charset=utf-8", [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8", [".svg"] = "image/svg+xml",
    };

    private static readonly Dictionary<string, int> Buttons = new()
    {
        ["silence"] = Button.Silence, ["acknowledge"] = Button.Acknowledge, ["info"] = Button.Info,
    };

    private readonly PageOptions _options;
    private readonly BedsideUnit _unit;
    private readonly BedsideControls _controls;
    private readonly AccessGuard _guard;
    private readonly EventStream _stream = new();
    private readonly RecordReader _reader;
    private readonly BedsideWatch _watch;
    private readonly WebApplication _application;

    /// <summary>Begins to serve.</summary>
    /// <param name="options">Where, and to whom.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="controls">What may be done to it.</param>
    /// <param name="databaseFile">The ingest's database.</param>
    /// <exception cref="IOException">The address or port cannot be had.</exception>
    /// <exception cref="Ingest.IngestException">The database cannot be read.</exception>
    public PageServer(PageOptions options, BedsideUnit unit, BedsideControls controls, string databaseFile)
    {
        _options = options;
        _unit = unit;
        _controls = controls;
        _guard = new AccessGuard(options.Address);
        _application = Build(options);
        _reader = new RecordReader(databaseFile);
        _watch = new BedsideWatch(unit, controls, new Ward(_reader), _stream);
        _application.Run(Serve);
        try
        {
            _application.StartAsync().GetAwaiter().GetResult();
        }
        catch (SocketException e)
        {
            Dispose();
            throw new IOException($"no page can be served on {options.Address}: {e.Message}", e);
        }
        catch
        {
            Dispose();
            throw;
        }

        Address = new Uri(_application.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Where it is served.</summary>
    public Uri Address { get; }

    /// <summary>What a browser is given for the first visit: the address, and the token where one is
    /// needed.</summary>
    public string FirstAddress => _guard.Token is { } token
        ? $"{ReachableAddress.Of(Address)}?token={token}" : Address.ToString();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream.Close();
        using (var limit = new CancellationTokenSource(StopLimit))
        {
            _application.StopAsync(limit.Token).GetAwaiter().GetResult();
        }

        ((IDisposable)_application).Dispose();
        _watch.Dispose();
        _reader.Dispose();
    }

    // Nothing is read from files, arguments or the environment, and nothing is logged.
    private static WebApplication Build(PageOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = PageOptions.ConnectionCountMax;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Listen(options.Address, options.Port);
        });
        return builder.Build();
    }

    private async Task Serve(HttpContext context)
    {
        HttpResponse response = context.Response;
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (!_guard.Admits(context))
        {
            return;
        }

        string path = context.Request.Path.Value ?? "/";
        if (HttpMethods.IsPost(context.Request.Method))
        {
            response.StatusCode = Act(path.Split('/'), context.Request.Query["on"])
                ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
        }
        else if (!HttpMethods.IsGet(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        }
        else if (path == "/events")
        {
            await _stream.Serve(context);
        }
        else if (path == "/frame.png")
        {
            response.ContentType = "image/png";
            await response.Body.WriteAsync(_watch.Frame());
        }
        else
        {
            await SendFile(path, response);
        }
    }

    // POST /button/NAME presses, POST /control/NAME?on=true switches.
    private bool Act(string[] path, string? isOn)
    {
        if (path is ["", "button", string button] && Buttons.TryGetValue(button, out int bit))
        {
            _unit.Face?.Press(bit);
            return _unit.HasPower;
        }

        return path is ["", "control", string control] && bool.TryParse(isOn, out bool on)
            && _controls.TrySet(control, on);
    }

    // What is served is what was built in, and the two files of the library: no path is made of a request.
    private async Task SendFile(string path, HttpResponse response)
    {
        string name = path == "/" ? "index.html" : path[1..];
        await using Stream? file = path is "/lib/uPlot.iife.min.js" or "/lib/uPlot.min.css"
            ? OpenLibrary(name["lib/".Length..])
            : Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
        if (file is null || !ContentTypes.TryGetValue(Path.GetExtension(name), out string? type))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        response.ContentType = type;
        await file.CopyToAsync(response.Body);
    }

    private FileStream? OpenLibrary(string name)
    {
        string path = Path.Combine(_options.LibraryFolder, "uplot", "dist", name);
        return File.Exists(path) ? File.OpenRead(path) : null;
    }

    // Its owner starts and stops it, not a signal.
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
