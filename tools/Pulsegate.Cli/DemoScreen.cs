// What the demo shows while it runs: a live table on a terminal, a line every few seconds elsewhere.

using Pulsegate.Alarms;
using Pulsegate.Diagnostics;
using Pulsegate.Ingest;
using Pulsegate.Platform;
using Pulsegate.Virtual;
using Pulsegate.Vitals;
using Spectre.Console;

namespace Pulsegate.Cli;

internal static class DemoScreen
{
    private const int LineEverySeconds = 5;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);

    private static readonly (string Name, int Vital, int Scale, string Unit)[] Rows =
    [
        ("SpO2", Vital.SpO2, 10, "%"),
        ("pulse rate", Vital.PulseRate, 10, "/min"),
        ("perfusion", Vital.PerfusionIndex, 100, "%"),
        ("quality", Vital.Quality, 1, ""),
        ("temperature", Vital.Temperature, 100, "°C"),
    ];

    /// <summary>Shows the demo until it is stopped, its time is over, or a part of it failed.</summary>
    public static void Run(DemoSession session, string? whyNoSpO2, int seconds, StopSignal stop)
    {
        Console.WriteLine(
            "Pulsegate demo: synthetic or recorded finger, not a patient. Not a medical device.");
        if (session.PageAddress is { } address)
        {
            Console.WriteLine($"Open this page in a browser:\n  {address}");
        }

        Console.WriteLine($"Watch the batches pass:\n  {session.ReaderCommand}");
        if (whyNoSpO2 is not null)
        {
            Console.WriteLine($"No SpO2 can be shown, and noSignal is raised for it: {whyNoSpO2}.");
        }

        bool isTerminal = !Console.IsOutputRedirected;
        long start = Environment.TickCount64;
        bool IsOver() => session.Gateway.Failure is not null || !session.IsBrokerRunning
            || (seconds > 0 && Environment.TickCount64 - start >= seconds * 1000L);

        if (!isTerminal)
        {
            int linesDue = 1;
            while (!stop.Wait(Refresh) && !IsOver())
            {
                if (Environment.TickCount64 - start >= linesDue * LineEverySeconds * 1000L)
                {
                    linesDue++;
                    Console.WriteLine(Line(session));
                }
            }

            return;
        }

        AnsiConsole.Live(Table(session)).Start(context =>
        {
            do
            {
                context.UpdateTarget(Table(session));
            }
            while (!stop.Wait(Refresh) && !IsOver());
        });
    }

    private static string Line(DemoSession session) => session.Gateway.Read(unit =>
    {
        Reading reading = unit.Gateway.Reading;
        IEnumerable<string> vitals =
            Rows.Select(row => $"{row.Name} {Value(reading, row.Vital, row.Scale, row.Unit)}");
        return (session.HasPower ? "" : "no power; before: ")
            + $"{string.Join(", ", vitals)}; alarm {AlarmName(unit.Gateway.Alarms)}; "
            + $"sealed {unit.Counters.Get(Counter.Sealed)}, sent {session.Gateway.Uplink.Sent}, "
            + $"committed {session.Ingest.GetStatistics().Committed}";
    });

    private static Table Table(DemoSession session) => session.Gateway.Read(unit =>
    {
        Reading reading = unit.Gateway.Reading;
        IngestStatistics ingest = session.Ingest.GetStatistics();
        var table = new Table().Title($"unit {DemoSession.Device}").AddColumns("vital", "value", "status");
        foreach ((string name, int vital, int scale, string unitName) in Rows)
        {
            string status = StatusName.Of(reading.Statuses[vital]);
            string color = reading.IsFresh(vital) ? "green" : reading.HasValue(vital) ? "yellow" : "grey";
            table.AddRow(name, Value(reading, vital, scale, unitName), $"[{color}]{status}[/]");
        }

        table.AddRow("alarm", AlarmName(unit.Gateway.Alarms), "");
        table.AddRow("power", session.HasPower ? "on" : "off: what stands here was before", "");
        table.AddEmptyRow();
        table.AddRow(
            "readings", $"{unit.Counters.Get(Counter.Readings)}", $"{unit.Gateway.ReadingsInRam} in RAM");
        table.AddRow("stored", $"{unit.Counters.Get(Counter.Sealed)} records",
            $"{unit.Store.StoredReadings} readings wait");
        table.AddRow("sent", $"{session.Gateway.Uplink.Sent} records", LinkText(session.Gateway));
        table.AddRow("committed", $"{ingest.Committed} records", $"{ingest.ReadingsCommitted} readings");
        return table;
    });

    private static string Value(Reading reading, int vital, int scale, string unit)
    {
        if (!reading.HasValue(vital))
        {
            return "--";
        }

        string age = reading.AgesMs[vital] > 0 ? $" ({reading.AgesMs[vital] / 1000} s old)" : "";
        return $"{(decimal)reading.Values[vital] / scale} {unit}{age}".Trim();
    }

    private static string AlarmName(AlarmEngine alarms)
    {
        string[] raised = [.. Enumerable.Range(0, AlarmCondition.Count).Where(alarms.IsRaised)
            .Select(AlarmCondition.NameOf)];
        return raised.Length == 0 ? "none" : string.Join(", ", raised);
    }

    private static string LinkText(GatewayProcess gateway) => gateway.Uplink.State == LinkState.Up
        ? "connected"
        : Markup.Escape(gateway.Uplink.LastError.Length > 0 ? gateway.Uplink.LastError : "connecting");
}
