// Where the backend had no view of the patient, from nothing but the readings it has and when they came.

namespace Pulsegate.Web;

internal static class OutageFinder
{
    /// <summary>Time between two readings from which seconds are missing, ms: they are a second apart.</summary>
    internal const int GapMs = 1500;

    /// <summary>Late readings and gaps that are no farther apart than this are one outage, ms.</summary>
    private const int JoinMs = 15_000;

    /// <summary>Finds them, oldest first.</summary>
    /// <param name="readings">In the order of their times.</param>
    /// <param name="sinceUtcMs">Since when somebody looks: before the first reading silence counts from here.</param>
    /// <param name="nowUtcMs">Now: silence up to here is an outage that lasts.</param>
    internal static List<Outage> Find(IReadOnlyList<WardReading> readings, long sinceUtcMs, long nowUtcMs)
    {
        var outages = new List<Outage>();
        for (int i = 0; i < readings.Count; i++)
        {
            long timeMs = readings[i].UtcMs;
            long beforeMs = i > 0 ? readings[i - 1].UtcMs : timeMs - 1000;
            int missing = timeMs - beforeMs >= GapMs ? (int)((timeMs - beforeMs) / 1000) - 1 : 0;
            if (missing > 0)
            {
                Add(outages, beforeMs + 1000, timeMs - 1000, 0, missing);
            }

            if (readings[i].IsBackfilled)
            {
                Add(outages, timeMs, timeMs, 1, 0);
            }
        }

        long newestMs = readings.Count > 0 ? readings[^1].UtcMs : sinceUtcMs;
        if (nowUtcMs - newestMs > Ward.LateMs)
        {
            outages.Add(new Outage(newestMs + 1000, 0, 0, (int)((nowUtcMs - newestMs) / 1000)));
        }

        return outages;
    }

    private static void Add(List<Outage> outages, long fromMs, long toMs, int backfilled, int missing)
    {
        if (outages.Count > 0 && fromMs - outages[^1].ToUtcMs <= JoinMs)
        {
            Outage last = outages[^1];
            outages[^1] = last with
            {
                ToUtcMs = toMs, Backfilled = last.Backfilled + backfilled, Missing = last.Missing + missing,
            };
            return;
        }

        outages.Add(new Outage(fromMs, toMs, backfilled, missing));
    }
}
