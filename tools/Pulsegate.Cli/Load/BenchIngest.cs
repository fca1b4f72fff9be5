// `bench --ingest`: what the backend takes on this machine, with everything real: devices with the firmware's
// encoder, TLS, mosquitto, the ingest as a process of its own, PostgreSQL or SQLite flushed to disk. A batch
// counts when its signed acknowledgement has come back to the device that sent it. Wall-clock figures: they
// depend on the machine.

using System.Diagnostics;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Load;

internal static class BenchIngest
{
    private const int DeviceCount = 40;
    private const int BatchCount = 600;          // a device and run
    private const int WarmUpCount = 4_000;       // of the first acknowledged: the process compiles meanwhile
    private const int WindowCount = 50;          // a device's batches on the way: 2 000 in all
    private const int Runs = 3;
    private const double TargetPerSecond = 3000;
    private const double PacedPerSecond = TargetPerSecond / 2;
    private const double DelayMsMax = 250;
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(3);

    /// <summary>Runs the scenario and shows the figures.</summary>
    /// <param name="jsonPath">Where to write them too; null for nowhere.</param>
    /// <returns>Exit code: 0 when every bar is met and nothing was lost.</returns>
    public static int Run(string? jsonPath)
    {
        try
        {
            using var site = new LoadSite(DeviceCount, BatchCount);
            double verified = VerifySpeed.Measure(KeyringFile.Load(site.KeyringPath), site.Devices);
            Saturated[] postgres = [.. Enumerable.Range(0, Runs).Select(
                run => Saturate(site, site.Postgres.CreateDatabase($"run{run}")))];
            Saturated[] sqlite = [.. Enumerable.Range(0, Runs).Select(
                run => Saturate(site, $"sqlite:{site.PathOf($"run{run}.db")}"))];
            var paced = new PacedLoad(site, PacedPerSecond, RequireProgress);
            PacedResult[] postgresDelay = [.. Enumerable.Range(0, Runs).Select(
                run => paced.Run(site.Postgres.CreateDatabase($"paced{run}")))];
            PacedResult[] sqliteDelay = [.. Enumerable.Range(0, Runs).Select(
                run => paced.Run($"sqlite:{site.PathOf($"paced{run}.db")}"))];
            return BenchFigure.Show(
                [
                    new("verifyDecodePerSecondPerCore", "verified and decoded, HS256, a core", verified, "/s",
                        25_000)
                    {
                        IsFloor = true,
                    },
                    new("committedPerSecond", "committed, end to end, PostgreSQL",
                        Median(postgres, r => r.PerSecond), "/s",
                        TargetPerSecond) { IsFloor = true },
                    new("committedPerSecondSqlite", "committed, end to end, SQLite",
                        Median(sqlite, r => r.PerSecond), "/s", null),
                    .. Delays("", "PostgreSQL", postgresDelay),
                    .. Delays("Sqlite", "SQLite", sqliteDelay),
                    new("othersProcessors", "processors busy with other programs meanwhile, most",
                        postgresDelay.Concat(sqliteDelay).Max(r => r.OthersProcessors), "", null),
                    Cost("ingest", 0, postgres), Cost("broker", 1, postgres), Cost("postgres", 2, postgres),
                    Cost("load", 3, postgres),
                    new("committedPerTwoProcessorSeconds", "committed in two seconds of processor, all four",
                        2e6 / Median(postgres, r => r.Microseconds.Sum()), "", null),
                    .. Stored(site),
                    new("ingestMegabytesPeak", "memory of the ingest, most",
                        postgres.Concat(sqlite).Max(r => r.Megabytes), "MB",
                        null),
                ],
                jsonPath,
                $"{DeviceCount} connections, batches of {LoadDevice.ReadingCount} readings, "
                    + $"{DeviceCount * BatchCount} a run, "
                + $"median of {Runs} runs, {Environment.ProcessorCount} cores for everything");
        }
        catch (Exception exception) when (
            exception is ProvisioningException or IngestException or IOException)
        {
            throw new CommandException(exception.Message);
        }
    }

    // The limit is for the median of the runs, as all limits here; the worst one is shown beside it.
    private static BenchFigure[] Delays(string key, string engine, PacedResult[] runs)
    {
        string what = $"due to acknowledged at {PacedPerSecond:0}/s, {engine}";
        double[] p99Ms = [.. runs.Select(r => r.P99Ms).Order()];
        return
        [
            new("commitMsMedian" + key, $"{what}, median",
                runs.Select(r => r.MedianMs).Order().ElementAt(Runs / 2), "ms", null),
            new("commitMsP99" + key, $"{what}, p99", p99Ms[Runs / 2], "ms", DelayMsMax),
            new("commitMsP99Worst" + key, $"{what}, p99 of the worst run", p99Ms[^1], "ms", null),
        ];
    }

    private static BenchFigure Cost(string who, int index, Saturated[] runs) => new(
        who + "MicrosecondsPerBatch", $"processor time a batch, {who}",
        Median(runs, r => r.Microseconds[index]), "us",
        null);

    private static BenchFigure[] Stored(LoadSite site) =>
    [
        new("postgresBytesPerBatch", "stored a batch, with indexes, PostgreSQL",
            BytesPerBatch(
                site.Postgres.AddressOf("run0"),
                "select sum(pg_total_relation_size(inhrelid))::bigint from pg_inherits where inhparent = "
                    + "'record'::regclass"),
            "bytes", null),
        new("sqliteBytesPerBatch", "stored a batch, with indexes, SQLite",
            BytesPerBatch(
                $"sqlite:{site.PathOf("run0.db")}",
                "select page_count * page_size from pragma_page_count, pragma_page_size"),
            "bytes", null),
    ];

    private static double BytesPerBatch(string database, string sql)
    {
        using IRecordSink sink = RecordSink.Open(DatabaseAddress.Parse(database));
        return (double)sink.Scalar(sql) / sink.Scalar("select count(*) from record");
    }

    private static double Median(IEnumerable<Saturated> runs, Func<Saturated, double> value)
        => runs.Select(value).Order().ElementAt(Runs / 2);

    // As fast as acknowledgements come back.
    private static Saturated Saturate(LoadSite site, string database)
    {
        using IngestProcess ingest = IngestProcess.Start(site.SettingsPath, database);
        foreach (LoadDevice device in site.Devices)
        {
            device.OnAcknowledged = null;
            device.Connect(site.Port);
        }

        const int total = DeviceCount * BatchCount;
        var elapsed = Stopwatch.StartNew();
        double begun = 0;
        double[] used = [];
        long before = 0;
        long acknowledged = 0;
        while (acknowledged < total)
        {
            foreach (LoadDevice device in site.Devices)
            {
                while (device.Sent - device.Acknowledged < WindowCount
                    && device.TrySend(Stopwatch.GetTimestamp()))
                {
                }
            }

            Thread.Sleep(1);
            acknowledged = site.Devices.Sum(device => device.Acknowledged);
            if (before == 0 && acknowledged >= WarmUpCount)
            {
                (begun, before) = (elapsed.Elapsed.TotalSeconds, acknowledged);
                used = site.SecondsUsed(ingest);
            }

            RequireProgress(ingest, elapsed);
        }

        double perSecond = (total - before) / (elapsed.Elapsed.TotalSeconds - begun);
        double[] costs = [.. site.SecondsUsed(ingest).Select(
            (seconds, i) => (seconds - used[i]) / (total - before) * 1e6)];
        var result = new Saturated(perSecond, costs, ingest.MemoryPeakMegabytes);
        return ingest.Stop() ? result
            : throw new CommandException($"the ingest did not end well: {ingest.LastLine}");
    }

    private static void RequireProgress(IngestProcess ingest, Stopwatch elapsed)
    {
        if (ingest.HasEnded || elapsed.Elapsed > RunLimit)
        {
            throw new CommandException(
                $"not everything was acknowledged; the ingest said: {ingest.LastLine}");
        }
    }

    private sealed record Saturated(double PerSecond, double[] Microseconds, double Megabytes);
}
