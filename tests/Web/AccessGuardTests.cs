// Goal: where others reach the page, nobody uses it without the token. Method: requests made by hand; nothing
// listens.

using System.Net;
using Microsoft.AspNetCore.Http;
using Pulsegate.Web;

namespace Pulsegate.Tests.Web;

[TestClass]
public sealed class AccessGuardTests
{
    private readonly AccessGuard _guard = new(IPAddress.Parse("192.0.2.7"));

    [TestMethod]
    public void ALoopbackAddress_NeedsNoToken()
        => Assert.IsNull(new AccessGuard(IPAddress.IPv6Loopback).Token);

    [TestMethod]
    public void AToken_HasA128BitsAndIsAnotherEachTime()
    {
        Assert.HasCount(32, _guard.Token!);
        Assert.AreNotEqual(_guard.Token, new AccessGuard(IPAddress.Any).Token);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("?token=")]
    [DataRow("?token=0123456789abcdef0123456789abcdef")]
    public void WithoutTheToken_NothingIsServed(string query)
    {
        DefaultHttpContext context = Get("192.0.2.7:8080", query);
        Assert.IsFalse(_guard.Admits(context));
        Assert.AreEqual(StatusCodes.Status401Unauthorized, context.Response.StatusCode);
        Assert.IsEmpty(context.Response.Headers.SetCookie);
    }

    [TestMethod]
    public void TheFirstVisit_ChangesTheTokenForACookie_WhichThenDoes()
    {
        DefaultHttpContext first = Get("192.0.2.7:8080", "?token=" + _guard.Token);
        Assert.IsFalse(_guard.Admits(first));
        Assert.AreEqual(StatusCodes.Status303SeeOther, first.Response.StatusCode);
        Assert.AreEqual("/", first.Response.Headers.Location.ToString());
        string cookie = first.Response.Headers.SetCookie.Single()!;
        StringAssert.Contains(cookie, "httponly");
        StringAssert.Contains(cookie, "samesite=strict");

        DefaultHttpContext second = Get("192.0.2.7:8080", "");
        second.Request.Headers.Cookie = cookie.Split(';')[0];
        Assert.IsTrue(_guard.Admits(second));
    }

    [TestMethod]
    public void AControl_NeedsTheCookie_NotTheQuery()
    {
        DefaultHttpContext context = Get("192.0.2.7:8080", "?token=" + _guard.Token);
        context.Request.Method = "POST";
        context.Request.Headers[AccessGuard.ControlHeader] = "page";
        Assert.IsFalse(_guard.Admits(context));
        Assert.AreEqual(StatusCodes.Status401Unauthorized, context.Response.StatusCode);
    }

    [TestMethod]
    public void AName_IsRefused_EvenWithTheToken()
    {
        DefaultHttpContext context = Get("rebound.example", "?token=" + _guard.Token);
        Assert.IsFalse(_guard.Admits(context));
        Assert.AreEqual(StatusCodes.Status403Forbidden, context.Response.StatusCode);
    }

    // https://www.w3.org/TR/fetch-metadata/: what a browser sends with a request that a page has made.
    [TestMethod]
    [DataRow("cross-site", "empty", false)]
    [DataRow("same-site", "empty", false)]
    [DataRow("cross-site", "image", false)]
    [DataRow("cross-site", "iframe", false)]
    [DataRow("cross-site", "document", true)]
    [DataRow("none", "document", true)]
    [DataRow("same-origin", "empty", true)]
    [DataRow(null, null, true)]
    public void AnotherSiteInTheBrowser_MayOpenThePage_AndAskForNothingElse(
        string? site, string? destination, bool isAdmitted)
    {
        DefaultHttpContext context = Get("127.0.0.1:8080", "");
        context.Request.Headers["Sec-Fetch-Site"] = site;
        context.Request.Headers["Sec-Fetch-Dest"] = destination;
        Assert.AreEqual(isAdmitted, new AccessGuard(IPAddress.Loopback).Admits(context));
        Assert.AreEqual(
            isAdmitted ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden,
            context.Response.StatusCode);
    }

    private static DefaultHttpContext Get(string host, string query)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host);
        context.Request.QueryString = new QueryString(query);
        return context;
    }
}
