// Finds every sequence that nothing speaks for, when a start has found damage: a lost summary or tombstone
// takes with it the word about what lay anywhere below. It reads the log again, and then, for each further
// window of sequences, the segments that name any of it.

using System;
using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>Accounts for sequences. Allocates nothing after construction.</summary>
internal sealed class SequenceAccount
{
    /// <summary>Most windows; what lies above is left to the next start.</summary>
    private const int PassCountMax = 16;

    private const int Unknown = -1;

    private readonly SegmentLog _log;
    private readonly ReleasedSet _released;
    private readonly PayloadPeek _peek;
    private readonly byte[] _marks;     // a bit for each sequence of the window
    private readonly int[] _depths;     // of the lowest sequence that each segment names, below its last
    private long _lowestNamed;
    private long _windowFirst;
    private long _windowEnd;
    private long _nextAbove;            // lowest sequence above the window that is there or spoken for

    /// <summary>An account over a log.</summary>
    /// <param name="log">The log, scanned.</param>
    /// <param name="released">What needs no account.</param>
    /// <param name="peek">Reads payloads, one at a time.</param>
    /// <param name="columns">Is written over, as is the next.</param>
    /// <param name="scratch">Some bytes.</param>
    public SequenceAccount(
        SegmentLog log, ReleasedSet released, PayloadPeek peek, ColumnWriter columns, byte[] scratch)
    {
        _depths = columns.Values;
        _peek = peek;
        _log = log;
        _released = released;
        _marks = scratch;
    }

    /// <summary>Fills a list with the ranges up to <paramref name="last"/> that are neither released, nor
    /// there, nor spoken for.</summary>
    public void Find(long last, GapList gaps)
    {
        gaps.Reset();
        long from = _released.NextUnreleased(1);
        for (int i = 0; i < SegmentTable.CountMax; i++)
        {
            _depths[i] = Unknown;
        }

        for (int pass = 0; pass < PassCountMax && from <= last && !gaps.IsFull; pass++)
        {
            Mark(from);
            from = Collect(last, gaps);
        }
    }

    private void Mark(long from)
    {
        SegmentTable table = _log.Table;
        SegmentReader reader = _log.Reader;
        Array.Clear(_marks, 0, _marks.Length);
        _windowFirst = from;
        _windowEnd = from + (8L * _marks.Length);
        _nextAbove = long.MaxValue;
        for (int i = 0; i < table.Count; i++)
        {
            long lowest = _depths[i] == Unknown ? 0 : table.Last[i] - _depths[i];
            if (lowest >= _windowEnd || table.Last[i] < from)
            {
                _nextAbove = lowest >= _windowEnd && lowest < _nextAbove ? lowest : _nextAbove;
                continue;
            }

            int offset = RecordCodec.SegmentHeaderLength;
            SegmentReadResult result;
            _lowestNamed = long.MaxValue;
            while ((result = reader.Next(table.Names[i], offset, table.Ends[i])) == SegmentReadResult.Record)
            {
                offset = reader.RecordOffset + reader.RecordLength;
                long sequence = RecordCodec.Sequence(reader.Buffer, reader.RecordAt);
                if (sequence >= table.First[i] && sequence <= table.Last[i])
                {
                    MarkRange(sequence, sequence);
                    if (sequence > from)
                    {
                        MarkDeclared(RecordCodec.Kind(reader.Buffer, reader.RecordAt));
                    }
                }
            }

            long depth = table.Last[i] - _lowestNamed;
            bool isKnown = result == SegmentReadResult.End && depth >= 0 && depth <= int.MaxValue;
            _depths[i] = isKnown ? (int)depth : Unknown;
        }
    }

    private void MarkDeclared(int kind)
    {
        SegmentReader reader = _log.Reader;
        int payloadLength = RecordCodec.PayloadLength(reader.Buffer, reader.RecordAt);
        bool speaks = kind == (int)RecordKind.Tombstone || kind == (int)RecordKind.Summary
            || kind == (int)RecordKind.CoarseSummary;
        if (speaks && _peek.TryRead(reader.Buffer, reader.RecordAt + RecordCodec.HeaderLength, payloadLength))
        {
            _peek.StartRuns(reader.Buffer);
            while (_peek.TryNextRun(out long first, out long last))
            {
                MarkRange(first, last);
            }
        }
    }

    private void MarkRange(long first, long last)
    {
        _lowestNamed = first < _lowestNamed ? first : _lowestNamed;
        if (last >= _windowEnd)
        {
            long above = first < _windowEnd ? _windowEnd : first;
            _nextAbove = above < _nextAbove ? above : _nextAbove;
        }

        first = first < _windowFirst ? _windowFirst : first;
        last = last < _windowEnd ? last : _windowEnd - 1;
        int end = (int)(last - _windowFirst);
        for (int bit = (int)(first - _windowFirst); bit <= end; bit++)
        {
            if ((bit & 7) == 0 && end - bit >= 7)
            {
                _marks[bit >> 3] = 0xFF;
                bit += 7;
            }
            else
            {
                _marks[bit >> 3] |= (byte)(1 << (bit & 7));
            }
        }
    }

    // Where the next window begins: behind this one, or behind a gap that goes on above it.
    private long Collect(long last, GapList gaps)
    {
        long sequence = _windowFirst;
        while (sequence < _windowEnd && sequence <= last)
        {
            int bit = (int)(sequence - _windowFirst);
            if (IsMarked(sequence))
            {
                sequence += (bit & 7) == 0 && _marks[bit >> 3] == 0xFF ? 8 : 1;
                continue;
            }

            long unreleased = _released.NextUnreleased(sequence);
            if (unreleased > sequence)
            {
                sequence = unreleased;
                continue;
            }

            long end = EndOfGap(sequence, last);
            gaps.Add(sequence, end - 1);
            sequence = end;
        }

        return sequence;
    }

    private long EndOfGap(long first, long last)
    {
        long limit = _released.NextReleased(first);
        limit = last < limit ? last + 1 : limit;
        long end = first;
        while (end < _windowEnd && end < limit && !IsMarked(end))
        {
            end++;
        }

        end = end == _windowEnd ? _nextAbove : end;
        return end < limit ? end : limit;
    }

    private bool IsMarked(long sequence)
    {
        int bit = (int)(sequence - _windowFirst);
        return (_marks[bit >> 3] & (1 << (bit & 7))) != 0;
    }
}
