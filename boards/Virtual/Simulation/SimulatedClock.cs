// The unit's clocks in world time: monotonic since its start, and a UTC that may be unknown, wrong, or set
// back and forth.

using Pulsegate.Platform;

namespace Pulsegate.Virtual.Simulation;

/// <summary>The clock of one life of a unit.</summary>
/// <param name="startMs">World time of the start.</param>
internal sealed class SimulatedClock(long startMs) : IClock
{
    /// <summary>True UTC at world time 0.</summary>
    public const long UtcAtWorldStartMs = 1_760_000_000_000;

    /// <summary>World time.</summary>
    public long WorldMs { get; set; }

    /// <summary>How far UTC is off, ms.</summary>
    public long UtcErrorMs { get; set; }

    /// <inheritdoc/>
    public long MonotonicMs => WorldMs - startMs;

    /// <inheritdoc/>
    public long UtcMs => Math.Max(0, UtcAtWorldStartMs + WorldMs + UtcErrorMs);

    /// <inheritdoc/>
    public TimeQuality Quality { get; set; } = TimeQuality.Unsynced;
}
