namespace Pulsegate.Virtual.Simulation;

/// <summary>How a run ended.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Failure">The broken promise; null when all were kept.</param>
/// <param name="Trace">What the run was, and what happened last, oldest first.</param>
public sealed record SimulationResult(int Seed, string? Failure, IReadOnlyList<string> Trace)
{
    /// <summary>True when it was ended before its time.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>Where every reading has come to; zeros for a run that failed or was cancelled.</summary>
    public SimulationBalance Balance { get; init; } = new();

    /// <summary>What was met, and how often.</summary>
    public SimulationCoverage Coverage { get; init; } = new();

    /// <summary>Starts of the unit.</summary>
    public int Boots { get; init; }

    /// <summary>Records that the backend has committed.</summary>
    public long Records { get; init; }

    /// <summary>Virtual days that passed, settling included.</summary>
    public double DaysPassed { get; init; }
}
