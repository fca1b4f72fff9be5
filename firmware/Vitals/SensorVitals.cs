// The vitals as the unit's own chips give them: oximeter through the signal chain, and the thermometer.

using Pulsegate.Signal;

namespace Pulsegate.Vitals;

/// <summary>Readings from the chips. Allocates nothing after construction; the acquisition loop owns
/// it.</summary>
public sealed class SensorVitals : IVitalsSource
{
    private readonly OximeterFeed _oximeter;
    private readonly VitalsMonitor _vitals;
    private readonly TemperatureFeed _temperature;

    /// <summary>The source over its parts; both feeds end in <paramref name="vitals"/>.</summary>
    public SensorVitals(OximeterFeed oximeter, VitalsMonitor vitals, TemperatureFeed temperature)
    {
        _oximeter = oximeter;
        _vitals = vitals;
        _temperature = temperature;
    }

    /// <summary>Drains the oximeter into the chain. Blocks for one transfer (5 ms at 400 kHz when full; 1 s
    /// on a dead bus).</summary>
    /// <returns>True when samples were lost since the call before.</returns>
    public bool Drain(long nowMs) => _oximeter.Drain(nowMs);

    /// <summary>Reads the thermometer (one transfer) and makes the reading; a silent oximeter is a sensor
    /// fault.</summary>
    public void Read(long nowMs, long readingMs, Reading reading)
    {
        _temperature.Read(nowMs);
        if (!_oximeter.IsRunning)
        {
            _vitals.SetSensorFault();
        }

        _vitals.Update(readingMs, reading);
        _oximeter.NoteSwap(_vitals.IsProbeSwapped);
    }
}
