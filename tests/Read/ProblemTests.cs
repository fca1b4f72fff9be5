// Goal: what fails inside the read API is said once, counted each time, and tells nothing of a record.
// Method: the database taken away under a running server, and a record damaged in it.

using System.Collections.Concurrent;
using Pulsegate.Read;
using Pulsegate.Read.Access;
using Pulsegate.Read.Webhooks;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class ProblemTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ManualTime _time = new();
    private readonly ReadFixture _fixture;

    public ProblemTests() => _fixture = new ReadFixture { OnProblem = _lines.Enqueue, Time = _time };

    [TestCleanup]
    public void Cleanup() => _fixture.Dispose();

    [TestMethod]
    public void ADatabaseThatIsGone_IsSaidOnceAMinute_AndCountedEachTime()
    {
        _fixture.Commit(Records.Vitals(1));
        Assert.AreEqual(200, _fixture.Status("/v1/devices"));
        Away(_fixture.DatabaseFile, () =>
        {
            for (int i = 0; i < 3; i++)
            {
                Assert.AreEqual(503, _fixture.Status("/v1/devices"));
            }

            string line = _lines.Single();
            StringAssert.StartsWith(line, "GET /v1/devices failed: the database cannot be used: ");
            _time.Now += TimeSpan.FromMinutes(1);
            Assert.AreEqual(503, _fixture.Status("/v1/devices"));
            StringAssert.EndsWith(_lines.Last(), "(2 more since it was said last)");
        });

        StringAssert.Contains(Metrics(), "pulsegate_failures_total{part=\"requests\"} 4");
    }

    [TestMethod]
    public void ARecordThatCannotBeRead_IsSaid_WithoutItsContent()
    {
        _fixture.Commit(Records.Vitals(1));
        _fixture.Sql("update device_state set ranges = 'blood group of Mrs Smith'");
        Assert.AreEqual(500, _fixture.Status("/v1/devices/ward-1/gaps"));

        string line = _lines.Single();
        StringAssert.Contains(line, "GET /v1/devices/{device}/gaps failed: ");
        StringAssert.Contains(line, "Exception in ");
        Assert.IsFalse(line.Contains("Smith") || line.Contains("ward-1"), line);
    }

    [TestMethod]
    public async Task AWebhookThatCannotLook_SaysSo_AndIsCounted()
    {
        _fixture.Commit(Records.Vitals(1));
        var hook = new Webhook("desk", "http://127.0.0.1:9/alarms", Secret);
        await using ReadServer server = await ReadServer.StartAsync(
            _fixture.Options with { Webhooks = [hook] }, _time, _lines.Enqueue);
        Assert.IsTrue(SpinWait.SpinUntil(
            () => ReadFixture.Sql(_fixture.AccessFile, "select * from hook").Count == 1, Limit));
        Away(_fixture.DatabaseFile, () => Assert.IsTrue(SpinWait.SpinUntil(() => !_lines.IsEmpty, Limit)));

        string line = _lines.Single();
        StringAssert.StartsWith(line, "webhook desk failed: the database cannot be used: ");
        Assert.IsFalse(line.Contains(Secret), line);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", _fixture.TokenOf(Role.Operator));
        string metrics = await client.GetStringAsync(new Uri(server.Address, "/metrics"));
        Assert.DoesNotContain("pulsegate_failures_total{part=\"webhooks\"} 0", metrics);
        StringAssert.Contains(metrics, "pulsegate_failures_total{part=\"webhooks\"} ");
    }

    private string Metrics()
    {
        using HttpResponseMessage response = _fixture.Send("/metrics", Role.Operator);
        return response.Content.ReadAsStringAsync().Result;
    }

    private static void Away(string file, Action action)
    {
        File.Move(file, file + ".away");
        try
        {
            action();
        }
        finally
        {
            File.Move(file + ".away", file);
        }
    }
}
