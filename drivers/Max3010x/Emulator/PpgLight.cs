// Names of the numbers that a PPG source fills.

namespace Iot.Device.Max3010x.Emulator;

/// <summary>Index of each number in the light array of <see cref="IPpgSource"/>.</summary>
public static class PpgLight
{
    /// <summary>Red, pA of photodiode current per mA of LED current.</summary>
    public const int Red = 0;

    /// <summary>Infrared, pA of photodiode current per mA of LED current.</summary>
    public const int Infrared = 1;

    /// <summary>Ambient light that the chip's cancellation leaves, pA.</summary>
    public const int Ambient = 2;

    /// <summary>How many numbers there are.</summary>
    public const int Count = 3;
}
