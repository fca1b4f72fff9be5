// What happens to a person for a while, and what was planted to be found.

namespace Pulsegate.Evaluate.Life;

/// <summary>Kinds of episodes of an ordinary day.</summary>
public enum LifeKind
{
    /// <summary>The hand rests.</summary>
    Rest,

    /// <summary>The hand moves: a swing, a shake, restlessness, in bursts or throughout.</summary>
    Movement,

    /// <summary>Nothing is on the sensor.</summary>
    FingerOff,

    /// <summary>A cold hand: perfusion of 0.15 to 0.5 %.</summary>
    Cold,

    /// <summary>Early beats, one in 10 to 50.</summary>
    Ectopics,

    /// <summary>A lamp that flickers, and steps of light.</summary>
    Lamp,

    /// <summary>Short dips of saturation in sleep, that stay above the limit.</summary>
    Dips,

    /// <summary>A fast pulse after stairs, below the limit, and a hand that is not still.</summary>
    Exertion,

    /// <summary>A recording instead of the simulated finger.</summary>
    Recording,

    /// <summary>A planted event.</summary>
    Event,
}

/// <summary>One episode.</summary>
/// <param name="Start">Second at which it begins.</param>
/// <param name="End">Second at which it is over.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Condition">Of an event the condition that it makes true; -1.</param>
/// <param name="Level">Of an event the value that it goes to; else a number of 0 to 1 that sets how strong.</param>
/// <param name="RampSeconds">Of an event how long it takes to get there.</param>
/// <param name="RecordingIndex">Which recording; -1.</param>
public sealed record LifeEpisode(
    int Start, int End, LifeKind Kind, int Condition = -1, double Level = 0, int RampSeconds = 0, int RecordingIndex = -1);
