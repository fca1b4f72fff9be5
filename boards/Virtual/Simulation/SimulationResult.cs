namespace Pulsegate.Virtual.Simulation;

/// <summary>How a run ended.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Failure">The broken promise; null when all were kept.</param>
/// <param name="Trace">What happened last, oldest first.</param>
public sealed record SimulationResult(int Seed, string? Failure, IReadOnlyList<string> Trace)
{
    /// <summary>Readings produced.</summary>
    public long Produced { get; init; }

    /// <summary>Readings that the backend has committed, each once.</summary>
    public long Committed { get; init; }

    /// <summary>Readings sealed and declared lost or decayed by a signed record.</summary>
    public long Declared { get; init; }

    /// <summary>Readings that power cuts took from RAM, declared by the boot that followed.</summary>
    public long CutFromRam { get; init; }

    /// <summary>Starts of the unit.</summary>
    public int Boots { get; init; }

    /// <summary>Records that the backend has committed.</summary>
    public long Records { get; init; }

    /// <summary>Virtual days that passed, settling included.</summary>
    public double DaysPassed { get; init; }
}
