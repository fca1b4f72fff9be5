// `fleet`: many virtual gateways with the real firmware against a whole backend on this machine, and the
// balance of all their readings.

using System.CommandLine;
using System.Diagnostics;
using Pulsegate.Cli.Cluster;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;
using Pulsegate.Virtual;

namespace Pulsegate.Cli.Fleet;

internal static class FleetCommand
{
    private const int UnitsPerProcess = 250;
    private const int UnitCountMax = 10_000;
    private const double MinutesMax = 24 * 60;
    private const int ProgressMs = 10_000;

    public static Command Create()
    {
        var gateways = new Option<int>("--gateways")
        {
            Description = "how many", DefaultValueFactory = _ => 100, HelpName = "N",
        };
        var minutes = new Option<double>("--minutes")
        {
            Description = "how long they measure; then everything is drained", DefaultValueFactory = _ => 2,
                HelpName = "M",
        };
        var seed = new Option<int>("--seed") { Description = "of fingers, outages and faults",
            DefaultValueFactory = _ => 1 };
        var faults = new Option<bool>(
            "--faults") { Description = "kill every part of the backend on the way" };
        var cluster = new Option<bool>("--cluster")
        {
            Description = "against two edges, three RabbitMQ nodes and two ingests in place of one broker and one ingest",
        };
        var command = new Command("fleet",
            "many virtual gateways against mosquitto, ingest and PostgreSQL, with a balance")
        {
            gateways, minutes, seed, faults, cluster,
        };
        command.SetAction(result =>
        {
            int count = result.GetValue(gateways);
            double time = result.GetValue(minutes);
            if (count is < 1 or > UnitCountMax || time is not (> 0 and <= MinutesMax))
            {
                throw new CommandException(
                    $"--gateways is 1 to {UnitCountMax}, --minutes up to {MinutesMax:0}");
            }

            return Run(count, time, result.GetValue(seed), result.GetValue(faults), result.GetValue(cluster));
        });
        return command;
    }

    private static int Run(int count, double minutes, int seed, bool withFaults, bool isCluster)
    {
        try
        {
            Console.WriteLine($"fleet of {count} units, seed {seed}: provisioning, starting "
                + (isCluster ? "the cluster" : "broker, PostgreSQL and ingest"));
            using IFleetSite site = isCluster ? new ClusterSite(count, _ => { }) : new FleetSite(count);
            int seconds = Math.Max(1, (int)(minutes * 60));
            FleetProcess[] parts = StartUnits(site, count, seconds, seed);
            try
            {
                return Watch(site, parts, seconds, withFaults ? new FleetFaults(site, seconds, seed) : null);
            }
            finally
            {
                Array.ForEach(parts, part => part.Dispose());
            }
        }
        catch (Exception e) when (e is ProvisioningException or IngestException or IOException)
        {
            throw new CommandException(e.Message);
        }
    }

    // As many processes as the units need, and at least one at each edge.
    private static FleetProcess[] StartUnits(IFleetSite site, int count, int seconds, int seed)
    {
        int partCount = Math.Min(count, Math.Max(site.Ports.Count, (count + UnitsPerProcess - 1) / UnitsPerProcess));
        int each = (count + partCount - 1) / partCount;
        return [.. Enumerable.Range(0, partCount).Where(i => i * each < count).Select(
            i => new FleetProcess(
                site.Folder, i * each, Math.Min(each, count - (i * each)), site.Ports[i % site.Ports.Count],
                seconds, seed))];
    }

    private static int Watch(IFleetSite site, FleetProcess[] parts, int seconds, FleetFaults? faults)
    {
        using var stop = new StopSignal();
        var elapsed = Stopwatch.StartNew();
        long toldMs = 0;
        while (!Array.TrueForAll(parts, part => part.HasEnded))
        {
            if (stop.Wait(TimeSpan.FromMilliseconds(200)))
            {
                throw new CommandException("stopped before the end: there is no balance");
            }

            if (elapsed.ElapsedMilliseconds - toldMs >= ProgressMs)
            {
                toldMs = elapsed.ElapsedMilliseconds;
                FleetReport[] reports = [.. parts.Select(part => part.Last)];
                Console.WriteLine(
                    $"{elapsed.Elapsed:mm\\:ss} {(elapsed.Elapsed.TotalSeconds < seconds ? "running" : "draining")}: "
                    + $"{reports.Sum(r => r.Connected)} connected, {reports.Sum(r => r.Produced)} readings, "
                    + $"{reports.Sum(r => r.Released)} acknowledged");
            }
        }

        var units = new Dictionary<string, ReadingBalance>(StringComparer.Ordinal);
        foreach (FleetProcess part in parts)
        {
            foreach ((string device, ReadingBalance balance) in part.Last.Units
                ?? throw new CommandException($"a process of the fleet ended early: {part.Error}"))
            {
                units.Add(device, balance);
            }
        }

        faults?.Finish();
        bool isClean = site.StopIngest();
        FleetBalance total = FleetBalance.Of(units, site.Database);
        Console.WriteLine(total.ToString());
        return total.IsWhole && isClean ? 0 : 1;
    }
}
