// The one thing the vitals want from a temperature sensor, whichever is fitted.

namespace Pulsegate.Vitals;

/// <summary>A temperature sensor, set up by its adapter.</summary>
public interface ITemperatureProbe
{
    /// <summary>Checks that the sensor is there and starts its conversions. Blocks for a few
    /// transfers.</summary>
    bool TryStart();

    /// <summary>The newest conversion.</summary>
    /// <param name="centiCelsius">Temperature at the probe in 0.01 °C; 0 when false.</param>
    /// <returns>False when the sensor did not answer or has not converted yet. Blocks for one
    /// transfer.</returns>
    bool TryRead(out int centiCelsius);
}
