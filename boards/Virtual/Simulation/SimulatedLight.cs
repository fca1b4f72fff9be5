using Iot.Device.Max3010x.Emulator;

namespace Pulsegate.Virtual.Simulation;

/// <summary>One finger in world time, for chips whose own time begins with each boot.</summary>
/// <param name="finger">The finger.</param>
internal sealed class SimulatedLight(IPpgSource finger) : IPpgSource
{
    /// <summary>World time at the chip's time 0, ms.</summary>
    public long StartMs { get; set; }

    /// <inheritdoc/>
    public void Sample(long timeMicroseconds, int[] light)
        => finger.Sample((StartMs * 1000) + timeMicroseconds, light);
}
