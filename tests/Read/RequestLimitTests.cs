// Goal: one token's program cannot take the answers from others, and learns when to come back. Method: real
// HTTP, a limit that is not refilled while the test runs, and one that is.

using System.Net;
using Pulsegate.Read;
using Pulsegate.Read.Access;
using Pulsegate.Tests.Ingest;
using Pulsegate.Tests.Operations;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class RequestLimitTests
{
    private const int Limit = 60;
    private const string Path = "/v1/devices";

    [TestMethod]
    public void OneTokenTooMany_Is429_WithRetryAfter_AndNobodyElseIsHindered()
    {
        using var fixture =
            new ReadFixture { RequestsPerMinuteMax = Limit, RefillTime = TimeSpan.FromHours(1) };
        fixture.Commit(Records.Vitals(1));
        for (int i = 0; i < Limit; i++)
        {
            Assert.AreEqual(200, fixture.Status(Path, Role.Viewer), $"request {i}");
        }

        using (HttpResponseMessage refusal = fixture.Send(Path, Role.Viewer))
        {
            Assert.AreEqual(HttpStatusCode.TooManyRequests, refusal.StatusCode);
            Assert.IsTrue(refusal.Headers.RetryAfter!.Delta > TimeSpan.Zero);
            Assert.AreEqual("application/problem+json", refusal.Content.Headers.ContentType!.MediaType);
        }

        Assert.AreEqual(429, fixture.Status("/v1/devices/ward-1/readings", Role.Viewer));
        Assert.IsEmpty(ReadFixture.Sql(fixture.AccessFile, "select * from audit where token = 'a-Viewer'"));
        Assert.AreEqual(200, fixture.Status(Path, Role.Clinician));
        Assert.AreEqual(200, fixture.Status("/health/ready", null));
    }

    [TestMethod]
    public void WithoutAToken_TheAddressIsLimited_AndATokenFromThereIsNot()
    {
        using var fixture =
            new ReadFixture { RequestsPerMinuteMax = Limit, RefillTime = TimeSpan.FromHours(1) };
        for (int i = 0; i < Limit; i++)
        {
            Assert.AreEqual(401, fixture.Status(Path, null, token: $"guess-{i}"));
        }

        Assert.AreEqual(429, fixture.Status(Path, null, token: "another-guess"));
        Assert.AreEqual(200, fixture.Status(Path, Role.Viewer));
    }

    [TestMethod]
    public void WhatIsUsedUp_ComesBack()
    {
        using var fixture =
            new ReadFixture { RequestsPerMinuteMax = Limit, RefillTime = TimeSpan.FromSeconds(5) };
        const int most = 10_000;   // of which one comes back every 5 s
        Assert.IsTrue(Enumerable.Range(0, most).Any(_ => fixture.Status(Path, Role.Viewer) == 429));
        Wait.Until(() => fixture.Status(Path, Role.Viewer) == 200, () => "nothing came back");
    }

    [TestMethod]
    public void BeyondThisMachine_ItListensOnlyWithACertificate()
    {
        using var fixture = new ReadFixture();
        var e = Assert.ThrowsExactly<ReadException>(() => ReadServer.StartAsync(
            fixture.Options with { Address = IPAddress.Any }).GetAwaiter().GetResult());
        StringAssert.Contains(e.Message, "give a certificate");
    }
}
