using System.Globalization;
using Pulsegate.Platform;

namespace Pulsegate.Client;

/// <summary>The vitals of one second in physical units.</summary>
/// <param name="Device">The unit.</param>
/// <param name="BootId">Its boot, within which <paramref name="MonotonicMs"/> orders.</param>
/// <param name="MonotonicMs">End of the second, ms of the boot.</param>
/// <param name="Utc">The same in UTC as the unit had it; null when it did not know.</param>
/// <param name="TimeQuality">How far to believe it: Estimated may be off by any time that the unit was
/// without power.</param>
/// <param name="SpO2">Oxygen saturation, %.</param>
/// <param name="PulseRate">Pulse rate, /min.</param>
/// <param name="PerfusionIndex">Perfusion index, %.</param>
/// <param name="Quality">Signal quality, 0 to 100.</param>
/// <param name="Temperature">Temperature at the probe, °C: not that of the body's core.</param>
public sealed record VitalReading(
    string Device, uint BootId, long MonotonicMs, DateTimeOffset? Utc, TimeQuality TimeQuality,
    Measurement SpO2, Measurement PulseRate, Measurement PerfusionIndex, Measurement Quality,
    Measurement Temperature)
{
    /// <summary>One line with everything that may be shown, and why where nothing may.</summary>
    public override string ToString()
    {
        string utc = Utc?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "unknown";
        return $"{Device} {utc} {TimeQuality}: SpO2 {SpO2}, pulse {PulseRate}, "
            + $"perfusion {PerfusionIndex}, quality {Quality}, temperature {Temperature}";
    }
}
