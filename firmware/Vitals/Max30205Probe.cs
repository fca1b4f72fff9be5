// The MAX30205 as the vitals see it.

using Iot.Device.Max30205;

namespace Pulsegate.Vitals;

/// <summary>A MAX30205 in continuous conversion.</summary>
public sealed class Max30205Probe : ITemperatureProbe
{
    private readonly Max30205 _driver;

    /// <summary>A probe over a driver.</summary>
    public Max30205Probe(Max30205 driver)
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
