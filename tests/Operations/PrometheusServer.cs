using System.Globalization;
using System.Text.Json;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Operations;

/// <summary>A real Prometheus that asks some places every second.</summary>
internal sealed class PrometheusServer : IDisposable
{
    internal const string Promtool = "/usr/bin/promtool";
    private const string Program = "/usr/bin/prometheus";
    private const int StartCountMax = 5;
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new() { Timeout = ToolProcess.Limit };
    private readonly ToolProcess _process;

    /// <summary>Starts it.</summary>
    /// <param name="jobs">Sections of its configuration, in YAML.</param>
    internal PrometheusServer(string jobs)
    {
        Require();
        string settings = _folder["prometheus.yml"];
        File.WriteAllText(settings, $"global:\n  scrape_interval: 1s\nscrape_configs:\n{jobs}");
        for (int i = 1; ; i++)
        {
            int port = LoopbackPort.Find();
            _process = ToolProcess.Start(
                Program, $"--config.file={settings}", $"--storage.tsdb.path={_folder["data"]}",
                $"--web.listen-address=127.0.0.1:{port}");
            _client.BaseAddress = new Uri($"http://127.0.0.1:{port}");
            Wait.Until(() => _process.HasExited || IsUp(), () => _process.Output);
            if (!_process.HasExited)
            {
                return;
            }

            Assert.IsLessThan(StartCountMax, i, _process.Output);   // the port was taken meanwhile
            _process.Dispose();
            _client.Dispose();
            _client = new HttpClient { Timeout = ToolProcess.Limit };
        }
    }

    /// <summary>Skips the test where it is not installed.</summary>
    internal static void Require()
    {
        if (!File.Exists(Program) || !File.Exists(Promtool))
        {
            Assert.Inconclusive("prometheus is missing (Debian package prometheus)");
        }
    }

    /// <summary>The newest value of a query that has one answer; null for none yet.</summary>
    internal double? Query(string query)
    {
        string text = _client.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}").Result;
        JsonElement result = JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? null
            : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a query has a value.</summary>
    internal void WaitFor(string query, double value)
    {
        double? now = null;
        Wait.Until(() => (now = Query(query)) == value, () => $"{query} is {now}, wanted {value}");
    }

    public void Dispose()
    {
        _process.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private bool IsUp()
    {
        try
        {
            using HttpResponseMessage answer = _client.GetAsync("/-/ready").Result;
            return answer.IsSuccessStatusCode;
        }
        catch (AggregateException)
        {
            return false;
        }
    }
}
