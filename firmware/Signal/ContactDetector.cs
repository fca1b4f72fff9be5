// Whether the light that comes back can be measured: is there a finger, and is the converter inside its
// range?

namespace Pulsegate.Signal;

/// <summary>
/// Follows the state of the light, block by block. A block with one bad sample is bad as a whole.
/// </summary>
public sealed class ContactDetector
{
    private const int FullScale = 262_143;              // 18 bits

    /// <summary>Counts from which a channel is taken for saturated, 95 %, as the chip gives them.</summary>
    public const int SaturatedCounts = FullScale / 20 * 19;

    // 5 %: a finger at the usual current gives 25 % and more.
    private const int FingerCounts = FullScale / 20;
    // Good samples before light counts as a finger, 200 ms.
    private const int SettleSamples = 10;
    // Good samples after saturation, so that clipped peaks are not taken for pulses.
    private const int UnsaturatedSamples = 50;
    // Darkness up to 0.5 s is a lost contact, longer is another finger.
    private const int ShortGapSamples = 25;
    private int _redDark = FingerCounts, _infraredDark = FingerCounts;
    private int _redSaturated = SaturatedCounts, _infraredSaturated = SaturatedCounts;
    private int _goodSamples;
    private int _darkSamples = ShortGapSamples;
    private SignalState _state;
    private bool _hasBegun;

    /// <summary>What is on the sensor.</summary>
    public SignalState State => _state;

    /// <summary>
    /// True when the block just taken is the last before a finger counts: filters start after it.
    /// </summary>
    public bool HasBegun => _hasBegun;

    /// <summary>True while ambient light reaches into the samples: they count as saturated ones.</summary>
    public bool IsAmbient;

    /// <summary>Sets what is too dark to be a finger, and what is saturated, counts.</summary>
    public void SetLimits(int redDark, int redSaturated, int infraredDark, int infraredSaturated)
    {
        _redDark = redDark;
        _redSaturated = redSaturated;
        _infraredDark = infraredDark;
        _infraredSaturated = infraredSaturated;
    }

    /// <summary>Takes a block.</summary>
    /// <param name="red">Red counts.</param>
    /// <param name="infrared">Infrared counts.</param>
    /// <param name="count">Pairs in the block.</param>
    /// <returns>True when the block may be filtered.</returns>
    public bool Take(int[] red, int[] infrared, int count)
    {
        _hasBegun = false;
        int dark = 0;
        int bright = IsAmbient ? -1 : 0;
        int redDark = _redDark, infraredDark = _infraredDark;
        int redSaturated = _redSaturated, infraredSaturated = _infraredSaturated;
        for (int i = 0; i < count; i++)
        {
            int x = red[i];
            int y = infrared[i];
            dark |= (x - redDark) | (y - infraredDark);          // negative when one of them is
            bright |= (redSaturated - x) | (infraredSaturated - y);
        }

        if ((dark | bright) >= 0)
        {
            return IsSettled(count);
        }

        _goodSamples = 0;
        if (dark >= 0)
        {
            _state = SignalState.Saturated;
            return false;
        }

        _darkSamples = _darkSamples < ShortGapSamples ? _darkSamples + count : _darkSamples;
        if (_darkSamples >= ShortGapSamples)
        {
            _state = SignalState.NoFinger;
        }

        return false;
    }

    private bool IsSettled(int count)
    {
        if (_state == SignalState.Finger && _goodSamples >= SettleSamples)
        {
            return true;
        }

        _goodSamples += count;
        if (_goodSamples < (_state == SignalState.Saturated ? UnsaturatedSamples : SettleSamples))
        {
            return false;
        }

        _state = SignalState.Finger;
        _goodSamples = SettleSamples;
        _darkSamples = 0;
        _hasBegun = true;
        return false;
    }
}
