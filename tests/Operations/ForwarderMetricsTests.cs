// Goal: a forwarder's figures agree with what the queue has, and it is ready only with edge and queue.
// Method: the command itself between a real broker and a real RabbitMQ node.

using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pulsegate.Tests.EndToEnd;
using Pulsegate.Tests.Ingest;
using Pulsegate.Tests.Mosquitto;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Operations;

[TestClass]
public sealed class ForwarderMetricsTests
{
    private const int BatchCount = 5;

    [TestMethod]
    [TestCategory("Slow")]
    public void Forwarder_CountsWhatTheQueueHas()
    {
        PrometheusServer.Require();
        SharedPostgres.RequireInstalled();
        using var queue = new TestQueue();
        queue.MakeAnew();
        using var backend = new TestBackend(new PostgresTestSink(), queue.StationFolder);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["forward.json"], JsonSerializer.Serialize(
            queue.Forwarder(backend),
            new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));
        using CommandProcess forwarder = CommandProcess.Start(
            "forward", "--settings", folder["forward.json"], "--metrics", "127.0.0.1:0");
        Uri address = MetricsTests.AddressOf(forwarder);
        using var client = new HttpClient { BaseAddress = address, Timeout = ToolProcess.Limit };
        Wait.Until(() => IsReady(client), () => forwarder.Output + forwarder.Error);

        using var device = new TestDevice(backend, backend.AddDevice("ward-a"));
        for (int i = 1; i <= BatchCount; i++)
        {
            Assert.AreEqual(0, device.Send("vitals", device.Seal(i)));
        }

        string text = "";
        Wait.Until(
            () => Figure(text = client.GetStringAsync("metrics").Result, "confirmed_messages_total")
                >= queue.CountAll()
                && queue.CountAll() == BatchCount
                && Figure(text, "waiting_messages") == 0,   // a moment after the last is confirmed
            () => text);
        Assert.AreEqual(BatchCount, Figure(text, "confirmed_messages_total"));
        Assert.AreEqual(BatchCount, Figure(text, "messages_total"));
        Assert.AreEqual(1, Figure(text, "edge_connected"));
        Assert.AreEqual(1, Figure(text, "queue_connected"));
        MetricsTests.CheckText(text, "ward-a");
        Assert.AreEqual(0, forwarder.Terminate(ToolProcess.Limit), forwarder.Error);
    }

    private static bool IsReady(HttpClient client)
    {
        using HttpResponseMessage answer = client.GetAsync("health/ready").Result;
        return answer.StatusCode == HttpStatusCode.OK;
    }

    private static long Figure(string text, string name) => long.Parse(
        Regex.Match(text, $@"^pulsegate_forwarder_{name} (\d+)$", RegexOptions.Multiline).Groups[1].Value,
        CultureInfo.InvariantCulture);
}
