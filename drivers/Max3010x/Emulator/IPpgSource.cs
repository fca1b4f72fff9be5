// The physics in front of the emulated chip: how much light comes back.

namespace Iot.Device.Max3010x.Emulator;

/// <summary>A source of light on the photodiode: synthetic or recorded.</summary>
public interface IPpgSource
{
    /// <summary>
    /// Light at a moment. Called with times that never go back.
    /// </summary>
    /// <param name="timeMicroseconds">The moment, on the board's clock.</param>
    /// <param name="light">Three numbers to fill, by <see cref="PpgLight"/>: photodiode current in
    /// picoamperes per milliampere of LED current for red and infrared (a finger gives some 200 000 to 500
    /// 000, falling as blood volume rises), and the residual ambient current in picoamperes.</param>
    void Sample(long timeMicroseconds, int[] light);
}
