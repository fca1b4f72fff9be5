// Goal: where others reach the demo's page, it asks for the token, of everything that it serves. Method: a
// whole demo on an address of this machine that is not loopback, plain HTTP to it.

using System.Net;
using Pulsegate.Cli;
using Pulsegate.Configuration;
using Pulsegate.Tests.Ingest;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Web;

namespace Pulsegate.Tests.Web;

[TestClass]
public sealed class ListenTests
{
    private static readonly string[] Paths = ["", "frame.png", "events", "doubt.js", "control/shake"];

    [TestMethod]
    public async Task BeyondLoopback_NothingIsServedWithoutTheToken_AndAllWithIt()
    {
        using var site = new DemoSite(address: OwnAddress());
        var first = new Uri(site.Session.PageAddress!);
        Assert.IsFalse(IPAddress.IsLoopback(IPAddress.Parse(first.Host)));
        StringAssert.Matches(
            first.Query, new System.Text.RegularExpressions.Regex(@"\A\?token=[0-9a-f]{32}\z"));

        using var handler = new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false };
        using var stranger =
            new HttpClient(handler) { BaseAddress = new Uri(first, "/"), Timeout = DemoSite.Limit };
        foreach (string path in Paths)
        {
            foreach (string query in new[] { "", "?token=", "?token=" + new string('0', 32) })
            {
                using HttpResponseMessage refusal = await stranger.GetAsync(path + query);
                Assert.AreEqual(HttpStatusCode.Unauthorized, refusal.StatusCode, path + query);
                Assert.IsEmpty(await refusal.Content.ReadAsByteArrayAsync(), path + query);
            }
        }

        using (var post =
            new HttpRequestMessage(HttpMethod.Post, "control/shake?on=true" + first.Query.Replace('?', '&')))
        {
            post.Headers.Add(AccessGuard.ControlHeader, "page");
            using HttpResponseMessage refusal = await stranger.SendAsync(post);
            Assert.AreEqual(
                HttpStatusCode.Unauthorized, refusal.StatusCode, "a control by the token in the address");
        }

        // keeps the cookie that the first visit gives
        using var guest = new HttpClient { Timeout = DemoSite.Limit };
        StringAssert.Contains(await guest.GetStringAsync(first), "<html");
        Assert.IsNotEmpty(await guest.GetByteArrayAsync(new Uri(first, "/frame.png")));
    }

    [TestMethod]
    [DataRow("http://0.0.0.0:8080/")]
    [DataRow("http://[::]:8080/")]
    public void AnyAddress_IsToldAsOneThatOthersReach(string served)
        => Assert.AreEqual(
            new Uri($"http://{OwnAddress()}:8080/"), ReachableAddress.Of(new Uri(served)));

    [TestMethod]
    [DataRow("http://127.0.0.1:8080/")]
    [DataRow("http://[::1]:8080/")]
    [DataRow("http://192.0.2.7:8080/")]
    public void AnAddress_IsToldAsItIs(string served)
        => Assert.AreEqual(new Uri(served), ReachableAddress.Of(new Uri(served)));

    // RFC 5737: an address for documents, of no machine.
    [TestMethod]
    public void AnAddressOfAnotherMachine_IsNamedInTheRefusal()
    {
        using var folder = new TemporaryFolder();
        var page = new PageOptions(IPAddress.Parse("203.0.113.9"), 0, "");
        IOException refusal = Assert.ThrowsExactly<IOException>(() => new DemoSession(
            folder.Path, new GatewayConfiguration(), new SyntheticPpgSource(1), 0, page));
        StringAssert.Contains(refusal.Message, "203.0.113.9");
    }

    private static IPAddress OwnAddress()
    {
        IPAddress? own = ReachableAddress.Own();
        if (own is null)
        {
            Assert.Inconclusive("this machine has no address but loopback");
        }

        return own!;
    }
}
