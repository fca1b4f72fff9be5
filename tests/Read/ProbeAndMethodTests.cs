// Goal: whoever needs no token costs the databases little, and a wrong method is told from a wrong route.
// Method: real HTTP on time that stands still until the test moves it.

using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class ProbeAndMethodTests
{
    private readonly ManualTime _time = new();
    private readonly ReadFixture _fixture;

    public ProbeAndMethodTests() => _fixture = new ReadFixture { Time = _time };

    [TestCleanup]
    public void Cleanup() => _fixture.Dispose();

    [TestMethod]
    public void Readiness_AsksTheDatabasesOnceASecond()
    {
        string away = _fixture.DatabaseFile + ".away";
        Assert.AreEqual(200, Ready());
        File.Move(_fixture.DatabaseFile, away);
        Assert.AreEqual(200, Ready(), "the answer of this second");
        _time.Now += TimeSpan.FromSeconds(1);
        Assert.AreEqual(503, Ready());
        File.Move(away, _fixture.DatabaseFile);
        Assert.AreEqual(503, Ready(), "the answer of this second");
        _time.Now += TimeSpan.FromSeconds(1);
        Assert.AreEqual(200, Ready());

        int Ready() => _fixture.Status("/health/ready", role: null);
    }

    [TestMethod]
    [DataRow("POST", "/v1/devices", "GET")]
    [DataRow("DELETE", "/v1/devices/ward-1", "GET")]
    [DataRow("GET", "/v1/devices/ward-1/patients/p-1", "PUT")]
    [DataRow("PUT", "/v1/devices/ward-1/patients", "GET,DELETE")]
    [DataRow("POST", "/", "GET")]
    [DataRow("POST", "/fhir/Observation", "GET")]
    [DataRow("PATCH", "/health/live", "GET")]
    public void AWrongMethod_Is405_WithThoseThatThereAre(string method, string path, string allowed)
    {
        using HttpResponseMessage response = _fixture.Send(path, role: null, method);

        Assert.AreEqual(405, (int)response.StatusCode);
        CollectionAssert.AreEquivalent(allowed.Split(','), response.Content.Headers.Allow.ToArray());
        Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [TestMethod]
    public void AWrongRoute_Is404_InTheSameWords()
    {
        foreach (string path in new[] { "/v2/devices", "/no.txt", "/v1/devices/ward-1/nothing" })
        {
            using HttpResponseMessage response = _fixture.Send(path, role: null);
            Assert.AreEqual(404, (int)response.StatusCode);
            StringAssert.Contains(response.Content.ReadAsStringAsync().Result, "there is no such route");
        }
    }
}
