// The levels of the emulated pins of this process by number, where the GpioPin stand-in and emulated chips
// meet.

namespace Pulsegate.Emulation;

/// <summary>Levels of pins 0 to 1023. Several virtual gateways in one process take different
/// numbers.</summary>
public static class EmulatedPins
{
    /// <summary>How many pins there are.</summary>
    public const int Count = 1024;

    private static readonly bool[] High = new bool[Count];

    /// <summary>True while the pin is high.</summary>
    public static bool IsHigh(int pin) => High[pin];

    /// <summary>Drives a pin, from either side.</summary>
    public static void Set(int pin, bool isHigh) => High[pin] = isHigh;
}
