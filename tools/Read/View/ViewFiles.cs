// The files of the operator's view: a page that holds nothing by itself and asks the API with the token that
// somebody gives it.

using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Pulsegate.Read.View;

/// <summary>Serves what was built in, and the two files of the chart library: no path is made of a
/// request.</summary>
internal static class ViewFiles
{
    private const string Prefix = "View/";

    private static readonly Dictionary<string, string> ContentTypes = new()
    {
        [".html"] = "text/html; charset=utf-8", [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8", [".svg"] = "image/svg+xml",
    };

    /// <summary>Adds the routes; they need no token, and tell nothing.</summary>
    internal static void Map(WebApplication application, string libraryFolder)
    {
        foreach (string resource in Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            string name = resource[Prefix.Length..];
            Get(application, name == "index.html" ? "/" : $"/view/{name}", name,
                () => Assembly.GetExecutingAssembly().GetManifestResourceStream(resource));
        }

        foreach (string name in new[] { "uPlot.iife.min.js", "uPlot.min.css" })
        {
            string path = Path.Combine(libraryFolder, "uplot", "dist", name);
            Get(application, $"/view/lib/{name}", name, () => File.Exists(path) ? File.OpenRead(path) : null);
        }
    }

    private static void Get(WebApplication application, string route, string name, Func<Stream?> open)
        => application.MapMethods(
            route, [HttpMethods.Get], context => SendAsync(context.Response, name, open));

    private static async Task SendAsync(HttpResponse response, string name, Func<Stream?> open)
    {
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-cache";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        await using Stream? content = open();
        if (content is null)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        response.ContentType = ContentTypes[Path.GetExtension(name)];
        await content.CopyToAsync(response.Body);
    }
}
