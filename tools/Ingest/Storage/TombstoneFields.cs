// The names under which the format gives a tombstone's range.

using Pulsegate.Ingest.Format;

namespace Pulsegate.Ingest.Storage;

internal static class TombstoneFields
{
    internal const string First = "first";
    internal const string Last = "last";

    /// <summary>The range of sequences that a tombstone declares; false when it names none.</summary>
    internal static bool TryReadTombstone(this VerifiedRecord record, out long first, out long last)
    {
        last = 0;
        return TryRead(record, First, out first) && TryRead(record, Last, out last);
    }

    private static bool TryRead(VerifiedRecord record, string name, out long value)
    {
        value = 0;
        if (!record.Fields.TryGetValue(name, out object? field) || field is null)
        {
            return false;
        }

        switch (field)
        {
            case long number:
                value = number;
                return true;
            case int number:
                value = number;
                return true;
            case ulong number when number <= long.MaxValue:
                value = (long)number;
                return true;
            default:
                return false;
        }
    }
}
