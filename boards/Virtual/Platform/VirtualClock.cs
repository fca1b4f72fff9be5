using Pulsegate.Platform;

namespace Pulsegate.Virtual.Platform;

/// <summary>A clock that moves only when it is told to.</summary>
public sealed class VirtualClock : IClock
{
    /// <inheritdoc/>
    public long MonotonicMs { get; private set; }

    /// <summary>UTC at monotonic 0.</summary>
    public long UtcAtStartMs { get; set; } = 1_700_000_000_000;

    /// <inheritdoc/>
    public long UtcMs => UtcAtStartMs + MonotonicMs;

    /// <inheritdoc/>
    public TimeQuality Quality { get; set; } = TimeQuality.Synced;

    /// <summary>Moves on.</summary>
    public void Advance(long milliseconds) => MonotonicMs += milliseconds;
}
