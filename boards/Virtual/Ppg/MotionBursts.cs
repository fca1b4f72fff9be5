// When a hand moves and when it rests: bursts with soft edges, by seed.

namespace Pulsegate.Virtual.Ppg;

/// <summary>An envelope, 0 to 1, of bursts and pauses of half to one and a half of their usual
/// length.</summary>
internal sealed class MotionBursts(Random random)
{
    private const double EdgeSeconds = 0.3;
    private double _start;
    private double _end;
    private double _next;

    /// <summary>Envelope at a moment; moments never go back.</summary>
    /// <param name="seconds">The moment.</param>
    /// <param name="burstSeconds">Usual length of a burst; 0 for motion without pauses.</param>
    /// <param name="pauseSeconds">Usual length of a pause.</param>
    public double At(double seconds, double burstSeconds, double pauseSeconds)
    {
        if (burstSeconds <= 0)
        {
            return 1;
        }

        if (seconds >= _next)
        {
            _start = seconds + (pauseSeconds * (0.5 + random.NextDouble()));
            _end = _start + (burstSeconds * (0.5 + random.NextDouble()));
            _next = _end;
        }

        double edge = Math.Min(seconds - _start, _end - seconds) / EdgeSeconds;
        return Math.Clamp(edge, 0, 1);
    }
}
