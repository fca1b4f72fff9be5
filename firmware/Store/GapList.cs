// Ranges of sequences whose bytes are damaged or missing, until a tombstone has declared them.

namespace Pulsegate.Store;

/// <summary>A few ranges. When it is full the newest range is widened to take in a further one: a record
/// inside it that is whole is delivered all the same, for a tombstone speaks only of what the backend does
/// not have.</summary>
internal sealed class GapList
{
    private const int CountMax = 8;
    private readonly long[] _first = new long[CountMax];
    private readonly long[] _last = new long[CountMax];

    /// <summary>Ranges held.</summary>
    public int Count { get; private set; }

    /// <summary>First sequence of the oldest range.</summary>
    public long First => _first[0];

    /// <summary>Last sequence of the oldest range.</summary>
    public long Last => _last[0];

    /// <summary>Forgets everything.</summary>
    public void Reset() => Count = 0;

    /// <summary>Adds a range that lies above all others.</summary>
    public void Add(long first, long last)
    {
        if (Count == CountMax)
        {
            _last[CountMax - 1] = last;
            return;
        }

        _first[Count] = first;
        _last[Count] = last;
        Count++;
    }

    /// <summary>Takes out the ranges that lie within a declared one.</summary>
    public void RemoveCovered(long first, long last)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_first[i] < first || _last[i] > last)
            {
                _first[kept] = _first[i];
                _last[kept] = _last[i];
                kept++;
            }
        }

        Count = kept;
    }
}
