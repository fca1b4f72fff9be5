// What is killed while a fleet runs: every part of its backend, each with SIGKILL, at times drawn by seed.
// They may be down at the same time.

using System.Diagnostics;

namespace Pulsegate.Cli.Fleet;

/// <summary>A plan of kills that is being carried out.</summary>
internal sealed class FleetFaults
{
    private const double BeginShare = 0.3;   // of the run
    private const double SpanShare = 0.6;
    private const double DownSecondsMin = 1;
    private const double DownSecondsMax = 6;
    private readonly List<Task> _kills = [];
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly Action<string> _tell;

    /// <summary>Draws the plan and begins: each part once, in the middle part of the run.</summary>
    /// <param name="site">What is killed.</param>
    /// <param name="seconds">Length of the run.</param>
    /// <param name="seed">Of the plan.</param>
    /// <param name="tell">Is told a line of each kill and each return, on any thread.</param>
    public FleetFaults(IFleetSite site, int seconds, int seed, Action<string> tell)
    {
        _tell = tell;
        var random = new Random(seed);
        (string What, Action<TimeSpan> Kill)[] kinds = [.. site.Kills];
        random.Shuffle(kinds);
        for (int i = 0; i < kinds.Length; i++)
        {
            (string what, Action<TimeSpan> kill) = kinds[i];
            double share = (i + (random.NextDouble() / 2)) * SpanShare / kinds.Length;
            var at = TimeSpan.FromSeconds(seconds * (BeginShare + share));
            var down = TimeSpan.FromSeconds(DownSecondsMin
                + (random.NextDouble() * (DownSecondsMax - DownSecondsMin)));
            _kills.Add(Task.Factory.StartNew(() => Carry(at, what, down, kill),
                TaskCreationOptions.LongRunning));
        }
    }

    /// <summary>Waits until all is running again; throws what kept it from that.</summary>
    public void Finish() => _kills.ForEach(kill => kill.GetAwaiter().GetResult());

    private void Carry(TimeSpan at, string what, TimeSpan down, Action<TimeSpan> kill)
    {
        Thread.Sleep(at);
        _tell($"{_elapsed.Elapsed:mm\\:ss} {what} killed, for {down.TotalSeconds:0.0} s");
        kill(down);
        _tell($"{_elapsed.Elapsed:mm\\:ss} {what} is back");
    }
}
