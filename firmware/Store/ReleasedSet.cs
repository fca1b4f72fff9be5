// A set of sequences: everything up to one of them, and a few ranges above it. Which ones the backend has
// committed, and which ones a summary or a tombstone speaks of.

namespace Pulsegate.Store;

/// <summary>A cumulative sequence and rising, separate ranges above it. It only grows. Allocates nothing
/// after construction.</summary>
internal sealed class ReleasedSet
{
    /// <summary>Most ranges kept. A further one is not taken: its records are sent again, which does no
    /// harm.</summary>
    public const int RangeCountMax = 16;

    private readonly int _rangeCountMax;
    private readonly long[] _first;
    private readonly long[] _last;
    private int _count;
    private long _cumulative;

    /// <summary>An empty set of what is released.</summary>
    public ReleasedSet()
        : this(RangeCountMax)
    {
    }

    /// <summary>An empty set for so many ranges.</summary>
    public ReleasedSet(int rangeCountMax)
    {
        _rangeCountMax = rangeCountMax;
        _first = new long[rangeCountMax + 1];
        _last = new long[rangeCountMax + 1];
    }

    /// <summary>Ranges above the cumulative sequence.</summary>
    public int Count => _count;

    /// <summary>Everything up to here is released.</summary>
    public long Cumulative => _cumulative;

    /// <summary>Highest released sequence.</summary>
    public long Highest => _count == 0 ? _cumulative : _last[_count - 1];

    /// <summary>Forgets everything.</summary>
    public void Reset()
    {
        _cumulative = 0;
        _count = 0;
    }

    /// <summary>Becomes equal to another.</summary>
    public void CopyFrom(ReleasedSet other)
    {
        _cumulative = other.Cumulative;
        _count = other._count;
        for (int i = 0; i < _count; i++)
        {
            _first[i] = other._first[i];
            _last[i] = other._last[i];
        }
    }

    /// <summary>True when the sequence is released.</summary>
    public bool Contains(long sequence) => NextUnreleased(sequence) != sequence;

    /// <summary>The lowest sequence from this one on that is not released.</summary>
    public long NextUnreleased(long sequence)
    {
        if (sequence <= _cumulative)
        {
            sequence = _cumulative + 1;
        }

        for (int i = 0; i < _count; i++)
        {
            if (sequence >= _first[i] && sequence <= _last[i])
            {
                sequence = _last[i] + 1;
            }
        }

        return sequence;
    }

    /// <summary>The lowest sequence from this one on that is released; <see cref="long.MaxValue"/> when there
    /// is none.</summary>
    public long NextReleased(long sequence)
    {
        if (sequence <= _cumulative)
        {
            return sequence;
        }

        for (int i = 0; i < _count; i++)
        {
            if (_last[i] >= sequence)
            {
                return _first[i] > sequence ? _first[i] : sequence;
            }
        }

        return long.MaxValue;
    }

    /// <summary>Adds everything up to <paramref name="cumulative"/>.</summary>
    public void AddCumulative(long cumulative)
    {
        if (cumulative > _cumulative)
        {
            _cumulative = cumulative;
            Absorb();
        }
    }

    /// <summary>Adds one range.</summary>
    public void AddRange(long first, long last)
    {
        if (last <= _cumulative || last < first)
        {
            return;
        }

        int at = 0;
        while (at < _count && _last[at] + 1 < first)
        {
            at++;
        }

        // Ranges from at on that touch the new one become part of it.
        int end = at;
        while (end < _count && _first[end] <= last + 1)
        {
            first = _first[end] < first ? _first[end] : first;
            last = _last[end] > last ? _last[end] : last;
            end++;
        }

        if (end == at && _count == _rangeCountMax)
        {
            return;
        }

        Move(end, at + 1);
        _first[at] = first;
        _last[at] = last;
        Absorb();
    }

    /// <summary>Most bytes that <see cref="Put"/> writes.</summary>
    public const int EncodedLengthMax = 8 + 1 + (RangeCountMax * 16);

    /// <summary>Writes the set: 16 bytes a range, and none where all is released in order.</summary>
    /// <returns>Bytes written.</returns>
    public int Put(byte[] buffer, int at)
    {
        RecordCodec.Put(buffer, at, _cumulative, 8);
        buffer[at + 8] = (byte)_count;
        for (int i = 0; i < _count; i++)
        {
            RecordCodec.Put(buffer, at + 9 + (16 * i), _first[i], 8);
            RecordCodec.Put(buffer, at + 17 + (16 * i), _last[i], 8);
        }

        return 9 + (16 * _count);
    }

    /// <summary>Reads the set; what makes no sense in it is left out.</summary>
    public void Get(byte[] buffer, int at)
    {
        Reset();
        long cumulative = RecordCodec.Get(buffer, at, 8);
        _cumulative = cumulative > 0 && cumulative < RecordCodec.SequenceMax ? cumulative : 0;
        for (int i = 0; i < buffer[at + 8] && i < RangeCountMax; i++)
        {
            long first = RecordCodec.Get(buffer, at + 9 + (16 * i), 8);
            long last = RecordCodec.Get(buffer, at + 17 + (16 * i), 8);
            if (first > 0 && last < RecordCodec.SequenceMax)
            {
                AddRange(first, last);
            }
        }
    }

    // Ranges that the cumulative sequence has reached become part of it.
    private void Absorb()
    {
        int absorbed = 0;
        while (absorbed < _count && _first[absorbed] <= _cumulative + 1)
        {
            _cumulative = _last[absorbed] > _cumulative ? _last[absorbed] : _cumulative;
            absorbed++;
        }

        Move(absorbed, 0);
    }

    private void Move(int from, int to)
    {
        int rest = _count - from;
        if (to > from)
        {
            for (int i = rest - 1; i >= 0; i--)
            {
                _first[to + i] = _first[from + i];
                _last[to + i] = _last[from + i];
            }
        }
        else
        {
            for (int i = 0; i < rest; i++)
            {
                _first[to + i] = _first[from + i];
                _last[to + i] = _last[from + i];
            }
        }

        _count = to + rest;
    }
}
