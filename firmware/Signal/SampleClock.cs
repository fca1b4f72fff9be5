// How fast the chip really samples. Its oscillator is off by some percent, and a pulse rate counted in its
// samples is off by as much.

namespace Pulsegate.Signal;

/// <summary>
/// Counts samples against the board's monotonic clock, a minute at a time. Time in which samples were lost
/// does not count.
/// </summary>
public sealed class SampleClock
{
    /// <summary>Length of one measurement, ms: one sample more or less is 0.03 % of it.</summary>
    public const int WindowMs = 60_000;

    /// <summary>Largest error that is believed, parts per million; beyond it samples were lost
    /// unnoticed.</summary>
    public const int ErrorPpmMax = 50_000;

    private const int Million = 1_000_000;
    private bool _isCounting;
    private long _startMs;
    private long _samples;
    private int _errorPpm;
    private int _fits;

    /// <summary>Error of the chip's clock, parts per million, positive when it samples fast; mean of about
    /// four measurements, 0 before the first.</summary>
    public int ErrorPpm => _errorPpm;

    /// <summary>Measurements so far; until the first the error is not known.</summary>
    public int Fits => _fits;

    /// <summary>A rate in the chip's time, put into true time; 0 when it is then outside 30 to 240
    /// /min.</summary>
    public static int Correct(int rateDeci, int errorPpm)
    {
        int rate = rateDeci + ((rateDeci * (errorPpm / 10)) / (Million / 10));
        return rate >= 300 && rate <= 2400 ? rate : 0;
    }

    /// <summary>Samples were lost, or the chip has started anew: the measurement begins again.</summary>
    public void Restart()
    {
        _isCounting = false;
    }

    /// <summary>The chip has just been emptied.</summary>
    /// <param name="nowMs">Monotonic ms.</param>
    /// <param name="count">Samples it gave.</param>
    public void Take(long nowMs, int count)
    {
        if (!_isCounting)
        {
            _isCounting = true;
            _startMs = nowMs;
            _samples = 0;
            return;
        }

        _samples += count;
        long elapsedMs = nowMs - _startMs;
        if (elapsedMs < WindowMs)
        {
            return;
        }

        _startMs = nowMs;
        int error = FixedPoint.Divide(((_samples * SignalChain.SampleMs) - elapsedMs) * Million, elapsedMs);
        _samples = 0;
        if (error <= ErrorPpmMax && error >= -ErrorPpmMax)
        {
            _errorPpm = _fits == 0 ? error : _errorPpm + ((error - _errorPpm) / 4);
            _fits++;
        }
    }
}
