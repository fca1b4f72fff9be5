namespace Pulsegate.Virtual.Simulation;

/// <summary>Where every reading of a run has come to: each in exactly one place.</summary>
/// <param name="Produced">Readings produced.</param>
/// <param name="Committed">Committed by the backend, each once.</param>
/// <param name="Stored">Sealed, still in flash, neither committed nor declared.</param>
/// <param name="InRam">Not sealed yet by a unit that still runs.</param>
/// <param name="Decayed">Sealed, not committed, and what speaks for it is a summary.</param>
/// <param name="DeclaredByTombstone">Sealed, and declared lost by a tombstone.</param>
/// <param name="DeclaredByEvent">Never sealed, and declared by a loss event or a stop record.</param>
/// <param name="TakenFromRam">In RAM when the power went: declared by the boot that followed.</param>
/// <param name="Abandoned">In a store that was wiped or could not be read any more: declared by the epoch
/// that followed.</param>
public sealed record SimulationBalance(
    long Produced = 0, long Committed = 0, long Stored = 0, long InRam = 0, long Decayed = 0,
    long DeclaredByTombstone = 0,
    long DeclaredByEvent = 0, long TakenFromRam = 0, long Abandoned = 0)
{
    /// <summary>All places together.</summary>
    public long Sum => Committed + Stored + InRam + Decayed + DeclaredByTombstone + DeclaredByEvent
        + TakenFromRam + Abandoned;

    /// <summary>Two runs together.</summary>
    public static SimulationBalance operator +(SimulationBalance left, SimulationBalance right) => new(
        left.Produced + right.Produced, left.Committed + right.Committed, left.Stored + right.Stored,
        left.InRam + right.InRam,
        left.Decayed + right.Decayed, left.DeclaredByTombstone + right.DeclaredByTombstone,
        left.DeclaredByEvent + right.DeclaredByEvent, left.TakenFromRam + right.TakenFromRam,
        left.Abandoned + right.Abandoned);
}
