using Pulsegate.Diagnostics;

namespace Pulsegate.Virtual;

/// <summary>
/// Where every reading of a unit is: each in exactly one place. Counts are of this boot; what earlier boots
/// left in the store is kept apart.
/// </summary>
/// <param name="Produced">Readings produced since the start.</param>
/// <param name="FoundInStore">Unreleased readings that the store already held at the start.</param>
/// <param name="Released">Readings released by the backend's signed acknowledgement.</param>
/// <param name="Stored">Readings in the store, not released.</param>
/// <param name="InRam">Readings not sealed yet.</param>
/// <param name="Decayed">Readings that only summaries stand for.</param>
/// <param name="Lost">Readings declared lost: dropped when the store was full, or refused by it.</param>
public sealed record ReadingBalance(
    long Produced, long FoundInStore, long Released, long Stored, long InRam, long Decayed, long Lost)
{
    /// <summary>True when both sides are the same.</summary>
    public bool IsBalanced => Produced + FoundInStore == Released + Stored + InRam + Decayed + Lost;

    /// <summary>The balance of a unit.</summary>
    public static ReadingBalance Of(VirtualUnit unit) => new(
        unit.Counters.Get(Counter.Readings), unit.FoundInStore, unit.Store.ReleasedReadings,
        unit.Store.StoredReadings,
        unit.Gateway.ReadingsInRam, unit.Store.DecayedReadings,
        unit.Store.DroppedReadings + unit.Counters.Get(Counter.LostReadings));

    /// <inheritdoc/>
    public override string ToString()
        => $"readings: {Produced} produced + {FoundInStore} found in the store = {Released} released + "
            + $"{Stored} stored "
            + $"+ {InRam} in RAM + {Decayed} decayed + {Lost} declared lost: "
            + $"{(IsBalanced ? "balanced" : "NOT BALANCED")}";
}
