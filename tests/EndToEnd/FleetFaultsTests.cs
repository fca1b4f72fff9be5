// Goal: what `fleet --faults` says of a kill is when it happened. Method: a part that is away for a known time.

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Pulsegate.Cli.Fleet;

namespace Pulsegate.Tests.EndToEnd;

[TestClass]
public sealed class FleetFaultsTests
{
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);

    [TestMethod]
    public void APart_IsBack_WhenItIs()
    {
        var lines = new ConcurrentQueue<string>();
        using var site = new OnePart();
        new FleetFaults(site, seconds: 1, seed: 1, lines.Enqueue).Finish();
        Assert.HasCount(2, lines);
        Assert.Contains("broker killed", lines.First());
        Assert.EndsWith("broker is back", lines.Last());
        // Both are cut to whole seconds.
        Assert.IsGreaterThan(Away - TimeSpan.FromSeconds(1), TimeOf(lines.Last()) - TimeOf(lines.First()));
    }

    private static TimeSpan TimeOf(string line)
        => TimeSpan.ParseExact(line.Split(' ')[0], "mm\\:ss", CultureInfo.InvariantCulture);

    private sealed class OnePart : IFleetSite
    {
        public string Folder => "";

        public IReadOnlyList<int> Ports => [];

        public string Database => "";

        public IReadOnlyList<(string What, Action<TimeSpan> Kill)> Kills => [("broker", _ => StayAway())];

        public IReadOnlyList<(string Name, int ProcessId)> Processes => [];

        public bool StopIngest() => true;

        public void Dispose()
        {
        }

        private static void StayAway()
        {
            var elapsed = Stopwatch.StartNew();
            while (elapsed.Elapsed < Away)
            {
                Thread.Sleep(Away - elapsed.Elapsed);
            }
        }
    }
}
