// The fields of a record that the database itself acts on, by the names that the format gives them.

using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

internal static class ActedOnFields
{
    internal const string AnchorMonotonicMs = "anchorMonotonicMs";
    internal const string AnchorUtcMs = "anchorUtcMs";

    /// <summary>The pair of clocks that a time anchor ties together; false when it is none.</summary>
    internal static bool TryReadAnchor(this VerifiedRecord record, out long monotonicMs, out long utcMs)
    {
        utcMs = 0;
        return TryRead(record, AnchorMonotonicMs, out monotonicMs) && TryRead(record, AnchorUtcMs, out utcMs);
    }

    private static bool TryRead(VerifiedRecord record, string name, out long value)
    {
        value = 0;
        if (!record.Fields.TryGetValue(name, out object? field) || field is null)
        {
            return false;
        }

        if (field is long number)
        {
            value = number;
            return true;
        }

        return false;
    }
}
