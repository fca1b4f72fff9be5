// Fake of the board's SystemClock: clocks that the test moves.

namespace Pulsegate.Boards.Esp32;

/// <summary>Clocks of the test. The system clock runs with the tick count and can be set by the board or, as
/// SNTP does, by the test.</summary>
public static class SystemClock
{
    private static long _utcOffsetMs;

    public static long TickMs { get; set; }

    public static long UtcMs => _utcOffsetMs + TickMs;

    public static void Set(long utcMs) => _utcOffsetMs = utcMs - TickMs;
}
