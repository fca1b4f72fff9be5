// What a unit says about its store when it starts: how much it holds, and what was found that nobody
// expected.

namespace Pulsegate.Store;

/// <summary>Puts the state of a store into words. Allocates: for start-up only.</summary>
public static class StoreReport
{
    private const int MinutesPerHour = 60;

    /// <summary>One line: the capacity in hours of vitals at full resolution, how much of it is free, and
    /// whatever is out of the ordinary; or why nothing can be stored.</summary>
    public static string Line(SegmentStore store)
    {
        switch (store.Condition)
        {
            case StoreCondition.Open:
                break;
            case StoreCondition.NewerFormat:
                return "store: written by a newer firmware and left alone; nothing is stored";
            case StoreCondition.TooSmall:
                return "store: the partition is too small; nothing is stored";
            default:
                return "store: cannot be read or written; nothing is stored";
        }

        string line = "store: room for " + Hours(store.CapacityMinutes) + " h at full resolution, "
            + Hours(store.FreeMinutes) + " h of it free";
        line += Found(store.StoredReadings, " readings wait");
        line += Found(store.DecayedReadings, " readings wait as summaries");
        line += Found(store.CorruptRecordCount, " damaged places");
        line += Found(store.ReadFailureCount, " segments not readable");
        line += Found(store.ForeignFileCount, " other files");
        return store.WasWiped ? line + "; new or wiped" : line;
    }

    private static string Hours(int minutes) => (minutes / MinutesPerHour).ToString();

    private static string Found(long count, string what) => count == 0 ? "" : "; " + count.ToString() + what;
}
