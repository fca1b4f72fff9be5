// Goal: nobody but the page itself acts on the unit, and nothing but the page's own files is given away. Method: plain
// HTTP against a running demo.

using System.Net;
using Pulsegate.Web;

namespace Pulsegate.Tests.Web;

[TestClass]
public sealed class PageServerTests
{
    private static DemoSite _site = null!;

    [ClassInitialize]
    public static void Start(TestContext context) => _site = new DemoSite();

    [ClassCleanup]
    public static void Stop() => _site.Dispose();

    [TestMethod]
    [DataRow("127.0.0.1", HttpStatusCode.OK)]
    [DataRow("localhost", HttpStatusCode.OK)]
    [DataRow("rebound.example", HttpStatusCode.Forbidden)]
    [DataRow("localhost.example", HttpStatusCode.Forbidden)]
    [DataRow("127.0.0.1.example", HttpStatusCode.Forbidden)]
    [DataRow("192.0.2.1", HttpStatusCode.Forbidden)]
    public async Task ANameThatPointsHere_IsNotServed(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = host } };
        Assert.AreEqual(expected, (await _site.Client.SendAsync(request)).StatusCode);
    }

    [TestMethod]
    [DataRow(false, null, HttpStatusCode.Forbidden)]
    [DataRow(true, null, HttpStatusCode.NoContent)]
    [DataRow(true, "http://other.example", HttpStatusCode.Forbidden)]
    [DataRow(true, "null", HttpStatusCode.Forbidden)]
    public async Task AnotherSite_CannotUseAControl(bool hasHeader, string? origin, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/control/shake?on=false");
        if (hasHeader)
        {
            request.Headers.Add(AccessGuard.ControlHeader, "page");
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        Assert.AreEqual(expected, (await _site.Client.SendAsync(request)).StatusCode);
    }

    [TestMethod]
    [DataRow("/control/none?on=true")]
    [DataRow("/control/shake?on=maybe")]
    [DataRow("/control/shake/x?on=true")]
    [DataRow("/button/none")]
    [DataRow("/")]
    public async Task WhatIsNoControl_IsNotFound(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { AccessGuard.ControlHeader, "page" } } };
        Assert.AreEqual(HttpStatusCode.NotFound, (await _site.Client.SendAsync(request)).StatusCode);
    }

    [TestMethod]
    [DataRow("/../appsettings.json")]
    [DataRow("/..%2f..%2fetc%2fpasswd")]
    [DataRow("/lib/..%2f..%2f..%2fpackage.json")]
    [DataRow("/lib/uPlot.d.ts")]
    [DataRow("/Pulsegate.Web.dll")]
    public async Task OnlyThePagesOwnFiles_AreServed(string path)
        => Assert.AreEqual(HttpStatusCode.NotFound, (await _site.Client.GetAsync(path)).StatusCode);

    [TestMethod]
    [DataRow("/")]
    [DataRow("/page.js")]
    [DataRow("/frame.png")]
    public async Task EveryAnswer_LoadsFromHereAlone(string path)
    {
        HttpResponseMessage answer = await _site.Client.GetAsync(path);
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        string policy = string.Join(";", answer.Headers.GetValues("Content-Security-Policy"));
        StringAssert.StartsWith(policy, "default-src 'none'");
        Assert.DoesNotContain("unsafe", policy);
        Assert.DoesNotContain("http", policy);
        Assert.AreEqual("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.IsFalse(answer.Headers.Contains("Server"));
    }

    [TestMethod]
    public async Task MoreOnlookersThanThereIsRoomFor_AreTurnedAway()
    {
        var onlookers = new List<HttpResponseMessage>();
        try
        {
            for (int i = 0; i < EventStream.SubscriberCountMax; i++)
            {
                onlookers.Add(await _site.Client.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead));
                Assert.AreEqual(HttpStatusCode.OK, onlookers[^1].StatusCode);
            }

            using HttpResponseMessage one = await _site.Client.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead);
            Assert.AreEqual(HttpStatusCode.ServiceUnavailable, one.StatusCode);
        }
        finally
        {
            onlookers.ForEach(onlooker => onlooker.Dispose());
        }
    }
}
