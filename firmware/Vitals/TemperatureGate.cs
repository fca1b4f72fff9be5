// Whether what the probe reads is the temperature of a body yet. A probe takes its own time to warm, and goes
// on reading when it has come off.

namespace Pulsegate.Vitals;

/// <summary>
/// Judges one reading a second by the last half minute: shown when it has settled, until it falls away or
/// leaves what a body can be. Thresholds are ours, from the time constants of probes (20 to 40 s).
/// </summary>
public sealed class TemperatureGate
{
    /// <summary>Readings kept of the last half minute: every third.</summary>
    public const int WindowSize = 10, KeptEvery = 3;

    /// <summary>Spread in the window up to which a probe has settled, 0.01 °C: with a time constant of 40 s
    /// it is then within 0.1 °C of its end, with 20 s within 0.03.</summary>
    public const int SettledCenti = 10;

    /// <summary>Spread beyond which it is no longer settled, 0.01 °C, by site: a core changes by 0.1 °C a
    /// minute at most, skin by more.</summary>
    public const int BodyLostCenti = 25, SkinLostCenti = 50;

    /// <summary>Lowest temperature that is shown, 0.01 °C, by site.</summary>
    public const int BodyMinCenti = 2500, SkinMinCenti = 1500;

    /// <summary>Highest temperature that is shown, 0.01 °C.</summary>
    public const int MaxCenti = 4500;

    /// <summary>A fall by this much within the last <see cref="FallKept"/> kept readings, 9 to 12 s, is a
    /// probe that came off, 0.01 °C.</summary>
    public const int FallCenti = 50, FallKept = 4;

    /// <summary>What shows that something warms the probe: a rise by this much, or at the start a reading of
    /// <see cref="WarmCenti"/>, 0.01 °C.</summary>
    public const int RiseCenti = 100, WarmCenti = 3000;

    private readonly int _min;
    private readonly int _lost;
    private readonly int[] _window = new int[WindowSize];
    private int _count;
    private int _newest;
    private int _sinceKept;
    private int _lowest = WarmCenti - RiseCenti;
    private bool _isOn;
    private bool _isSettled;

    /// <summary>A gate that has seen nothing.</summary>
    /// <param name="isSkin">True for a probe on the skin, false for one in a body's cavity or fold.</param>
    public TemperatureGate(bool isSkin)
    {
        _min = isSkin ? SkinMinCenti : BodyMinCenti;
        _lost = isSkin ? SkinLostCenti : BodyLostCenti;
    }

    /// <summary>Readings were missed: the half minute begins again.</summary>
    public void Restart()
    {
        _count = 0;
        _sinceKept = 0;
        _isSettled = false;
    }

    /// <summary>Takes the reading of this second.</summary>
    /// <param name="centiCelsius">Temperature, 0.01 °C.</param>
    /// <returns>Valid: it may be shown. Acquiring: not settled. NoFinger: nothing is on the probe.
    /// SensorFault: hotter than any body.</returns>
    public ReadingStatus Judge(int centiCelsius)
    {
        if (centiCelsius > MaxCenti)
        {
            Restart();
            return ReadingStatus.SensorFault;
        }

        int low = centiCelsius, high = centiCelsius, recentHigh = centiCelsius;
        for (int age = 0, i = _newest; age < _count; age++, i = i == 0 ? WindowSize - 1 : i - 1)
        {
            int value = _window[i];
            low = value < low ? value : low;
            high = value > high ? value : high;
            recentHigh = age < FallKept && value > recentHigh ? value : recentHigh;
        }

        bool isFull = _count == WindowSize && _sinceKept == 0;
        Keep(centiCelsius);
        FollowContact(centiCelsius, recentHigh);
        if (!_isOn)
        {
            return ReadingStatus.NoFinger;
        }

        _isSettled = high - low <= (_isSettled ? _lost : SettledCenti) && (isFull || _isSettled);
        return _isSettled ? ReadingStatus.Valid : ReadingStatus.Acquiring;
    }

    private void Keep(int centiCelsius)
    {
        if (_sinceKept == 0)
        {
            _newest = _newest == WindowSize - 1 ? 0 : _newest + 1;
            _window[_newest] = centiCelsius;
            _count = _count < WindowSize ? _count + 1 : WindowSize;
        }

        _sinceKept = _sinceKept == KeptEvery - 1 ? 0 : _sinceKept + 1;
    }

    private void FollowContact(int centiCelsius, int recentHigh)
    {
        if (recentHigh - centiCelsius >= FallCenti || centiCelsius < _min)
        {
            _isOn = false;
            _lowest = centiCelsius;
            Restart();
        }

        _lowest = centiCelsius < _lowest ? centiCelsius : _lowest;
        _isOn |= centiCelsius - _lowest >= RiseCenti && centiCelsius >= _min;
    }
}
