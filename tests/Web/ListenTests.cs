// Goal: where others reach the demo's page, it asks for the token, of everything that it serves. Method: a
// whole demo on an address of this machine that is not loopback, plain HTTP to it.

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
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

    private static IPAddress OwnAddress()
    {
        IPAddress? own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(one => one.OperationalStatus == OperationalStatus.Up)
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Select(one => one.Address)
            .FirstOrDefault(
                one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one));
        if (own is null)
        {
            Assert.Inconclusive("this machine has no address but loopback");
        }

        return own!;
    }
}
