// The TMP117 as the vitals see it.

using Iot.Device.Tmp117;

namespace Pulsegate.Vitals;

/// <summary>A TMP117 in continuous conversion.</summary>
public sealed class Tmp117Probe : ITemperatureProbe
{
    private readonly Tmp117 _driver;

    /// <summary>A probe over a driver.</summary>
    public Tmp117Probe(Tmp117 driver)
    {
        _driver = driver;
    }

    /// <inheritdoc/>
    public bool TryStart() => _driver.TryInitialize();

    /// <inheritdoc/>
    public bool TryRead(out int centiCelsius)
    {
        bool isRead = _driver.TryReadTemperature(out int milliCelsius);
        centiCelsius = milliCelsius / 10;
        return isRead;
    }
}
