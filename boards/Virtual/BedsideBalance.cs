using Pulsegate.Diagnostics;

namespace Pulsegate.Virtual;

/// <summary>Where the readings of a unit are, over all its starts.</summary>
/// <param name="Starts">How often it has started.</param>
/// <param name="Produced">Readings produced.</param>
/// <param name="InRam">Readings not sealed yet.</param>
/// <param name="Stored">Readings in flash that the backend has not acknowledged.</param>
/// <param name="SentRecords">Records sent, each time counted.</param>
/// <param name="LostWithPower">Readings that were in RAM when the power went.</param>
/// <param name="Declared">Readings declared lost or thinned to summaries by the unit itself.</param>
public sealed record BedsideBalance(
    int Starts, long Produced, long InRam, long Stored, long SentRecords, long LostWithPower, long Declared)
{
    /// <summary>Before the first start.</summary>
    public static BedsideBalance None { get; } = new(0, 0, 0, 0, 0, 0, 0);

    /// <summary>Of the start that runs, or has just ended.</summary>
    public static BedsideBalance Of(GatewayProcess process) => process.Read(unit => new BedsideBalance(
        1, unit.Counters.Get(Counter.Readings), unit.Gateway.ReadingsInRam, unit.Store.StoredReadings,
        process.Uplink.Sent, 0,
        unit.Store.DroppedReadings + unit.Counters.Get(Counter.LostReadings) + unit.Store.DecayedReadings));

    /// <summary>Two lives in a row: what the earlier one left in flash is counted by the later one.</summary>
    public static BedsideBalance operator +(BedsideBalance earlier, BedsideBalance later) => new(
        earlier.Starts + later.Starts, earlier.Produced + later.Produced, later.InRam, later.Stored,
        earlier.SentRecords + later.SentRecords, earlier.LostWithPower + later.LostWithPower,
        earlier.Declared + later.Declared);

    /// <summary>What is left of it when the power has gone.</summary>
    public BedsideBalance AfterCut() => this with { InRam = 0, LostWithPower = LostWithPower + InRam };

    /// <summary>Readings that nobody can say anything about; 0 unless something is wrong, or the flash was
    /// damaged and the unit has not declared it yet.</summary>
    /// <param name="committed">Readings in the backend's database, asked for after this balance was
    /// taken.</param>
    public long Unaccounted(long committed)
        => Math.Max(0, Produced - InRam - Stored - LostWithPower - Declared - committed);
}
