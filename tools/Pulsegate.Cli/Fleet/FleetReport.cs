using Pulsegate.Virtual;

namespace Pulsegate.Cli.Fleet;

/// <summary>What a part of the fleet says of itself. Travels as JSON.</summary>
/// <param name="Connected">Units that are connected.</param>
/// <param name="Produced">Readings produced.</param>
/// <param name="Released">Readings acknowledged.</param>
/// <param name="ProcessorSeconds">Processor time that the process has used.</param>
/// <param name="Megabytes">Most memory that it has held.</param>
/// <param name="Pace">How well the units kept their time; only in the last line.</param>
/// <param name="Units">The balance of each; only in the last line.</param>
internal sealed record FleetReport(
    int Connected, long Produced, long Released, double ProcessorSeconds, double Megabytes,
    FleetPace? Pace = null, Dictionary<string, ReadingBalance>? Units = null);
