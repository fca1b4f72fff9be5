// Reads every record of every segment once at a start (CRC only: MACs are checked when a record is read to be
// sent), and finds where the sequence ends, what is damaged and what tombstones have declared.

using System;
using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>The scan and its findings. Allocates nothing after construction.</summary>
internal sealed partial class SegmentScan
{
    private readonly SegmentLog _log;
    private readonly ReleasedSet _released;
    private readonly VoidMarks _voids;
    private readonly PayloadPeek _peek;
    private long _epoch;
    private long _beforeLast;
    private int _lastReadingCount;
    private int _lastKind;
    private long _limit;
    private int _ownIndex;
    private int _ownOffset;
    private int _damagedBytes;
    private int _newestOffset;
    private bool _hasDamage;
    private readonly SequenceAccount _account;

    /// <summary>A scan over a log's table, with two buffers that are written over.</summary>
    public SegmentScan(
        SegmentLog log, ReleasedSet released, VoidMarks voids, PayloadPeek peek, ColumnWriter columns,
        byte[] scratch)
    {
        _peek = peek;
        _account = new SequenceAccount(log, released, peek, columns, scratch);
        _voids = voids;
        _log = log;
        _released = released;
    }

    /// <summary>Damaged ranges that no tombstone has declared yet.</summary>
    public readonly GapList Gaps = new GapList();

    /// <summary>Highest sequence that may have been used; 0 when there is no record.</summary>
    public long LastSequence;

    /// <summary>First 8 bytes of the newest record's MAC; zeros when there is none.</summary>
    public readonly byte[] PreviousMac = new byte[RecordHeader.PreviousMacLength];

    /// <summary>Boot counter in the newest record that is no summary: those carry that of their
    /// readings.</summary>
    public uint NewestBootId;

    /// <summary>Segments of which something could not be read.</summary>
    public int ReadFailureCount;

    /// <summary>Scans.</summary>
    public StoreCondition Run(long epoch)
    {
        SegmentTable table = _log.Table;
        _epoch = epoch;
        Gaps.Reset();
        LastSequence = 0;
        NewestBootId = 0;
        _voids.Reset();
        _ownIndex = -1;
        ReadFailureCount = 0;
        Array.Clear(PreviousMac, 0, PreviousMac.Length);
        _damagedBytes = 0;
        _hasDamage = false;
        for (int i = 0; i < table.Count; i++)
        {
            if (i == 0 || GenerationOf(i) != GenerationOf(i - 1))
            {
                _limit = FirstOfYounger(i);
            }

            if (!TryScanSegment(i))
            {
                return StoreCondition.NewerFormat;
            }
        }

        for (int i = 0; i < table.Count; i++)
        {
            if (MayHaveVoids(i))
            {
                Recount(i);
            }
        }

        ReadNewest();
        SkipDamagedTail();
        if (_hasDamage)
        {
            _account.Find(LastSequence, Gaps);
        }

        return StoreCondition.Open;
    }

    private int GenerationOf(int index) => SegmentTable.GenerationOf(_log.Table.Numbers[index]);

    // What was being moved when the power went is still where it came from, and the copy does not count.
    private long FirstOfYounger(int index)
    {
        SegmentTable table = _log.Table;
        int generation = GenerationOf(index);
        for (int i = index + 1; i < table.Count && generation != SegmentTable.Log; i++)
        {
            if (GenerationOf(i) != generation
                && _log.Reader.Next(table.Names[i], RecordCodec.SegmentHeaderLength, table.Ends[i])
                    == SegmentReadResult.Record)
            {
                return RecordCodec.Sequence(_log.Reader.Buffer, _log.Reader.RecordAt);
            }
        }

        return long.MaxValue;
    }

    // False when it is of a newer format.
    private bool TryScanSegment(int i)
    {
        SegmentTable table = _log.Table;
        int offset = RecordCodec.SegmentHeaderLength;
        SegmentReadResult result = SegmentReadResult.Record;
        int end = table.Ends[i];
        if (table.AreHeadless[i])
        {
            _log.NoteDamage(table.Numbers[i], 0);
        }

        if (end < offset)
        {
            _damagedBytes += end;
            table.AreTorn[i] = true;
            _log.MustRoll = true;
            return true;
        }

        while (result == SegmentReadResult.Record)
        {
            result = _log.Reader.Next(table.Names[i], offset, end);
            if (result == SegmentReadResult.NewerFormat)
            {
                return false;
            }

            if (result == SegmentReadResult.ReadFailed)
            {
                ReadFailureCount++;
                _damagedBytes += end - offset;
            }
            else if (_log.Reader.DamagedBytes > 0)
            {
                _damagedBytes += _log.Reader.DamagedBytes;
                _log.NoteDamage(table.Numbers[i], offset);
            }

            if (result == SegmentReadResult.Record)
            {
                NoteRecord(i);
                offset = _log.Reader.RecordOffset + _log.Reader.RecordLength;
            }
        }

        _log.MustRoll = offset != end || table.AreHeadless[i];
        table.AreTorn[i] |= offset != end || table.AreHeadless[i];
        return true;
    }

    // Only a segment that was being thinned or given up when the power went holds what others speak for.
    private bool MayHaveVoids(int index)
    {
        SegmentTable table = _log.Table;
        bool hasAny = false;
        for (int kind = 0; kind < 8; kind++)
        {
            hasAny |= (table.Kinds[index] & (1 << kind)) != 0 && _voids.IsVoid(kind, table.First[index]);
        }

        return hasAny;
    }

    // What cannot be read stays counted: a segment is not to be taken for free by mistake.
    private void Recount(int index)
    {
        SegmentTable table = _log.Table;
        SegmentReader reader = _log.Reader;
        int offset = RecordCodec.SegmentHeaderLength;
        table.HaveVoids[index] = true;
        while (reader.Next(table.Names[index], offset, table.Ends[index]) == SegmentReadResult.Record)
        {
            offset = reader.RecordOffset + reader.RecordLength;
            long sequence = RecordCodec.Sequence(reader.Buffer, reader.RecordAt);
            int kind = RecordCodec.Kind(reader.Buffer, reader.RecordAt);
            if (sequence >= table.First[index] && sequence <= table.Last[index]
                && !_released.Contains(sequence) && _voids.IsVoid(kind, sequence))
            {
                _log.Count(index, kind, RecordCodec.ReadingCount(reader.Buffer, reader.RecordAt), -1);
            }
        }
    }

    // The damaged bytes at the end may be records that were sent: as many sequences as they can have held are
    // never used again.
    private void SkipDamagedTail()
    {
        _hasDamage |= _damagedBytes > 0;
        if (_damagedBytes > 0 && LastSequence > 0)
        {
            long first = LastSequence + 1;
            LastSequence += 1 + (_damagedBytes / (RecordCodec.Overhead + 1));
            Gaps.Add(first, LastSequence);
        }
    }

    private void ReadNewest()
    {
        SegmentTable table = _log.Table;
        SegmentReader reader = _log.Reader;
        int newest = table.HighWater();
        if (newest >= 0 && TryPeek(newest, _newestOffset))
        {
            int payloadAt = reader.RecordAt + RecordCodec.HeaderLength;
            int payloadLength = RecordCodec.PayloadLength(reader.Buffer, reader.RecordAt);
            Array.Copy(reader.Buffer, payloadAt + payloadLength, PreviousMac, 0, PreviousMac.Length);
        }

        if (_ownIndex >= 0 && TryPeek(_ownIndex, _ownOffset))
        {
            NewestBootId = _peek.BootId;
        }
    }

    private bool TryPeek(int index, int offset)
    {
        SegmentTable table = _log.Table;
        SegmentReader reader = _log.Reader;
        if (reader.Next(table.Names[index], offset, table.Ends[index]) != SegmentReadResult.Record)
        {
            return false;
        }

        int payloadLength = RecordCodec.PayloadLength(reader.Buffer, reader.RecordAt);
        _peek.TryRead(reader.Buffer, reader.RecordAt + RecordCodec.HeaderLength, payloadLength);
        return true;
    }
}
