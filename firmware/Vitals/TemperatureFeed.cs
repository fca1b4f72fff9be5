// Between a temperature probe and the vitals: one read a second, and a probe that does not answer is asked
// ever more seldom.

using Pulsegate.Diagnostics;

namespace Pulsegate.Vitals;

/// <summary>Feeds the vitals from a temperature probe. Allocates nothing after construction; the acquisition
/// loop owns it.</summary>
public sealed class TemperatureFeed
{
    /// <summary>First and longest wait between two attempts to reach a silent probe, ms. A dead bus costs 1 s
    /// of native timeout each.</summary>
    public const int RestartMsMin = 2000, RestartMsMax = 60000;

    // After a longer silence the probe must settle again.
    private const int GapMsMax = 10_000;

    private readonly ITemperatureProbe _probe;
    private readonly VitalsMonitor _vitals;
    private readonly Counters _counters;
    private readonly TemperatureGate _gate;
    private long _lastReadMs;
    private bool _isRunning;
    private long _restartAtMs;
    private int _restartWaitMs = RestartMsMin;

    /// <summary>A feed from a probe; null when no probe is fitted, which reads as a sensor fault.</summary>
    /// <param name="probe">The probe, or null.</param>
    /// <param name="isSkin">True for a probe on the skin, false for one in a body's cavity or fold.</param>
    /// <param name="vitals">Told of every reading.</param>
    /// <param name="counters">Count failed transfers.</param>
    public TemperatureFeed(ITemperatureProbe probe, bool isSkin, VitalsMonitor vitals, Counters counters)
    {
        _gate = new TemperatureGate(isSkin);
        _probe = probe;
        _vitals = vitals;
        _counters = counters;
    }

    /// <summary>Reads the probe once. Call once a second, before the reading is made.</summary>
    public void Read(long nowMs)
    {
        if (_probe == null)
        {
            _vitals.SetTemperatureAbsent(ReadingStatus.SensorFault);
            return;
        }

        if (!_isRunning && nowMs >= _restartAtMs)
        {
            if (_probe.TryStart())
            {
                // The first conversion takes up to a second: until then the temperature is still being
                // acquired.
                _isRunning = true;
                return;
            }

            Back(nowMs);
        }

        if (!_isRunning)
        {
            _vitals.SetTemperatureAbsent(ReadingStatus.SensorFault);
            return;
        }

        if (_probe.TryRead(out int centiCelsius))
        {
            _restartWaitMs = RestartMsMin;
            Judge(nowMs, centiCelsius);
        }
        else
        {
            _isRunning = false;
            Back(nowMs);
            _vitals.SetTemperatureAbsent(ReadingStatus.SensorFault);
        }
    }

    private void Judge(long nowMs, int centiCelsius)
    {
        if (nowMs - _lastReadMs > GapMsMax)
        {
            _gate.Restart();
        }

        _lastReadMs = nowMs;
        ReadingStatus status = _gate.Judge(centiCelsius);
        if (status == ReadingStatus.Valid)
        {
            _vitals.SetTemperature(centiCelsius);
        }
        else
        {
            _vitals.SetTemperatureAbsent(status);
        }
    }

    private void Back(long nowMs)
    {
        _counters.Add(Counter.TemperatureFaults, 1);
        _restartAtMs = nowMs + _restartWaitMs;
        _restartWaitMs = _restartWaitMs * 2 > RestartMsMax ? RestartMsMax : _restartWaitMs * 2;
    }
}
