// A process of the fleet: about 250 units, since libmosquitto waits with select() and a process must keep its
// descriptors below 1 024. It tells the process that started it how it goes, a line of JSON at a time.

using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Pulsegate.Cli.Load;
using Pulsegate.Provisioning;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Cli.Fleet;

internal static class FleetPart
{
    /// <summary>Name of the command, which people have no use for.</summary>
    public const string Name = "fleet-part";

    private const int AcquisitionStepMs = 100;
    private const int UplinkStepMs = 100;
    private const int ReportMs = 2_000;
    private const int FingerCount = 4;
    private const int FingerSeconds = 60;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMinutes(6);

    public static Command Create()
    {
        var plan = new Argument<string>("plan");
        var command = new Command(Name) { plan };
        command.Hidden = true;
        command.SetAction(
            result => Run(JsonSerializer.Deserialize<FleetPlan>(result.GetRequiredValue(plan))!));
        return command;
    }

    private static int Run(FleetPlan plan)
    {
        FleetUnit[] units;
        try
        {
            RepeatedPpgSource.Stretch[] fingers = Fingers(plan.Seed + plan.First);
            units = [.. Enumerable.Range(0, plan.Count).Select(
                i => new FleetUnit(plan, i, fingers[i % FingerCount]))];
        }
        catch (Exception e) when (e is ProvisioningException or IOException)
        {
            throw new CommandException(e.Message);
        }

        using var stopAcquisition = new ManualResetEventSlim();
        using var stopUplink = new ManualResetEventSlim();
        var acquisition = new Thread(()
            => Loop(units, unit => unit.Acquire(), AcquisitionStepMs, stopAcquisition));
        var uplink = new Thread(() => Loop(units, unit => unit.Forward(), UplinkStepMs, stopUplink));
        acquisition.Start();
        uplink.Start();
        Report(units, TimeSpan.FromSeconds(plan.Seconds), () => false);
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

    // A few different ones, a minute each, shared by the units of this process.
    private static RepeatedPpgSource.Stretch[] Fingers(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, FingerCount).Select(_ => new RepeatedPpgSource.Stretch(
            new SyntheticPpgSource(random.Next())
            {
                PulseRate = random.Next(55, 110), SpO2 = random.Next(93, 100),
            },
            FingerSeconds))];
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
        var report = new FleetReport(
            units.Count(unit => unit.IsConnected), balances.Sum(b => b.Produced),
            balances.Sum(b => b.Released), Environment.CpuUsage.TotalTime.TotalSeconds,
            ProcessorTime.MegabytesPeakOf(Environment.ProcessId));
        Console.Out.WriteLine(JsonSerializer.Serialize(!isLast ? report : report with
        {
            Pace = units.Select(unit => unit.Pace).Aggregate((one, other) => one + other),
            Units = units.Select((unit, i) => (unit.Device, i))
                .ToDictionary(u => u.Device, u => balances[u.i]),
        }));
        Console.Out.Flush();
    }
}
