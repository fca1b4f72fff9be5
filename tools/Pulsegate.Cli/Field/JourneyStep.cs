using System.Diagnostics;

namespace Pulsegate.Cli.Field;

/// <summary>One step of a field engineer's journey: it always says how long it has taken and how long it may
/// take.</summary>
/// <param name="title">What the step is called, with its number.</param>
/// <param name="limit">Longest time.</param>
/// <param name="stop">Cancelled when somebody stops the command.</param>
internal sealed class JourneyStep(string title, TimeSpan limit, CancellationToken stop)
{
    private static readonly TimeSpan TellInterval = TimeSpan.FromSeconds(5);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _nextTell = TellInterval;

    /// <summary>Time taken.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Time that is left; not below zero.</summary>
    public TimeSpan Left => limit > Elapsed ? limit - Elapsed : TimeSpan.Zero;

    /// <summary>True when the limit has passed.</summary>
    public bool IsOver => Left == TimeSpan.Zero;

    /// <summary>Ends the step when the command has been stopped.</summary>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public void RequireGoing() => stop.ThrowIfCancellationRequested();

    /// <summary>Says where the step stands, every few seconds.</summary>
    /// <exception cref="OperationCanceledException">The command has been stopped.</exception>
    public void Tell(string detail)
    {
        RequireGoing();
        if (Elapsed >= _nextTell)
        {
            _nextTell = Elapsed + TellInterval;
            Console.WriteLine($"{title}: {Elapsed.TotalSeconds:0} s of at most {limit.TotalSeconds:0} s: "
                + $"{detail}");
        }
    }
}
