// `bench --uplink`: a unit comes back after a week without network, and people go on having alarms. Real
// gateway, TLS, mosquitto, ingest and database on this machine; wall-clock figures, so they depend on it.

using Pulsegate.Configuration;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Bench;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;

namespace Pulsegate.Cli;

internal static class BenchUplink
{
    private const int BacklogBatches = 7 * 24 * 60;   // a week of minutes
    private const int RoundsUsual = 3;                // so that there are enough alarms for a percentile
    private const int FlashCapacityBytes = 4 * 1024 * 1024;
    private const int FillPercent = 60;               // of a partition, as on the boards
    private const int MegabyteBytes = 1024 * 1024;
    // far shorter than configuration allows: more fresh batches
    private const int CommitIntervalSeconds = 2;
    private const string Device = "bench-1";
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);

    /// <summary>Runs the scenario and shows the figures.</summary>
    /// <param name="jsonPath">Where to write them too; null for nowhere.</param>
    /// <param name="rounds">How often.</param>
    /// <returns>Exit code: 0 when every bar is met and nothing was lost.</returns>
    public static int Run(string? jsonPath, int rounds = RoundsUsual)
    {
        try
        {
            var watch = new CommitWatch();
            int usedBytes = 0;
            for (int round = 0; round < rounds; round++)
            {
                usedBytes = RunRound(watch);
            }

            return BenchFigure.Show(Figures(watch, usedBytes), jsonPath, Caption(watch));
        }
        catch (Exception exception) when (
            exception is ProvisioningException or IngestException or IOException
                or UnauthorizedAccessException)
        {
            throw new CommandException(exception.Message);
        }
    }

    private static int RunRound(CommitWatch watch)
    {
        using var folder = new DemoFolder(keep: null);
        using var site = new LocalSite(folder.Path, Device, port: 0);
        var unit = new UnitFolder(site.UnitPath);
        string flash = Path.Combine(folder.Path, "flash");
        int usedBytes = Fill(unit, flash);

        var configuration = new GatewayConfiguration
        {
            BrokerHost = "127.0.0.1", BrokerPort = site.Port, CommitIntervalSeconds = CommitIntervalSeconds,
        };
        AlarmingVitals.SetLimits(configuration.Alarms);
        var clock = new HostClock();
        using MosquittoLink link = unit.CreateLink(configuration);
        using var storage = new FileStorage(flash, FlashCapacityBytes);
        var virtualUnit = new VirtualUnit(new VirtualUnitParts(
            Device, unit.Identity.EpochUpper, clock, storage, unit.Signer, new NullIndicator(),
            new SyntheticPpgSource(1), configuration, new AlarmingVitals()));
        using var gateway = new GatewayProcess(virtualUnit, link, unit.Signer, Device, clock);

        watch.Run(gateway, virtualUnit.Store, site.DatabasePath, clock, BacklogBatches);
        bool isDrained = gateway.Stop(DrainLimit);
        long sealedCount = virtualUnit.Store.LastSequence;
        site.Ingest.Stop(DrainLimit);
        IngestStatistics statistics = site.Ingest.GetStatistics();
        bool isWhole = isDrained && statistics.Committed == sealedCount
            && statistics.Unverifiable + statistics.Conflicts + statistics.Refused == 0;
        return isWhole ? usedBytes : throw new CommandException(
            $"{sealedCount} records sealed, {statistics.Committed} committed, "
            + $"{statistics.Unverifiable + statistics.Conflicts} quarantined; {gateway.Failure?.Message}");
    }

    // In memory, then copied: a week of appends that are synchronised each would take longer than the drain.
    private static int Fill(UnitFolder unit, string flash)
    {
        var memory = new MemoryStorage(FlashCapacityBytes);
        int usedBytes =
            StoreScenario.Fill(memory, unit.Signer, Device, unit.Identity.EpochUpper, BacklogBatches);
        Directory.CreateDirectory(flash);
        foreach (string name in memory.List())
        {
            var content = new byte[memory.Length(name)];
            memory.Read(name, 0, content, 0, content.Length);
            File.WriteAllBytes(Path.Combine(flash, name), content);
        }

        return usedBytes;
    }

    private static List<BenchFigure> Figures(CommitWatch watch, int usedBytes) =>
    [
        new("alarmToDatabaseP50Ms", "alarm, decision to committed row, median", Percentile(watch.AlarmMs, 50),
            "ms", null),
        new("alarmToDatabaseP99Ms", "alarm, decision to committed row, 99 of 100",
            Percentile(watch.AlarmMs, 99), "ms", 1000),
        new("alarmToDatabaseMaxMs", "alarm, decision to committed row, worst", Percentile(watch.AlarmMs, 100),
            "ms", null),
        new("freshToDatabaseP50Ms", "fresh batch, sealed to committed row, median",
            Percentile(watch.FreshMs, 50), "ms", null),
        new("freshToDatabaseMaxMs", "fresh batch, sealed to committed row, worst",
            Percentile(watch.FreshMs, 100), "ms", 5000),
        new("drainBatchesPerSecond", "backlog, batches a second", watch.DrainRates.Min(), "", 200)
            { IsFloor = true },
        new("weekFlashBytes", "a week of one-minute batches in flash", usedBytes, "bytes", null),
        new("weekPartitionMegabytes", $"partition for it, {FillPercent} % filled", Math.Ceiling(
            usedBytes * 100.0 / FillPercent / MegabyteBytes), "MB", null),
    ];

    private static string Caption(CommitWatch watch)
        => $"{BacklogBatches} batches of backlog, {watch.DrainRates.Count} times; {watch.AlarmMs.Count} "
            + $"alarms, {watch.FreshMs.Count} fresh "
            + "batches meanwhile; the slowest drain; mosquitto over TLS, ingest and unit on this machine";

    // Nearest rank.
    private static double Percentile(List<double> values, int percent)
    {
        if (values.Count == 0)
        {
            throw new CommandException("nothing to measure: the backlog was through before the first alarm");
        }

        double[] sorted = [.. values.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percent / 100.0) - 1)];
    }
}
