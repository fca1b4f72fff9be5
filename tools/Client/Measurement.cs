// A value and its doubt, which never part.

using System.Globalization;

namespace Pulsegate.Client;

/// <summary>One vital of one second in its physical unit.</summary>
/// <param name="Value">The value; null exactly where the status says that there is none.</param>
/// <param name="Status">Valid; Uncalibrated, which also carries a value; or why there is none.</param>
/// <param name="Unit">Unit in UCUM: <c>%</c>, <c>/min</c>, <c>Cel</c>.</param>
public readonly record struct Measurement(decimal? Value, ReadingStatus Status, string Unit)
{
    /// <summary>Value, unit and, unless it is Valid, the status; the status alone where there is no
    /// value.</summary>
    public override string ToString() => Value is not { } value ? $"none ({Status})"
        : string.Create(CultureInfo.InvariantCulture, $"{value} {Unit}")
            + (Status == ReadingStatus.Valid ? "" : $" ({Status})");
}
