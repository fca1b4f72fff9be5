// Goal: what the services say of themselves agrees with the database, is what Prometheus and OpenTelemetry
// take, and names no device. Method: the commands themselves on a real broker, asked by a real Prometheus;
// OTLP decoded by OpenTelemetry's own generated code; figures compared with the database's.

using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Pulsegate.Read.Access;
using Pulsegate.Tests.EndToEnd;
using Pulsegate.Tests.Ingest;
using Pulsegate.Tests.Read;

namespace Pulsegate.Tests.Operations;

[TestClass]
public sealed class MetricsTests
{
    private const string RecordCount = "select count(*) from record";
    private const string ReadingCount = "select sum(reading_count) from record";
    private const string Committed = "pulsegate_ingest_records_total{outcome=\"committed\"}";
    private readonly HttpClient _client = new() { Timeout = ToolProcess.Limit };

    [TestCleanup]
    public void Cleanup() => _client.Dispose();

    [TestMethod]
    [TestCategory("Slow")]
    public void Ingest_IsScrapedByPrometheus_AndAgreesWithTheDatabase()
    {
        PrometheusServer.Require();
        using var site = new SmallSite();
        using CommandProcess ingest = CommandProcess.Start(
            "ingest", "--settings", site.PathOf("ingest.json"), "--metrics", "127.0.0.1:0");
        Uri address = AddressOf(ingest);
        using var prometheus = new PrometheusServer(
            $"  - job_name: ingest\n    static_configs: [{{targets: [\"{address.Authority}\"]}}]\n");
        using (CommandProcess gateway = site.StartGateway())
        {
            site.WaitUntilAbove(RecordCount, 2, ToolProcess.Limit);
            Assert.AreEqual(0, gateway.Terminate(ToolProcess.Limit), gateway.Error);
        }

        long records = site.Query(RecordCount);
        prometheus.WaitFor(Committed, records);
        prometheus.WaitFor("pulsegate_ingest_readings_committed_total", site.Query(ReadingCount));
        prometheus.WaitFor("pulsegate_ingest_commit_delay_seconds_count", records);
        prometheus.WaitFor("pulsegate_ingest_commit_delay_seconds_bucket{le=\"+Inf\"}", records);
        prometheus.WaitFor("pulsegate_ingest_connected", 1);
        prometheus.WaitFor("pulsegate_ingest_unverifiable_messages_total", 0);

        string text = _client.GetStringAsync(new Uri(address, "metrics")).Result;
        CheckText(text, SmallSite.Device);
        Assert.AreEqual(0, ingest.Terminate(ToolProcess.Limit), ingest.Error);
        Assert.AreEqual(records, site.Query(RecordCount));
    }

    [TestMethod]
    public void Ingest_IsReadyWhileItsBrokerAnswers_AndAliveAllTheTime()
    {
        using var site = new SmallSite();
        using CommandProcess ingest = CommandProcess.Start(
            "ingest", "--settings", site.PathOf("ingest.json"), "--metrics", "127.0.0.1:0");
        Uri address = AddressOf(ingest);
        WaitForStatus(address, "health/ready", HttpStatusCode.OK);
        site.Broker.Kill();
        WaitForStatus(address, "health/ready", HttpStatusCode.ServiceUnavailable);
        WaitForStatus(address, "health/live", HttpStatusCode.OK);
        site.KillAndRestartBroker();
        WaitForStatus(address, "health/ready", HttpStatusCode.OK);
        Assert.AreEqual(0, ingest.Terminate(ToolProcess.Limit), ingest.Error);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void WhatIsSentByOtlp_IsTheSame_UpToTheLastMomentOfTheProcess()
    {
        string packages = ToolProcess.PackageFolder();
        using var site = new SmallSite();
        using ToolProcess receiver =
            ToolProcess.Start("node", ToolProcess.Source("otlp-receiver.mjs"), packages);
        string collector = receiver.WaitFor(@"http://127\.0\.0\.1:\d+").Value;
        using CommandProcess ingest = CommandProcess.Start(
            "ingest", "--settings", site.PathOf("ingest.json"), "--otlp", collector);
        using (CommandProcess gateway = site.StartGateway())
        {
            site.WaitUntilAbove(RecordCount, 0, ToolProcess.Limit);
            Assert.AreEqual(0, gateway.Terminate(ToolProcess.Limit), gateway.Error);
        }

        // Within the minute between two exports: what comes is what is sent at the end.
        Assert.AreEqual(0, ingest.Terminate(ToolProcess.Limit), ingest.Error);
        long records = site.Query(RecordCount);
        long readings = site.Query(ReadingCount);

        // They come line by line: all of them are waited for.
        (string Service, string Name, string Unit, string Labels, double Value)[] points = [];
        bool Has(string name, double value, string unit = "", string label = "") => points.Any(
            p => p.Name == name && p.Value == value && (unit == "" || p.Unit == unit)
                && p.Labels.Contains(label));
        Wait.Until(
            () =>
            {
                points = Points(receiver);
                return Has("pulsegate.ingest.records", records, label: "committed")
                    && Has("pulsegate.ingest.commit.delay", records, unit: "s")
                    && Has("pulsegate.ingest.readings_committed", readings);
            },
            () => $"no {records} records with {readings} readings in {receiver.Output}");
        Assert.IsTrue(points.All(p => p.Service == "pulsegate-ingest"));
        Assert.DoesNotContain(SmallSite.Device, receiver.Output);
    }

    [TestMethod]
    public void Serve_SaysTheFleetsTotals_ToPrometheusWithAToken()
    {
        PrometheusServer.Require();
        using var fixture = new ReadFixture();
        fixture.Commit(Records.Vitals(1), Records.Vitals(3), Records.Vitals(1, "ward-2"));
        using CommandProcess serve = CommandProcess.Start(
            "serve", "--database", fixture.DatabaseFile, "--access", fixture.AccessFile, "--port", "0");
        Uri address = AddressOf(serve);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["token"], fixture.TokenOf(Role.Operator));
        using var prometheus = new PrometheusServer(
            "  - job_name: read\n"
            + $"    authorization: {{credentials_file: \"{folder["token"]}\"}}\n"
            + $"    static_configs: [{{targets: [\"{address.Authority}\"]}}]\n");
        prometheus.WaitFor("pulsegate_records_total", 3);
        prometheus.WaitFor("pulsegate_devices", 2);
        prometheus.WaitFor("pulsegate_stores_with_gaps", 1);
        Wait.Until(
            () => prometheus.Query("http_server_request_duration_seconds_count{http_route=\"/metrics\"}") > 0,
            () => "requests were not counted");

        _client.DefaultRequestHeaders.Authorization = new("Bearer", fixture.TokenOf(Role.Operator));
        CheckText(_client.GetStringAsync(new Uri(address, "metrics")).Result, "ward");
        Assert.AreEqual(0, serve.Terminate(ToolProcess.Limit), serve.Error);
    }

    [TestMethod]
    [DataRow("--metrics", "127.0.0.1")]
    [DataRow("--metrics", "::1")]
    [DataRow("--metrics", "somewhere:9464")]
    [DataRow("--metrics", "127.0.0.1:70000")]
    [DataRow("--otlp", "127.0.0.1:4318")]
    [DataRow("--otlp", "ftp://127.0.0.1")]
    [DataRow("--otlp", "http://127.0.0.1:4318/v1/metrics")]
    public void AnAddressThatIsNone_IsRefusedInOneLine(string option, string value)
    {
        (int exitCode, _, string error) = CommandProcess.Run(
            ToolProcess.Limit, "ingest", "--settings", "none.json", option, value);
        Assert.AreEqual(1, exitCode, error);
        string refusal = error.Split('\n')
            .FirstOrDefault(line => line.Contains(option, StringComparison.Ordinal)) ?? "";
        StringAssert.StartsWith(refusal, "pulsegate: " + option, error);
    }

    internal static Uri AddressOf(CommandProcess process)
    {
        Match address = Match.Empty;
        Wait.Until(
            () => process.HasExited
                || (address = Regex.Match(process.Output, @"http://127\.0\.0\.1:\d+")).Success,
            () => process.Output + process.Error);
        Assert.IsTrue(address.Success, process.Output + process.Error);
        return new Uri(address.Value);
    }

    // Prometheus' own linter finds nothing in our metrics; those of .NET itself are not ours to name.
    internal static void CheckText(string text, string deviceName)
    {
        Assert.DoesNotContain(deviceName, text);
        (int exitCode, string output) = ToolProcess.Run(text, PrometheusServer.Promtool, "check", "metrics");
        string[] found = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith("pulsegate", StringComparison.Ordinal))];
        CollectionAssert.AreEqual(Array.Empty<string>(), found);
        Assert.IsTrue(exitCode is 0 or 3, output);   // 3: remarks on names, 1: not the format
    }

    private static (string Service, string Name, string Unit, string Labels, double Value)[] Points(
        ToolProcess receiver) =>
    [
        .. receiver.Output.Split('\n').Where(line => line.StartsWith('{')).Select(line =>
        {
            JsonElement point = JsonDocument.Parse(line).RootElement;
            return (point.GetProperty("service").GetString()!, point.GetProperty("name").GetString()!,
                point.GetProperty("unit").GetString()!, point.GetProperty("labels").GetRawText(),
                point.GetProperty("value").GetDouble());
        }),
    ];

    private void WaitForStatus(Uri address, string path, HttpStatusCode wanted)
    {
        HttpStatusCode now = 0;
        Wait.Until(
            () =>
            {
                using HttpResponseMessage answer = _client.GetAsync(new Uri(address, path)).Result;
                now = answer.StatusCode;
                return now == wanted;
            },
            () => $"{path} is {now}, wanted {wanted}");
    }
}
