// One channel across a change of its LED's current: the samples go on as if nothing had changed, so that no
// filter sees a step.

namespace Pulsegate.Signal;

/// <summary>
/// Scales what follows a change to what came before it. The factor is measured (both sides are extended to
/// meet) and not computed from the nominal currents, which a chip keeps only roughly. Samples taken across
/// the change are replaced by a straight line; the beats around it do not count.
/// </summary>
public sealed class ChannelScale
{
    private const int Unity = 1 << 14;
    private const int FactorMin = Unity / 4, FactorMax = Unity * 2;
    private int _factorQ14 = Unity;
    // the next sample of the line, from 1; 0 when there is none
    private int _bridged;
    private int _left;
    private int _last, _earlier;                   // newest sample and the one before it, scaled

    /// <summary>True from a change until the first whole sample after it.</summary>
    public bool IsBridging
    {
        get { return _bridged > 0; }
    }

    /// <summary>Applies the factor to a limit in counts.</summary>
    public int Scaled(int counts)
    {
        return _factorQ14 == Unity || counts == int.MaxValue
            ? counts : (int)((long)counts * _factorQ14 >> 14);
    }

    /// <summary>Forgets the past: the next samples are taken as they are.</summary>
    public void Restart()
    {
        _factorQ14 = Unity;
        _left = 0;
        _bridged = 0;
    }

    /// <summary>The current has changed after the last sample.</summary>
    public void Bridge()
    {
        _left = LightControl.MixedSamples;
        _bridged = 1;
    }

    /// <summary>Scales a block in place.</summary>
    /// <returns>False when the factor has left a quarter to two: filters must restart, and so must
    /// this.</returns>
    public bool Process(int[] counts, int count)
    {
        int i = 0;
        for (; i < count && _left > 0; i++, _left--)
        {
            counts[i] = _last + ((_last - _earlier) * _bridged++);
        }

        if (i < count && _bridged > 0 && !Match(counts, i, count))
        {
            return false;
        }

        int factor = _factorQ14;
        for (; factor != Unity && i < count; i++)
        {
            counts[i] = (int)((long)counts[i] * factor >> 14);
        }

        if (count > 0)
        {
            _earlier = count >= 2 ? counts[count - 2] : _last;
            _last = counts[count - 1];
        }

        return true;
    }

    // The first whole sample lies where the line before it and the line after it, each half of the way, lead.
    private bool Match(int[] counts, int at, int count)
    {
        int first = counts[at];
        int slope = _last - _earlier;
        if (first > 0 && at + 1 < count)
        {
            slope = (slope + FixedPoint.Divide((counts[at + 1] - first) * (long)_last, first)) / 2;
        }

        int factor = FixedPoint.Divide((long)(_last + (slope * _bridged)) << 14, first);
        _bridged = 0;
        _factorQ14 = FixedPoint.Clamp(factor, FactorMin, FactorMax);
        return factor == _factorQ14;
    }
}
