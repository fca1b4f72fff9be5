// From the pulse wave to the height of the bar: between the extremes of the last seconds, which fade.

namespace Pulsegate.Display;

/// <summary>Height of a plethysmogram without a scale. Allocates nothing.</summary>
public sealed class PulseMeter
{
    // a step takes this part of the span off either end: 3 s at 10 steps a second
    private const int FadeShift = 5;

    private int _low;
    private int _high;

    /// <summary>Takes the newest sample.</summary>
    /// <param name="counts">Pulsatile light, rising with the blood's volume, within 2^18.</param>
    /// <returns>0 to 100.</returns>
    public int Take(int counts)
    {
        int fade = (_high - _low) >> FadeShift;
        _low += fade;
        _high -= fade;
        _low = counts < _low ? counts : _low;
        _high = counts > _high ? counts : _high;
        return _high == _low ? 0 : (counts - _low) * 100 / (_high - _low);
    }

    /// <summary>Another finger.</summary>
    public void Restart()
    {
        _low = 0;
        _high = 0;
    }
}
