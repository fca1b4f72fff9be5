namespace Pulsegate.Web;

/// <summary>A time in which no readings arrived, or for which there are none.</summary>
/// <param name="FromUtcMs">From the first reading that came late or is missing.</param>
/// <param name="ToUtcMs">To the last; 0 while it lasts.</param>
/// <param name="Backfilled">Readings of that time that came later.</param>
/// <param name="Missing">Seconds of that time of which there is no reading, so far.</param>
internal sealed record Outage(long FromUtcMs, long ToUtcMs, int Backfilled, int Missing);
