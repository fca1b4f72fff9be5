// `cluster up`: the backend of a fleet with all its parts, on this machine, until it is stopped. Kill what you
// like: it comes back.

using System.CommandLine;
using Pulsegate.Cli.Fleet;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Cluster;

internal static class ClusterCommand
{
    private const int UnitCountDefault = 4;
    private const int UnitCountMax = 1000;

    public static Command Create()
    {
        var units = new Option<int>("--gateways")
        {
            Description = "how many units are provisioned for it", HelpName = "N",
            DefaultValueFactory = _ => UnitCountDefault,
        };
        var up = new Command("up", "start it, watch it, and end all of it on Ctrl-C") { units };
        up.SetAction(result =>
        {
            int count = result.GetValue(units);
            return count is >= 1 and <= UnitCountMax ? Run(count)
                : throw new CommandException($"--gateways is 1 to {UnitCountMax}");
        });
        return new Command(
            "cluster", "two mosquitto edges, three RabbitMQ nodes, two ingests and PostgreSQL, on this machine") { up };
    }

    private static int Run(int unitCount)
    {
        using var stop = new StopSignal();
        try
        {
            Console.WriteLine("starting RabbitMQ, PostgreSQL, edges, forwarders and ingests: about a minute");
            using var site = new ClusterSite(unitCount, Console.WriteLine);
            foreach (ClusterPart part in site.Parts)
            {
                Console.WriteLine(part);
            }

            Console.WriteLine(site.PortMapper);
            Console.WriteLine($"units: {site.Folder}/{FleetSite.NameOf(0)} to {FleetSite.NameOf(unitCount - 1)}");
            Console.WriteLine("cluster is up: whatever part is killed is started again; Ctrl-C ends all of it");
            stop.Token.WaitHandle.WaitOne();
            Console.WriteLine("ending it");
        }
        catch (Exception e) when (e is ProvisioningException or IngestException or IOException)
        {
            throw new CommandException(e.Message);
        }

        Console.WriteLine("cluster has ended");
        return 0;
    }
}
