// Who may use the page. Three attackers: another site in the same browser (it cannot set our header and is
// not our origin, and may not even ask: what it never reads takes the place of an onlooker), a name that is made
// to point to this address (its Host is no address of ours), and, where the page is not for this machine alone,
// anybody in the network (has no token).

using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Pulsegate.Web;

/// <summary>Decides about each request.</summary>
internal sealed class AccessGuard
{
    /// <summary>A header that only scripts of the page itself can send without being asked.</summary>
    internal const string ControlHeader = "X-Pulsegate";

    /// <summary>Name of the cookie that stands for the token after the first visit.</summary>
    internal const string CookieName = "pulsegate";

    private const string TokenParameter = "token";
    private const int TokenBytes = 16;
    private readonly bool _isLoopback;
    private readonly byte[]? _tokenHash;

    /// <summary>A guard of an address.</summary>
    internal AccessGuard(IPAddress address)
    {
        _isLoopback = IPAddress.IsLoopback(address);
        if (!_isLoopback)
        {
            Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
            _tokenHash = Hash(Token);
        }
    }

    /// <summary>What a first visit must bring; null where none is needed.</summary>
    internal string? Token { get; }

    /// <summary>True when the request may go on; otherwise it has been answered.</summary>
    internal bool Admits(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!IsOurHost(request.Host) || IsForAnotherSite(request))
        {
            return Refuse(context, StatusCodes.Status403Forbidden);
        }

        if (_tokenHash is not null && !HasToken(request.Cookies[CookieName]))
        {
            if (!HttpMethods.IsGet(request.Method) || !HasToken(request.Query[TokenParameter]))
            {
                return Refuse(context, StatusCodes.Status401Unauthorized);
            }

            // From here on the cookie does, so that the token stays in no address bar and no history entry.
            context.Response.Cookies.Append(CookieName, Token!, new CookieOptions
            {
                HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/",
            });
            context.Response.Headers.Location = "/";
            return Refuse(context, StatusCodes.Status303SeeOther);
        }

        bool isControl = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method);
        return !isControl || IsFromPage(request) || Refuse(context, StatusCodes.Status403Forbidden);
    }

    private static bool Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return false;
    }

    // An address cannot be made to point elsewhere, a name can.
    private bool IsOurHost(HostString host)
    {
        bool isName = host.Host == "localhost";
        return IPAddress.TryParse(host.Host.Trim('[', ']'), out IPAddress? address)
            ? !_isLoopback || IPAddress.IsLoopback(address) : isName;
    }

    // What the browser itself says (W3C Fetch Metadata); a link from elsewhere that opens the page is welcome.
    private static bool IsForAnotherSite(HttpRequest request)
    {
        string? site = request.Headers["Sec-Fetch-Site"];
        return !string.IsNullOrEmpty(site) && site != "same-origin" && site != "none"
            && request.Headers["Sec-Fetch-Dest"] != "document";
    }

    private static bool IsFromPage(HttpRequest request)
    {
        string? origin = request.Headers.Origin;
        return request.Headers.ContainsKey(ControlHeader)
            && (string.IsNullOrEmpty(origin) || origin == $"{request.Scheme}://{request.Host}");
    }

    private bool HasToken(string? given)
        => given is not null && CryptographicOperations.FixedTimeEquals(Hash(given), _tokenHash);

    // Of one length, whatever was given.
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
