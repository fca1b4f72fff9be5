// Goal: a week of backlog drains while alarms and fresh batches pass it by, and nothing is lost. Method: one
// round of what `bench --uplink` does, which counts every record at its end. How fast it was is for `bench
// --uplink` to judge, on a machine that does nothing else.

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
    public void AWeekOfBacklog_DrainsWhole_WhileAlarmsAndFreshBatchesPassIt()
    {
        if (!File.Exists(MosquittoBroker.Executable))
        {
            Assert.Inconclusive("mosquitto is not installed");
        }

        using var folder = new TemporaryFolder();
        // throws when a record is lost, or no alarm passed
        BenchUplink.Run(folder["figures.json"], rounds: 1);
        using JsonDocument figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        foreach (string key in new[]
            { "alarmToDatabaseP99Ms", "freshToDatabaseMaxMs", "drainBatchesPerSecond" })
        {
            Assert.IsGreaterThan(0, figures.RootElement.GetProperty(key).GetDouble(), key);
        }
    }
}
