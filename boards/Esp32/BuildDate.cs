// When this source was last released. There is no build-time clock in a deterministic build, so it is set by
// hand with each version.

namespace Pulsegate.Boards.Esp32;

/// <summary>The oldest time that can be true.</summary>
public static class BuildDate
{
    /// <summary>2026-11-21 00:00:00 UTC, ms since 1970.</summary>
    public const long UtcMs = 1795219200000;
}
