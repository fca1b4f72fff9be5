// Reads every record of every segment once at a start (CRC only: MACs are checked when a record is read to be
// sent), and finds where the sequence ends, what is damaged and what tombstones have declared.

using System;
using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>The scan and its findings. Allocates nothing after construction.</summary>
internal sealed class SegmentScan
{
    private readonly SegmentLog _log;
    private readonly ReleasedSet _released;
    private readonly PayloadPeek _peek = new PayloadPeek();
    private long _epoch;
    private long _beforeLast;
    private int _lastReadingCount;
    private int _damagedBytes;
    private int _newestOffset;

    /// <summary>A scan over a log's table.</summary>
    public SegmentScan(SegmentLog log, ReleasedSet released)
    {
        _log = log;
        _released = released;
    }

    /// <summary>Damaged ranges that no tombstone has declared yet.</summary>
    public GapList Gaps { get; } = new GapList();

    /// <summary>Highest sequence that may have been used; 0 when there is no record.</summary>
    public long LastSequence { get; private set; }

    /// <summary>First 8 bytes of the newest record's MAC; zeros when there is none.</summary>
    public byte[] PreviousMac { get; } = new byte[RecordHeader.PreviousMacLength];

    /// <summary>Boot counter in the newest record.</summary>
    public uint NewestBootId { get; private set; }

    /// <summary>Everything up to here has been declared dropped.</summary>
    public long DroppedThrough { get; private set; }

    /// <summary>Segments of which something could not be read.</summary>
    public int ReadFailureCount { get; private set; }

    /// <summary>Scans.</summary>
    public StoreCondition Run(long epoch)
    {
        SegmentTable table = _log.Table;
        _epoch = epoch;
        Gaps.Reset();
        LastSequence = 0;
        NewestBootId = 0;
        DroppedThrough = 0;
        ReadFailureCount = 0;
        Array.Clear(PreviousMac, 0, PreviousMac.Length);
        _damagedBytes = 0;
        for (int i = 0; i < table.Count; i++)
        {
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
                _log.MustRoll = true;
                continue;
            }

            while (result == SegmentReadResult.Record)
            {
                result = _log.Reader.Next(table.Names[i], offset, end);
                if (result == SegmentReadResult.NewerFormat)
                {
                    return StoreCondition.NewerFormat;
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
        }

        ReadNewest();
        SkipDamagedTail();
        return StoreCondition.Open;
    }

    private void NoteRecord(int index)
    {
        SegmentReader reader = _log.Reader;
        byte[] buffer = reader.Buffer;
        long sequence = RecordCodec.Sequence(buffer, reader.RecordAt);
        int readingCount = RecordCodec.ReadingCount(buffer, reader.RecordAt);
        if (sequence <= 0 || sequence > RecordCodec.SequenceMax || sequence < LastSequence
            || (_log.Table.AreHeadless[index] && !IsOfEpoch()))
        {
            _log.NoteDamage(_log.Table.Numbers[index], reader.RecordOffset);
            return;
        }

        if (sequence == LastSequence)
        {
            Supersede(sequence);
        }

        // Below the first record as well: what the cursor does not name and no tombstone declares may have been
        // given up with the only word about it. Of a lost cursor's range the backend has all, and no harm is done.
        long missing = _released.NextUnreleased(LastSequence + 1);
        if (missing < sequence)
        {
            Gaps.Add(missing, sequence - 1);
        }

        _damagedBytes = 0;
        _beforeLast = LastSequence;
        LastSequence = sequence;
        _lastReadingCount = readingCount;
        _newestOffset = reader.RecordOffset;
        _log.NoteRecord(index, sequence, readingCount, _released.Contains(sequence));
        if (RecordCodec.Kind(buffer, reader.RecordAt) == (byte)RecordKind.Tombstone)
        {
            NoteTombstone();
        }
    }

    // Without a segment header only the payload says which epoch a record belongs to.
    private bool IsOfEpoch()
    {
        SegmentReader reader = _log.Reader;
        int payloadLength = RecordCodec.PayloadLength(reader.Buffer, reader.RecordAt);
        return _peek.TryRead(reader.Buffer, reader.RecordAt + RecordCodec.HeaderLength, payloadLength)
            && _peek.Epoch == _epoch;
    }

    // An append that was reported as failed had reached the flash after all, and the sequence was used again:
    // the later record stands.
    private void Supersede(long sequence)
    {
        SegmentTable table = _log.Table;
        for (int i = 0; i < table.Count; i++)
        {
            if (table.Last[i] != sequence)
            {
                continue;
            }

            bool wasOnly = table.First[i] == sequence;
            table.First[i] = wasOnly ? 0 : table.First[i];
            table.Last[i] = wasOnly ? 0 : _beforeLast;
            if (!_released.Contains(sequence))
            {
                table.UnreleasedRecords[i]--;
                table.UnreleasedReadings[i] -= _lastReadingCount;
            }
        }

        LastSequence = _beforeLast;
    }

    private void NoteTombstone()
    {
        SegmentReader reader = _log.Reader;
        int payloadLength = RecordCodec.PayloadLength(reader.Buffer, reader.RecordAt);
        if (!_peek.TryRead(reader.Buffer, reader.RecordAt + RecordCodec.HeaderLength, payloadLength))
        {
            return;
        }

        Gaps.Remove(_peek.First, _peek.Last);
        if (_peek.Reason == (int)TombstoneReason.Full && _peek.Last < LastSequence
            && _peek.Last > DroppedThrough)
        {
            DroppedThrough = _peek.Last;
        }
    }

    // The damaged bytes at the end may be records that were sent: as many sequences as they can have held are
    // never used again.
    private void SkipDamagedTail()
    {
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
        for (int i = table.Count - 1; i >= 0; i--)
        {
            if (table.Last[i] == 0)
            {
                continue;
            }

            SegmentReader reader = _log.Reader;
            if (reader.Next(table.Names[i], _newestOffset, table.Ends[i]) != SegmentReadResult.Record)
            {
                return;
            }

            int payloadLength = RecordCodec.PayloadLength(reader.Buffer, reader.RecordAt);
            int payloadAt = reader.RecordAt + RecordCodec.HeaderLength;
            Array.Copy(reader.Buffer, payloadAt + payloadLength, PreviousMac, 0, PreviousMac.Length);
            if (_peek.TryRead(reader.Buffer, payloadAt, payloadLength))
            {
                NewestBootId = _peek.BootId;
            }

            return;
        }
    }
}
