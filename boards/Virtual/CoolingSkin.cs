// The skin under the probe of a virtual unit. It warms at once, which reads as a probe that settles, and cools
// slowly: a fast fall reads as a probe that came off.

namespace Pulsegate.Virtual;

/// <summary>A temperature that follows what it is asked for. Owned by one thread at a time.</summary>
internal sealed class CoolingSkin
{
    /// <summary>Fall a second, 0.001 °C: 2 °C a minute.</summary>
    internal const int FallMilliCelsius = 33;

    private int _asked;

    /// <summary>A skin that has this temperature, 0.001 °C.</summary>
    internal CoolingSkin(int milliCelsius)
    {
        MilliCelsius = milliCelsius;
        Asked = milliCelsius;
    }

    /// <summary>Temperature now, 0.001 °C.</summary>
    internal int MilliCelsius { get; private set; }

    /// <summary>Temperature that it is to have, 0.001 °C.</summary>
    internal int Asked
    {
        get => _asked;
        set
        {
            _asked = value;
            MilliCelsius = Math.Max(MilliCelsius, value);
        }
    }

    /// <summary>One second passes.</summary>
    /// <returns>True when it has cooled.</returns>
    internal bool Cool()
    {
        int fall = Math.Min(FallMilliCelsius, MilliCelsius - Asked);
        MilliCelsius -= fall;
        return fall > 0;
    }
}
