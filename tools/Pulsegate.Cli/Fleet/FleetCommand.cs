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
    private const int BrokerDescriptorCount = 100;   // besides those of units
    private const int ProgressMs = 10_000;
    private static readonly TimeSpan LookTime = TimeSpan.FromSeconds(1);

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
            Description = "against two edges, three RabbitMQ nodes and two ingests in place of one of each",
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
        RequireDescriptors(count);
        try
        {
            Console.WriteLine($"fleet of {count} units, seed {seed}: provisioning, starting "
                + (isCluster ? "the cluster" : "broker, PostgreSQL and ingest"));
            using IFleetSite site = isCluster ? new ClusterSite(count, _ => { }) : new FleetSite(count);
            int seconds = Math.Max(1, (int)(minutes * 60));
            var plan = FleetPlan.Of(count, seconds, seed);
            Console.WriteLine(
                $"units commit every {plan.CommitSeconds} s, live vitals {(plan.IsLive ? "on" : "off")}, "
                + $"switched on within {plan.StartSeconds:0} s");
            FleetProcess[] parts = StartUnits(site, plan);
            try
            {
                return Watch(
                    site, parts, seconds,
                    withFaults ? new FleetFaults(site, seconds, seed, Console.WriteLine) : null);
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

    // The broker has one for each unit. The runtime has raised the soft limit to the hard one, and children
    // inherit that.
    private static void RequireDescriptors(int count)
    {
        string line = File.ReadLines("/proc/self/limits")
            .First(text => text.StartsWith("Max open files", StringComparison.Ordinal));
        string limit = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        if (long.TryParse(limit, out long most) && most < count + BrokerDescriptorCount)
        {
            throw new CommandException(
                $"{count} units need {count + BrokerDescriptorCount} open files in the broker, "
                + $"the limit is {most}: raise it (ulimit -n)");
        }
    }

    // As many processes as the units need, and at least one at each edge.
    private static FleetProcess[] StartUnits(IFleetSite site, FleetPlan plan)
    {
        int partCount = Math.Min(
            plan.Count, Math.Max(site.Ports.Count, (plan.Count + UnitsPerProcess - 1) / UnitsPerProcess));
        return [.. plan.Split(partCount).Select((part, i) => new FleetProcess(
            part with { Folder = site.Folder, Port = site.Ports[i % site.Ports.Count] }))];
    }

    private static int Watch(IFleetSite site, FleetProcess[] parts, int seconds, FleetFaults? faults)
    {
        using var stop = new StopSignal();
        var elapsed = Stopwatch.StartNew();
        var cost = new FleetCost(site);
        long toldMs = 0;
        while (!Array.TrueForAll(parts, part => part.HasEnded))
        {
            cost.Look();
            if (stop.Wait(LookTime))
            {
                throw new CommandException("stopped before the end: there is no balance");
            }

            if (elapsed.ElapsedMilliseconds - toldMs >= ProgressMs)
            {
                toldMs = elapsed.ElapsedMilliseconds;
                FleetReport[] reports = [.. parts.Select(part => part.Last)];
                string phase = elapsed.Elapsed.TotalSeconds < seconds ? "running" : "draining";
                Console.WriteLine(
                    $"{elapsed.Elapsed:mm\\:ss} {phase}: "
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

        FleetReport[] last = [.. parts.Select(part => part.Last)];
        FleetPace pace = last.Select(report => report.Pace!).Aggregate((one, other) => one + other);
        faults?.Finish();
        bool isClean = site.StopIngest();
        FleetBalance total = FleetBalance.Of(units, site.Database);
        Console.WriteLine(cost.Tell(last, pace.ReadingsDue));
        Console.WriteLine(pace.ToString());
        Console.WriteLine(total.ToString());
        return total.IsWhole && isClean ? 0 : 1;
    }
}
