// What is on the sensor, as far as light alone can say.

namespace Pulsegate.Signal;

/// <summary>State of the optical signal.</summary>
public enum SignalState : byte
{
    /// <summary>Too little light comes back: nothing is on the sensor.</summary>
    NoFinger = 0,

    /// <summary>A channel is at the end of the converter's range, or was within the last second.</summary>
    Saturated = 1,

    /// <summary>A finger is on.</summary>
    Finger = 2,
}
