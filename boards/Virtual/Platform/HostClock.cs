using System.Diagnostics;
using Pulsegate.Platform;

namespace Pulsegate.Virtual.Platform;

/// <summary>The host's clocks: monotonic from the start of this object, UTC as the system has it.</summary>
public sealed class HostClock : IClock
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public long MonotonicMs => (long)Stopwatch.GetElapsedTime(_start).TotalMilliseconds;

    /// <inheritdoc/>
    public long UtcMs => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public TimeQuality Quality => TimeQuality.Synced;
}
