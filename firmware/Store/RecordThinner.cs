// Gathers what one summary, or one tombstone, is going to speak for: records of one kind in the oldest
// segment, from the oldest on, which belong together. It writes nothing.

using System;
using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>The records gathered and what they come to. Allocates nothing after construction. Not
/// thread-safe.</summary>
internal sealed partial class RecordThinner
{
    /// <summary>What <see cref="Gather"/> gives while there is more to read.</summary>
    public const int UnderWay = -1;

    /// <summary>Most records that one summary or tombstone replaces.</summary>
    private const int RecordCountMax = 64;

    /// <summary>Most records that one turn walks past. One that is thinned ends its turn: decoding a minute
    /// takes the device some 50 ms, during which nothing else runs.</summary>
    private const int WalkCountMax = 64;

    /// <summary>Most lengths of runs that one record names.</summary>
    private const int RunLengthCountMax = 4 * RunCountMax;

    /// <summary>Most runs that their sequences may come to when another record is taken.</summary>
    private const int RunCountMax = 40;

    private const int UtcSlackMs = 500;
    private readonly SegmentLog _log;
    private readonly RecordSealer _sealer;
    private readonly ReleasedSet _released;
    private readonly VoidMarks _voids;
    private readonly BatchReader _batch;
    private readonly PayloadPeek _peek;
    private readonly ReleasedSet _sequences = new ReleasedSet(2 * RunCountMax);
    private int _number;        // where to go on: segment, kind, offset, and the sequence before that
    private int _offset;
    private long _previous;
    private int _walkedNumber;
    private int _countMax;
    private bool _isUnderWay;
    private bool _isGathered;
    private int _nextOffset;
    private long _nextPrevious;
    private long _utcOffsetMs;

    /// <summary>A thinner over a log. Batches are read where columns and records are made, for it never
    /// gathers while either is under way.</summary>
    public RecordThinner(
        SegmentLog log, RecordSealer sealer, ReleasedSet released, VoidMarks voids, ColumnWriter columns)
    {
        _batch = new BatchReader(columns, sealer.Buffer);
        Summary = new SummaryEncoder(columns);
        _log = log;
        _sealer = sealer;
        _released = released;
        _voids = voids;
        _peek = new PayloadPeek(_batch);
    }

    /// <summary>Records gathered.</summary>
    public int RecordCount;

    /// <summary>Kind of them.</summary>
    public int Kind;

    /// <summary>Readings they stand for.</summary>
    public int Readings;

    /// <summary>True when the one record gathered cannot be thinned: its MAC or its batch is wrong.</summary>
    public bool IsBroken;

    /// <summary>True when, instead, sequences were found missing: from <see cref="First"/> to
    /// <see cref="Last"/>.</summary>
    public bool IsGap;

    /// <summary>True when the storage did not give the segment's bytes.</summary>
    public bool HasFailed;

    /// <summary>The summary of them.</summary>
    public readonly SummaryEncoder Summary;

    /// <summary>Boot counter of them.</summary>
    public uint BootId;

    /// <summary>Time quality of them.</summary>
    public int Quality;

    /// <summary>UTC at the summary's first moment.</summary>
    public long UtcMs => Summary.FirstMonotonicMs + _utcOffsetMs;

    /// <summary>First sequence that they speak for.</summary>
    public long First;

    /// <summary>Sequence of the last.</summary>
    public long Last;

    /// <summary>8 bytes of the MAC before the first.</summary>
    public readonly byte[] MacBefore = new byte[RecordHeader.PreviousMacLength];

    /// <summary>8 bytes of the MAC of the last.</summary>
    public readonly byte[] MacLast = new byte[RecordHeader.PreviousMacLength];

    /// <summary>True when the segment was walked to its end without finding more: what is left is to be moved
    /// on.</summary>
    public bool IsWalked(int index) => _log.Table.Numbers[index] == _walkedNumber;

    /// <summary>What is gathered is worth nothing any more: the next gathering begins with its
    /// first.</summary>
    public void Drop() => _isUnderWay = false;

    /// <summary>The same, for fewer of them, so that they fit one record.</summary>
    public void Halve()
    {
        _countMax = RecordCount / 2;
        Begin();
    }

    /// <summary>Forgets where to go on.</summary>
    public void Forget()
    {
        _isUnderWay = false;
        _walkedNumber = 0;
        _number = 0;
        _previous = 0;
    }

    /// <summary>Gathers, for one turn.</summary>
    /// <param name="index">Segment.</param>
    /// <param name="kind">Kind of the records.</param>
    /// <param name="isThinning">False when they are to be given up: then they need not fit one
    /// summary.</param>
    /// <returns><see cref="RecordCount"/>, once all that belong together are gathered; else
    /// <see cref="UnderWay"/>: call again.</returns>
    public int Gather(int index, int kind, bool isThinning)
    {
        SegmentTable table = _log.Table;
        if (!_isUnderWay || _number != table.Numbers[index] || Kind != kind)
        {
            GoTo(index, kind);
            _countMax = RecordCountMax;
            Begin();
        }

        _isUnderWay = !_isGathered && TryWalk(index, kind, isThinning);
        if (_isUnderWay)
        {
            return UnderWay;
        }

        // What has been thinned is written in a turn of its own.
        _isUnderWay = _isGathered = isThinning && !_isGathered && RecordCount > 0 && !IsBroken;
        return _isUnderWay ? UnderWay : RecordCount;
    }

    // True when the turn is over before the gathering is.
    private bool TryWalk(int index, int kind, bool isThinning)
    {
        SegmentTable table = _log.Table;
        SegmentReader reader = _log.Reader;
        SegmentReadResult result = SegmentReadResult.Record;
        for (int walked = 0; RecordCount < _countMax; walked++)
        {
            if (walked == WalkCountMax)
            {
                return true;
            }

            result = reader.Next(table.Names[index], _nextOffset, table.Ends[index]);
            if (result != SegmentReadResult.Record)
            {
                break;
            }

            long sequence = RecordCodec.Sequence(reader.Buffer, reader.RecordAt);
            if (IsMissing(index, kind, sequence))
            {
                // A hole behind records that are gathered is what the next gathering begins with.
                if (RecordCount == 0)
                {
                    NoteGap(sequence - 1);
                }

                return false;
            }

            bool isWanted = IsWanted(index, kind, sequence);
            if (isWanted && !TryTake(sequence, kind, isThinning, out bool isSpoilt))
            {
                if (isSpoilt)
                {
                    _countMax = RecordCount;
                    Begin();
                }

                return isSpoilt;
            }

            _nextOffset = reader.RecordOffset + reader.RecordLength;
            if (IsBroken)
            {
                return false;
            }

            _nextPrevious = sequence > _nextPrevious ? sequence : _nextPrevious;
            if (isWanted && isThinning)
            {
                return true;
            }
        }

        HasFailed = result == SegmentReadResult.ReadFailed;
        if (result == SegmentReadResult.End && RecordCount == 0)
        {
            _walkedNumber = kind == (int)RecordKind.Summary ? _walkedNumber : _number;
            Accept();
        }

        return false;
    }

    /// <summary>What was gathered is spoken for now: the next gathering goes on behind it.</summary>
    public void Accept()
    {
        _offset = _nextOffset;
        _previous = _nextPrevious;
    }

    private void GoTo(int index, int kind)
    {
        SegmentTable table = _log.Table;
        if (_number != table.Numbers[index] || Kind != kind)
        {
            // Behind the segment before, or the one that was there: the log has no holes.
            long before = index > 0 ? table.Last[index - 1] : 0;
            _previous = before > _previous ? before : _previous;
            _previous = _previous < table.First[index] ? _previous : table.First[index] - 1;
            _number = table.Numbers[index];
            Kind = kind;
            _offset = RecordCodec.SegmentHeaderLength;
        }
    }

    private void Begin()
    {
        _isUnderWay = true;
        _isGathered = false;
        _nextOffset = _offset;
        _nextPrevious = _previous;
        RecordCount = 0;
        Readings = 0;
        IsBroken = false;
        IsGap = false;
        HasFailed = false;
        First = 0;
        Last = 0;
        _sequences.Reset();
    }

    // A hole in the log, or damage in an older generation, where holes are normal. Found on the first way
    // through a segment only.
    private bool IsMissing(int index, int kind, long sequence)
    {
        if (kind == (int)RecordKind.Summary || sequence <= _nextPrevious + 1
            || _released.NextUnreleased(_nextPrevious + 1) >= sequence)
        {
            return false;
        }

        bool isLog = SegmentTable.GenerationOf(_log.Table.Numbers[index]) == SegmentTable.Log;
        return _log.Reader.DamagedBytes > 0 || (isLog && _nextOffset > RecordCodec.SegmentHeaderLength);
    }

    private void NoteGap(long last)
    {
        IsGap = true;
        First = _released.NextUnreleased(_nextPrevious + 1);
        Last = last;
        _nextPrevious = last;
    }
}
