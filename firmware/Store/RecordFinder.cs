// Finds, checks and counts records by sequence. It remembers three places (the last record read in turn, the
// last released, the last appended), so that draining a long backlog and sending the newest record both read
// forward only.

using System;
using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>Reads the log by sequence. Not thread-safe: the store's lock is held by every caller.</summary>
internal sealed class RecordFinder
{
    private readonly SegmentLog _log;
    private readonly RecordSealer _sealer;
    private readonly ReleasedSet _released;
    private readonly VoidMarks _voids;
    private readonly RecordCursor _sequential = new RecordCursor();
    private readonly RecordCursor _releasing = new RecordCursor();
    private readonly RecordCursor _appended = new RecordCursor();
    private readonly RecordCursor _copied = new RecordCursor();

    /// <summary>A finder over a log.</summary>
    public RecordFinder(SegmentLog log, RecordSealer sealer, ReleasedSet released, VoidMarks voids)
    {
        _voids = voids;
        _log = log;
        _sealer = sealer;
        _released = released;
    }

    /// <summary>Readings counted by the last <see cref="CountReleased"/>.</summary>
    public int ReleasedReadings;

    /// <summary>Forgets every place.</summary>
    public void Forget()
    {
        _sequential.Forget();
        _releasing.Forget();
        _appended.Forget();
        _copied.Forget();
    }

    /// <summary>Remembers where the newest record begins.</summary>
    public void NoteAppended(int number, int offset, long sequence)
        => _appended.Set(number, offset, sequence);

    /// <summary>Reads the lowest unreleased record above a sequence that is whole.</summary>
    public bool TryReadNext(long afterSequence, StoredRecord record)
    {
        long sequence = _released.NextUnreleased(afterSequence + 1);
        for (int i = 0; i < _log.Table.Count; i++)
        {
            if (_log.Table.Last[i] >= sequence
                && TryReadIn(i, sequence, long.MaxValue, true, record))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads one record, released or not, when it is there and whole.</summary>
    public bool TryRead(long sequence, StoredRecord record)
    {
        for (int i = 0; i < _log.Table.Count; i++)
        {
            if (_log.Table.First[i] <= sequence && _log.Table.Last[i] >= sequence
                && TryReadIn(i, sequence, sequence, false, record))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the records that are released now and were not before off the table's counts.</summary>
    /// <returns>How many there are.</returns>
    public int CountReleased(ReleasedSet before)
    {
        SegmentTable table = _log.Table;
        int records = 0;
        ReleasedReadings = 0;
        for (int i = 0; i < table.Count; i++)
        {
            if (table.UnreleasedRecords[i] == 0)
            {
                continue;
            }

            long first = table.First[i];
            if (_released.NextUnreleased(first) > table.Last[i])
            {
                records += table.UnreleasedRecords[i];
                ReleasedReadings += table.UnreleasedReadings[i];
                table.UnreleasedRecords[i] = 0;
                table.UnreleasedReadings[i] = 0;
                table.UnreleasedSummarised[i] = 0;
                continue;
            }

            long newly = FirstNewlyReleased(before, first, table.Last[i]);
            records += newly == 0 ? 0 : CountIn(i, newly, before);
        }

        return records;
    }

    /// <summary>Copies the next record of a segment that still counts, as it lies there, behind the room
    /// for a segment header.</summary>
    /// <returns>Its length; 0 when there is none; -1 when the storage did not give the bytes.</returns>
    public int CopyNextUnreleased(int index, byte[] buffer)
    {
        SegmentTable table = _log.Table;
        SegmentReader reader = _log.Reader;
        int number = table.Numbers[index];
        long from = table.First[index];
        int offset = Further(_copied, number, from, RecordCodec.SegmentHeaderLength);
        SegmentReadResult result = reader.Next(table.Names[index], offset, table.Ends[index]);
        for (; result == SegmentReadResult.Record;
            result = reader.Next(table.Names[index], offset, table.Ends[index]))
        {
            offset = reader.RecordOffset + reader.RecordLength;
            long sequence = RecordCodec.Sequence(reader.Buffer, reader.RecordAt);
            int kind = RecordCodec.Kind(reader.Buffer, reader.RecordAt);
            if (sequence >= from && sequence <= table.Last[index] && !_released.Contains(sequence)
                && !_voids.IsVoid(kind, sequence))
            {
                _copied.Set(number, offset, sequence + 1);
                Array.Copy(
                    reader.Buffer, reader.RecordAt, buffer, RecordCodec.SegmentHeaderLength,
                    reader.RecordLength);
                return reader.RecordLength;
            }
        }

        return result == SegmentReadResult.End ? 0 : -1;
    }

    private bool TryReadIn(int index, long from, long to, bool isInTurn, StoredRecord record)
    {
        SegmentTable table = _log.Table;
        SegmentReader reader = _log.Reader;
        int number = table.Numbers[index];
        long highest = to < table.Last[index] ? to : table.Last[index];
        int offset = StartFor(number, from);
        while (reader.Next(table.Names[index], offset, table.Ends[index]) == SegmentReadResult.Record)
        {
            NoteDamage(number, offset);
            offset = reader.RecordOffset + reader.RecordLength;
            long sequence = RecordCodec.Sequence(reader.Buffer, reader.RecordAt);
            if (sequence > highest)
            {
                return false;
            }

            if (sequence < from || sequence < table.First[index]
                || _voids.IsVoid(RecordCodec.Kind(reader.Buffer, reader.RecordAt), sequence)
                || (isInTurn && _released.Contains(sequence)))
            {
                continue;
            }

            Copy(reader, sequence, record);
            if (isInTurn)
            {
                _sequential.Set(number, offset, sequence + 1);
            }

            // One that cannot be checked, because the signer has no such key or fails, is kept.
            if (_sealer.TryVerify(record, out bool isRight))
            {
                if (isRight)
                {
                    return true;
                }

                _log.NoteDamage(number, reader.RecordOffset);
            }
        }

        NoteDamage(number, offset);
        return false;
    }

    /// <summary>The lowest sequence of a range that is released now and was not before; 0 for
    /// none.</summary>
    public long FirstNewlyReleased(ReleasedSet before, long first, long last)
    {
        long sequence = first;
        for (int i = 0; i <= 2 * ReleasedSet.RangeCountMax; i++)
        {
            sequence = before.NextUnreleased(sequence);
            long released = _released.NextReleased(sequence);
            if (released > last)
            {
                return 0;
            }

            if (released == sequence)
            {
                return sequence;
            }

            sequence = released;
        }

        return sequence;
    }

    private int CountIn(int index, long from, ReleasedSet before)
    {
        SegmentTable table = _log.Table;
        SegmentReader reader = _log.Reader;
        int number = table.Numbers[index];
        int offset = StartFor(number, from);
        int records = 0;
        while (reader.Next(table.Names[index], offset, table.Ends[index]) == SegmentReadResult.Record)
        {
            long sequence = RecordCodec.Sequence(reader.Buffer, reader.RecordAt);
            if (sequence > _released.Highest || sequence > table.Last[index])
            {
                break;
            }

            offset = reader.RecordOffset + reader.RecordLength;
            if (sequence <= _released.Cumulative)
            {
                _releasing.Set(number, offset, sequence + 1);
            }

            int kind = RecordCodec.Kind(reader.Buffer, reader.RecordAt);
            if (sequence >= table.First[index] && !_voids.IsVoid(kind, sequence)
                && _released.Contains(sequence) && !before.Contains(sequence))
            {
                int readingCount = RecordCodec.ReadingCount(reader.Buffer, reader.RecordAt);
                _log.Count(index, kind, readingCount, -1);
                ReleasedReadings += kind == (int)RecordKind.Vitals ? readingCount : 0;
                records++;
            }
        }

        return records;
    }

    private int StartFor(int number, long sequence)
    {
        int offset = RecordCodec.SegmentHeaderLength;
        offset = Further(_sequential, number, sequence, offset);
        offset = Further(_releasing, number, sequence, offset);
        return Further(_appended, number, sequence, offset);
    }

    private static int Further(RecordCursor cursor, int number, long sequence, int offset)
        => cursor.Number == number && cursor.Sequence <= sequence && cursor.Offset > offset
            ? cursor.Offset : offset;

    private void NoteDamage(int number, int offset)
    {
        if (_log.Reader.DamagedBytes > 0)
        {
            _log.NoteDamage(number, offset);
        }
    }

    private static void Copy(SegmentReader reader, long sequence, StoredRecord record)
    {
        byte[] buffer = reader.Buffer;
        int at = reader.RecordAt;
        int payloadLength = RecordCodec.PayloadLength(buffer, at);
        record.Sequence = sequence;
        record.Kind = (RecordKind)RecordCodec.Kind(buffer, at);
        record.KeyVersion = RecordCodec.KeyVersion(buffer, at);
        record.ReadingCount = RecordCodec.ReadingCount(buffer, at);
        record.PayloadLength = payloadLength;
        Array.Copy(buffer, at + RecordCodec.HeaderLength, record.Payload, 0, payloadLength);
        int macAt = at + RecordCodec.HeaderLength + payloadLength;
        Array.Copy(buffer, macAt, record.Mac, 0, StoredRecord.MacLength);
    }
}
