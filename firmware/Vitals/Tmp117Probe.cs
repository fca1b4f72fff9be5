// The TMP117 as the vitals see it.

using Iot.Device.Tmp117;

namespace Pulsegate.Vitals;

/// <summary>A TMP117 in continuous conversion.</summary>
public sealed class Tmp117Probe : ITemperatureProbe
{
    // Reads without a new conversion, which comes every second: one or two may fall between, more are a chip
    // that has stopped and still shows its last value.
    private const int OldReadsMax = 3;

    private readonly Tmp117 _driver;
    private int _oldReads;

    /// <summary>A probe over a driver.</summary>
    public Tmp117Probe(Tmp117 driver)
    {
        _driver = driver;
    }

    /// <inheritdoc/>
    public bool TryStart()
    {
        // What a chip shows that has not converted since is from before.
        _oldReads = OldReadsMax;
        return _driver.TryInitialize();
    }

    /// <inheritdoc/>
    public bool TryRead(out int centiCelsius)
    {
        centiCelsius = 0;
        if (!_driver.TryReadFlags(out Tmp117Flags flags))
        {
            return false;
        }

        _oldReads = (flags & Tmp117Flags.DataReady) != 0 ? 0 : _oldReads + 1;
        if (_oldReads > OldReadsMax || !_driver.TryReadTemperature(out int milliCelsius))
        {
            return false;
        }

        centiCelsius = milliCelsius / 10;
        return true;
    }
}
