// Batches at an even rate, whatever comes back: the delay as a device sees it. It counts from the moment a
// batch was due, so a load that falls behind its own schedule shows as delay, and hides nothing.

using System.Diagnostics;

namespace Pulsegate.Cli.Load;

/// <summary>What one run at an even rate has shown.</summary>
/// <param name="MedianMs">From due to acknowledged, median.</param>
/// <param name="P99Ms">The same, 99th percentile.</param>
/// <param name="OthersProcessors">Processors that were busy with programs that are no part of it.</param>
internal sealed record PacedResult(double MedianMs, double P99Ms, double OthersProcessors);

/// <summary>Runs at one rate, each with an ingest and a database of its own.</summary>
internal sealed class PacedLoad(
    LoadSite site, double perSecond, Action<IngestProcess, Stopwatch> requireProgress)
{
    private const int Seconds = 12;
    private const int WarmUpSeconds = 4;
    private readonly List<double> _delays = [];

    /// <summary>One run.</summary>
    /// <param name="database">Address of an empty database.</param>
    /// <exception cref="CommandException">Not everything was acknowledged.</exception>
    public PacedResult Run(string database)
    {
        using IngestProcess ingest = IngestProcess.Start(site.SettingsPath, database);
        lock (_delays)
        {
            _delays.Clear();
        }

        foreach (LoadDevice device in site.Devices)
        {
            device.OnAcknowledged = null;
            device.Connect(site.Port);
        }

        double usedSeconds = site.SecondsUsed(ingest).Sum();
        double busySeconds = ProcessorTime.SecondsOfAll();
        var elapsed = Stopwatch.StartNew();
        long begun = Stopwatch.GetTimestamp();
        long warm = begun + (WarmUpSeconds * Stopwatch.Frequency);
        foreach (LoadDevice device in site.Devices)
        {
            device.OnAcknowledged = milliseconds => Note(milliseconds, warm);
        }

        Send(ingest, elapsed, begun);
        double seconds = elapsed.Elapsed.TotalSeconds;
        double others = ProcessorTime.SecondsOfAll() - busySeconds
            - (site.SecondsUsed(ingest).Sum() - usedSeconds);
        lock (_delays)
        {
            _delays.Sort();
            return new PacedResult(
                _delays[_delays.Count / 2], _delays[(int)(_delays.Count * 0.99)],
                Math.Max(0, others / seconds));
        }
    }

    private void Send(IngestProcess ingest, Stopwatch elapsed, long begun)
    {
        long sent = 0;
        long total = Math.Min(site.Devices.Sum(device => device.Batches.Count), (long)(Seconds * perSecond));
        while (site.Devices.Sum(device => device.Acknowledged) < total)
        {
            long due = Math.Min(total, (long)(elapsed.Elapsed.TotalSeconds * perSecond));
            while (sent < due && site.Devices[sent % site.Devices.Length].TrySend(
                begun + (long)(sent / perSecond * Stopwatch.Frequency)))
            {
                sent++;
            }

            Thread.Sleep(1);
            requireProgress(ingest, elapsed);
        }
    }

    private void Note(double milliseconds, long warm)
    {
        if (Stopwatch.GetTimestamp() > warm)
        {
            lock (_delays)
            {
                _delays.Add(milliseconds);
            }
        }
    }
}
