// Which sequences of one store are accounted for: all up to a cumulative one, and a bounded number of ranges
// above it.

using System.Text.Json;

namespace Pulsegate.Client;

/// <summary>Sorted, disjoint, never adjacent ranges above a cumulative sequence. Sequences begin at
/// 1.</summary>
internal sealed class SequenceSet
{
    /// <summary>Most ranges above the cumulative sequence. A record that would open one more is refused: the
    /// device keeps it, fills a gap or declares it lost, and sends again.</summary>
    internal const int RangeCountMax = 1024;

    private readonly List<(long First, long Last)> _ranges = [];

    /// <summary>Every sequence up to this one is in the set.</summary>
    internal long Cumulative { get; private set; }

    /// <summary>Ranges above <see cref="Cumulative"/>, ascending.</summary>
    internal IReadOnlyList<(long First, long Last)> Ranges => _ranges;

    /// <summary>Sequences missing below the highest one.</summary>
    internal long MissingCount
    {
        get
        {
            long missing = 0;
            long last = Cumulative;
            foreach ((long First, long Last) range in _ranges)
            {
                missing += range.First - last - 1;
                last = range.Last;
            }

            return missing;
        }
    }

    /// <summary>True when the sequence is in the set.</summary>
    internal bool Contains(long sequence) => sequence <= Cumulative || FindRange(sequence) >= 0;

    /// <summary>True when first to last can be added without opening a range beyond <see
    /// cref="RangeCountMax"/>.</summary>
    internal bool CanAdd(long first, long last)
    {
        if (_ranges.Count < RangeCountMax || first <= Cumulative + 1)
        {
            return true;
        }

        int at = LowerBound(first - 1);
        return at < _ranges.Count && _ranges[at].First <= last + 1;
    }

    /// <summary>Index of the range that holds the sequence; -1 when none above the cumulative one
    /// does.</summary>
    internal int FindRange(long sequence)
    {
        int at = LowerBound(sequence);
        return at < _ranges.Count && _ranges[at].First <= sequence ? at : -1;
    }

    /// <summary>Adds first to last, both included; what is in the set already is no matter.</summary>
    /// <returns>Sequences newly in the set.</returns>
    internal long Add(long first, long last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(first, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        long from = Math.Max(first, Cumulative + 1);
        if (last < from)
        {
            return 0;
        }

        int begin = LowerBound(from - 1);   // the first range that touches or follows
        int end = begin;
        long newFirst = from;
        long newLast = last;
        long covered = 0;
        while (end < _ranges.Count && _ranges[end].First <= last + 1)
        {
            (long rangeFirst, long rangeLast) = _ranges[end];
            covered += Math.Max(0, Math.Min(rangeLast, last) - Math.Max(rangeFirst, from) + 1);
            newFirst = Math.Min(newFirst, rangeFirst);
            newLast = Math.Max(newLast, rangeLast);
            end++;
        }

        _ranges.RemoveRange(begin, end - begin);
        if (newFirst == Cumulative + 1)
        {
            Cumulative = newLast;
        }
        else
        {
            _ranges.Insert(begin, (newFirst, newLast));
        }

        return last - from + 1 - covered;
    }

    /// <summary>The ranges as JSON, for the database.</summary>
    internal string ToJson()
        => JsonSerializer.Serialize(_ranges.Select(range => new[] { range.First, range.Last }));

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    internal static SequenceSet FromJson(long cumulative, string json)
    {
        var set = new SequenceSet { Cumulative = cumulative };
        foreach (long[] range in JsonSerializer.Deserialize<long[][]>(json) ?? [])
        {
            set._ranges.Add((range[0], range[1]));
        }

        return set;
    }

    // Index of the first range whose end is at or above the sequence.
    private int LowerBound(long sequence)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ranges[middle].Last < sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
