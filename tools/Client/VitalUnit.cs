// What the stored integers mean (docs/wire-format.md, section 2).

namespace Pulsegate.Client;

/// <summary>Unit and scale of each vital.</summary>
public static class VitalUnit
{
    private static readonly int[] Divisors = [10, 10, 100, 1, 100];
    private static readonly string[] Codes = ["%", "/min", "%", "%", "Cel"];

    /// <summary>Unit of a vital in UCUM.</summary>
    /// <param name="vital">Index of the vital, see <see cref="Vital"/>.</param>
    public static string Of(int vital) => Codes[vital];

    /// <summary>A stored integer in its physical unit, exactly.</summary>
    public static decimal Scale(int vital, int stored) => (decimal)stored / Divisors[vital];

    /// <summary>What a reading says of a vital.</summary>
    public static Measurement Measure(DecodedReading reading, int vital) => new(
        reading.Values[vital] is { } stored ? Scale(vital, stored) : null,
        (ReadingStatus)reading.Statuses[vital], Codes[vital]);
}
