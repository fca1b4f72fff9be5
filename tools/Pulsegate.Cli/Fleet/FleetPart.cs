// A process of the fleet: about 250 units, since libmosquitto waits with select() and a process must keep its
// descriptors below 1 024. It tells the process that started it how it goes, a line of JSON at a time.

using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Pulsegate.Provisioning;
using Pulsegate.Virtual;

namespace Pulsegate.Cli.Fleet;

/// <summary>What a part says; Units only in its last line.</summary>
internal sealed record FleetReport(
    int Connected, int Drained, long Produced, long Released, Dictionary<string, ReadingBalance>? Units);

internal static class FleetPart
{
    /// <summary>Name of the command, which people have no use for.</summary>
    public const string Name = "fleet-part";

    private const int AcquisitionStepMs = 100;
    private const int UplinkStepMs = 50;
    private const int ReportMs = 2_000;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(6);

    public static Command Create()
    {
        var folder = new Argument<string>("folder");
        var first = new Argument<int>("first");
        var count = new Argument<int>("count");
        var port = new Argument<int>("port");
        var seconds = new Argument<int>("seconds");
        var seed = new Argument<int>("seed");
        var command = new Command(Name) { folder, first, count, port, seconds, seed };
        command.Hidden = true;
        command.SetAction(result => Run(
            result.GetRequiredValue(folder), result.GetRequiredValue(first), result.GetRequiredValue(count),
            result.GetRequiredValue(port), result.GetRequiredValue(seconds), result.GetRequiredValue(seed)));
        return command;
    }

    private static int Run(string folder, int first, int count, int port, int seconds, int seed)
    {
        long runMs = seconds * 1000L;
        FleetUnit[] units;
        try
        {
            units = [.. Enumerable.Range(first, count).Select(i => new FleetUnit(
                Path.Combine(folder, FleetSite.NameOf(i)), port, unchecked((seed * 7919) + i), i % 50 * runMs / 250, runMs))];
        }
        catch (Exception e) when (e is ProvisioningException or IOException)
        {
            throw new CommandException(e.Message);
        }

        using var stopAcquisition = new ManualResetEventSlim();
        using var stopUplink = new ManualResetEventSlim();
        var acquisition = new Thread(() => Loop(units, unit => unit.Acquire(), AcquisitionStepMs, stopAcquisition));
        var uplink = new Thread(() => Loop(units, unit => unit.Forward(), UplinkStepMs, stopUplink));
        acquisition.Start();
        uplink.Start();
        Report(units, TimeSpan.FromMilliseconds(runMs), () => false);
        stopAcquisition.Set();
        acquisition.Join();
        foreach (FleetUnit unit in units)
        {
            unit.EndAcquisition();
        }

        Report(units, DrainLimit, () => Array.TrueForAll(units, unit => unit.IsDrained));
        stopUplink.Set();
        uplink.Join();
        Say(units, isLast: true);
        foreach (FleetUnit unit in units)
        {
            unit.Dispose();
        }

        return 0;
    }

    private static void Loop(FleetUnit[] units, Action<FleetUnit> step, int stepMs, ManualResetEventSlim stop)
    {
        var elapsed = Stopwatch.StartNew();
        long nextMs = 0;
        do
        {
            nextMs = Math.Max(nextMs + stepMs, elapsed.ElapsedMilliseconds);
            foreach (FleetUnit unit in units)
            {
                step(unit);
            }
        }
        while (!stop.Wait((int)Math.Clamp(nextMs - elapsed.ElapsedMilliseconds, 0, stepMs)));
    }

    private static void Report(FleetUnit[] units, TimeSpan limit, Func<bool> isDone)
    {
        var elapsed = Stopwatch.StartNew();
        while (elapsed.Elapsed < limit && !isDone())
        {
            Thread.Sleep((int)Math.Clamp((limit - elapsed.Elapsed).TotalMilliseconds, 0, ReportMs));
            Say(units, isLast: false);
        }
    }

    // Counts on the way are of a moment for each unit, not for all together; the last ones are exact.
    private static void Say(FleetUnit[] units, bool isLast)
    {
        ReadingBalance[] balances = [.. units.Select(unit => unit.Balance)];
        Console.Out.WriteLine(JsonSerializer.Serialize(new FleetReport(
            units.Count(unit => unit.IsConnected), units.Count(unit => unit.IsDrained), balances.Sum(b => b.Produced),
            balances.Sum(b => b.Released),
            isLast ? units.Select((unit, i) => (unit.Device, i)).ToDictionary(u => u.Device, u => balances[u.i]) : null)));
        Console.Out.Flush();
    }
}
