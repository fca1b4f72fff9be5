// Ranges of sequences whose bytes are damaged or missing, until a tombstone has declared them.

namespace Pulsegate.Store;

/// <summary>A few ranges. One that finds no room is not kept: the next start finds it again, when those
/// before it have been declared. To widen a range would be to speak for whole records in it.</summary>
internal sealed class GapList
{
    private const int CountMax = 32;
    private const int RunLengthMax = 1 << 30;
    private readonly long[] _first = new long[CountMax];
    private readonly long[] _last = new long[CountMax];
    private int _count;

    /// <summary>Ranges held.</summary>
    public int Count => _count;

    /// <summary>True when no further range is kept.</summary>
    public bool IsFull => _count == CountMax;

    /// <summary>First sequence of the oldest range.</summary>
    public long First => _first[0];

    /// <summary>Last sequence of those ranges that <see cref="FillRuns"/> gave.</summary>
    public long Last { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Reset() => _count = 0;

    /// <summary>Adds a range that lies above all others.</summary>
    public void Add(long first, long last)
    {
        if (_count == CountMax)
        {
            return;
        }

        _first[_count] = first;
        _last[_count] = last;
        _count++;
    }

    /// <summary>Gives the lengths of as many ranges, from the oldest on, as one tombstone can name, and of
    /// what lies between them.</summary>
    /// <returns>How many there are: less than twice as many as ranges.</returns>
    public int FillRuns(int[] runs)
    {
        int count = 0;
        Last = _last[0];
        for (int i = 0; i < _count; i++)
        {
            if (i > 0 && (_last[i] - _first[i] >= RunLengthMax || _first[i] - Last > RunLengthMax))
            {
                break;
            }

            if (i > 0)
            {
                runs[count++] = (int)(_first[i] - Last - 1);
            }

            Last = _last[i];
            runs[count++] = (int)(_last[i] - _first[i] + 1);
            if (_last[i] - _first[i] >= RunLengthMax)
            {
                break;   // alone: a range that long needs no runs
            }
        }

        return count;
    }

    /// <summary>Takes a declared range out of all that are held. A range that it would cut in two stays whole
    /// when there is no room for a second piece.</summary>
    public void Remove(long first, long last)
    {
        int kept = 0;
        int count = _count;
        for (int i = 0; i < count; i++)
        {
            long gapFirst = _first[i];
            long gapLast = _last[i];
            if (gapFirst < first && gapLast > last)
            {
                if (count < CountMax)
                {
                    Split(i, first, last);   // no other range can touch what lies within this one
                }

                return;
            }

            if (gapLast >= first && gapFirst <= last)
            {
                gapLast = gapFirst < first ? first - 1 : gapLast;
                gapFirst = gapFirst < first ? gapFirst : last + 1;
            }

            if (gapFirst <= gapLast)
            {
                _first[kept] = gapFirst;
                _last[kept] = gapLast;
                kept++;
            }
        }

        _count = kept;
    }

    private void Split(int index, long first, long last)
    {
        for (int i = _count; i > index; i--)
        {
            _first[i] = _first[i - 1];
            _last[i] = _last[i - 1];
        }

        _last[index] = first - 1;
        _first[index + 1] = last + 1;
        _count++;
    }
}
