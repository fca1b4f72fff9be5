// Goal: the bars of the uplink hold with a week of backlog. Method: one round of what `bench --uplink` does,
// the bars read from its own figures.

using System.Text.Json;
using Pulsegate.Cli;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Bench;

[TestClass]
public sealed class BenchUplinkTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void AWeekOfBacklog_AlarmsWithinASecond_TwoHundredBatchesASecond()
    {
        if (!File.Exists(MosquittoBroker.Executable))
        {
            Assert.Inconclusive("mosquitto is not installed");
        }

        using var folder = new TemporaryFolder();
        int exitCode = BenchUplink.Run(folder["figures.json"], rounds: 1);
        using JsonDocument figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        double Figure(string key) => figures.RootElement.GetProperty(key).GetDouble();
        Assert.IsLessThanOrEqualTo(1000, Figure("alarmToDatabaseP99Ms"));
        Assert.IsLessThanOrEqualTo(5000, Figure("freshToDatabaseMaxMs"));
        Assert.IsGreaterThanOrEqualTo(200, Figure("drainBatchesPerSecond"));
        Assert.AreEqual(0, exitCode);
    }
}
