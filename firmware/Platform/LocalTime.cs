// The clock on the wall, for people: nothing that is stored or sent uses it.

namespace Pulsegate.Platform;

/// <summary>Local time of day.</summary>
public static class LocalTime
{
    /// <summary>Minutes of a day.</summary>
    public const int MinutesADay = 24 * 60;

    /// <summary>Least and most that a place is ahead of UTC, minutes: UTC-12 to UTC+14.</summary>
    public const int OffsetMinutesMin = -12 * 60, OffsetMinutesMax = 14 * 60;

    private const int MinuteMs = 60000;

    /// <summary>Minute of the local day, 0 to 1439; -1 while the time is not known.</summary>
    public static int MinuteOfDay(IClock clock, int offsetMinutes)
    {
        return clock.Quality == TimeQuality.Unsynced
            ? -1 : (int)(((clock.UtcMs / MinuteMs) + offsetMinutes) % MinutesADay);
    }
}
