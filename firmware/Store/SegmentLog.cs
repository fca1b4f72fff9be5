// The segment files and what is known of them: appending at the end, walking from any sequence, deleting from
// the beginning.

using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>The log of records on flash, without meaning given to them. Not thread-safe: the store's lock is
/// held by every caller.</summary>
internal sealed class SegmentLog
{
    private const int SmallCapacityBytes = 256 * 1024;
    private const int SmallSegmentLength = 16 * 1024;
    private const int LargeSegmentLength = 64 * 1024;

    /// <summary>Flash taken by identity and cursor files.</summary>
    private const int FixedBytes = 2 * SegmentTable.BlockLength;

    private const int DamagedPlaceCountMax = 32;
    private readonly IStorage _storage;
    private readonly byte[] _compare = new byte[64];
    private readonly long[] _damagedPlaces = new long[DamagedPlaceCountMax];
    private int _damagedPlaceCount;
    private bool _isNewInDoubt;   // a failed append may have left a file under the next number

    /// <summary>A log over a folder; <see cref="Reset"/> and the recovery make it usable.</summary>
    public SegmentLog(IStorage storage)
    {
        _storage = storage;
        Reader = new SegmentReader(storage);
        SegmentLength = storage.CapacityBytes <= SmallCapacityBytes ? SmallSegmentLength : LargeSegmentLength;
    }

    /// <summary>Segments by age.</summary>
    public SegmentTable Table { get; } = new SegmentTable();

    /// <summary>Reader of records.</summary>
    public SegmentReader Reader { get; }

    /// <summary>Bytes of a full segment of the log.</summary>
    public int SegmentLength { get; }

    /// <summary>Bytes of a full segment of a generation: those of alarms are small, so that their quota is kept
    /// closely.</summary>
    public int LengthOf(int generation) => generation == SegmentTable.Alarms ? SegmentLength / 4 : SegmentLength;

    /// <summary>Number that the next segment gets.</summary>
    public int NextNumber { get; set; }

    /// <summary>True when nothing may be appended to the newest segment.</summary>
    public bool MustRoll { get; set; }

    /// <summary>Bytes of files in the folder that are not the store's; they are left alone.</summary>
    public int ForeignBytes { get; set; }

    /// <summary>Appends that failed.</summary>
    public int WriteFailureCount { get; private set; }

    /// <summary>Places where bytes of a segment make no record.</summary>
    public int DamageCount { get; private set; }

    /// <summary>Blocks erased by appends since the log was made, as littlefs does it: for wear.</summary>
    public int EraseCount { get; private set; }

    /// <summary>Index of the newest segment of the log, the one that is appended to; -1 when there is none.</summary>
    public int Newest => Table.NewestOf(SegmentTable.Log);

    /// <summary>Flash in use, in whole blocks.</summary>
    public int UsedBytes => Table.AccountedBytes() + ForeignBytes + FixedBytes;

    /// <summary>Empties what is known.</summary>
    public void Reset()
    {
        Table.Reset();
        Reader.Forget();
        NextNumber = 1;
        _isNewInDoubt = false;
        MustRoll = false;
        ForeignBytes = 0;
        DamageCount = 0;
        _damagedPlaceCount = 0;
    }

    /// <summary>Flash that appending <paramref name="length"/> bytes to a generation would add.</summary>
    public int GrowthOf(int length, int generation)
    {
        if (NeedsSegment(length, generation))
        {
            return SegmentTable.RoundUp(RecordCodec.SegmentHeaderLength + length);
        }

        int now = Table.FileLengths[Table.NewestOf(generation)];
        return SegmentTable.RoundUp(now + length) - SegmentTable.RoundUp(now);
    }

    /// <summary>True when a record of that length begins a new segment of its generation.</summary>
    public bool NeedsSegment(int length, int generation)
    {
        int newest = Table.NewestOf(generation);
        return newest < 0 || (generation == SegmentTable.Log ? MustRoll : Table.AreTorn[newest])
            || Table.FileLengths[newest] + length > LengthOf(generation);
    }

    /// <summary>
    /// Appends the record that lies in <paramref name="buffer"/> behind the room for a segment header, to the
    /// log or, unaltered, to an older generation. Durable when true. When false nothing of it will ever be read
    /// in this boot; after a restart it may be found after all, and then a newer record of the same sequence
    /// stands in its place.
    /// </summary>
    public bool TryAppend(byte[] buffer, int length, long epoch, int generation)
    {
        int index = Table.NewestOf(generation);
        bool isNew = NeedsSegment(length, generation);
        int number = isNew ? NextNumberOf(generation) : Table.Numbers[index];
        string name = isNew ? SegmentTable.NameOf(number) : Table.Names[index];
        int from = isNew ? 0 : RecordCodec.SegmentHeaderLength;
        if (isNew)
        {
            // What a failed append may have left under the number goes before it is used.
            bool isInDoubt = _isNewInDoubt || generation != SegmentTable.Log;
            if (Table.Count == SegmentTable.CountMax || (isInDoubt && !_storage.TryDelete(name)))
            {
                WriteFailureCount += Table.Count == SegmentTable.CountMax ? 0 : 1;
                return false;
            }

            _isNewInDoubt &= generation != SegmentTable.Log;
            RecordCodec.PutSegmentHeader(buffer, 0, epoch, number);
        }

        int count = RecordCodec.SegmentHeaderLength + length - from;
        int before = isNew ? 0 : Table.FileLengths[index];
        if (!_storage.TryAppend(name, buffer, from, count) && !IsThere(name, before, buffer, from, count))
        {
            WriteFailureCount++;
            NoteFailedAppend(name, isNew, index, generation);
            return false;
        }

        NoteErases(before, count);
        if (isNew)
        {
            index = Table.Add(name, number, 0);
        }

        if (isNew && generation == SegmentTable.Log)
        {
            NextNumber++;
            MustRoll = false;
        }

        Table.FileLengths[index] = before + count;
        Table.Ends[index] = before + count;
        NoteRecord(
            index, RecordCodec.Sequence(buffer, RecordCodec.SegmentHeaderLength),
            RecordCodec.Kind(buffer, RecordCodec.SegmentHeaderLength),
            RecordCodec.ReadingCount(buffer, RecordCodec.SegmentHeaderLength), false);
        return true;
    }

    /// <summary>Enters a record into the table.</summary>
    public void NoteRecord(int index, long sequence, int kind, int readingCount, bool isReleased)
    {
        if (Table.First[index] == 0)
        {
            Table.First[index] = sequence;
        }

        Table.Last[index] = sequence;
        Table.Kinds[index] |= 1 << (kind & 7);
        if (!isReleased)
        {
            Count(index, kind, readingCount, 1);
        }
    }

    /// <summary>Takes an unreleased record into the table's counts, or out of them.</summary>
    /// <param name="index">Segment.</param>
    /// <param name="kind">Kind of the record.</param>
    /// <param name="readingCount">Readings it stands for.</param>
    /// <param name="sign">1 or -1.</param>
    public void Count(int index, int kind, int readingCount, int sign)
    {
        Table.UnreleasedRecords[index] += sign;
        if (kind == (int)RecordKind.Vitals)
        {
            Table.UnreleasedReadings[index] += sign * readingCount;
        }
        else
        {
            Table.UnreleasedSummarised[index] += sign * readingCount;
        }
    }

    /// <summary>Counts a damaged place once, though it may be passed again and again. When the list of known
    /// places is full, the oldest is forgotten, and may then be counted once more.</summary>
    public void NoteDamage(int number, int offset)
    {
        long place = ((long)number << 32) | (uint)offset;
        int known = _damagedPlaceCount < DamagedPlaceCountMax ? _damagedPlaceCount : DamagedPlaceCountMax;
        for (int i = 0; i < known; i++)
        {
            if (_damagedPlaces[i] == place)
            {
                return;
            }
        }

        _damagedPlaces[_damagedPlaceCount % DamagedPlaceCountMax] = place;
        _damagedPlaceCount++;
        DamageCount++;
    }

    /// <summary>Deletes a segment's file and forgets it.</summary>
    public bool TryDelete(int index)
    {
        if (!_storage.TryDelete(Table.Names[index]))
        {
            return false;
        }

        Reader.Forget();
        Table.Remove(index);
        return true;
    }

    // A failed append may have left a torn tail, or even everything: nothing is appended after it. A new file
    // that holds nothing can be tried again under the same name.
    private void NoteFailedAppend(string name, bool isNew, int index, int generation)
    {
        Reader.Forget();
        if (generation != SegmentTable.Log)
        {
            NoteFailedMove(name, isNew, index);
            return;
        }

        MustRoll = true;
        int length = _storage.Length(name);
        if (!isNew)
        {
            Table.FileLengths[index] = length > Table.FileLengths[index] ? length : Table.FileLengths[index];
        }
        else if (length < 0)
        {
            _isNewInDoubt = true;   // nobody can say what is there: it goes before the name is used again
        }
        else if (length > 0 && Table.Count > 0)
        {
            // The torn file is accounted with the segment before it until the next start, which finds it.
            Table.FileLengths[index] += SegmentTable.RoundUp(length);
            NextNumber++;
        }
        else if (length > 0)
        {
            ForeignBytes += SegmentTable.RoundUp(length);
            NextNumber++;
        }
    }

    // A new file of an older generation is deleted before its number is used again: until then its bytes are
    // accounted as foreign.
    private void NoteFailedMove(string name, bool isNew, int index)
    {
        if (isNew)
        {
            _storage.TryDelete(name);
            return;
        }

        int length = _storage.Length(name);
        Table.AreTorn[index] = true;
        Table.FileLengths[index] = length > Table.FileLengths[index] ? length : Table.FileLengths[index];
    }

    // Numbers of the older generations may come back once all is gone: nothing but the order within the folder
    // rests on them.
    private int NextNumberOf(int generation)
    {
        if (generation == SegmentTable.Log)
        {
            return NextNumber;
        }

        int newest = Table.NewestOf(generation);
        return newest < 0 ? SegmentTable.FirstNumber(generation) + 1 : Table.Numbers[newest] + 1;
    }

    // The last block is written anew, further ones are new; the directory's share is one erase in some thirty
    // changes and is left out.
    private void NoteErases(int before, int count)
        => EraseCount += SegmentTable.RoundUp(before + count) / SegmentTable.BlockLength
            - (before / SegmentTable.BlockLength);

    // The storage said no, but the close may have happened: only the file itself knows.
    private bool IsThere(string name, int before, byte[] buffer, int from, int count)
    {
        if (_storage.Length(name) != before + count)
        {
            return false;
        }

        for (int done = 0; done < count; done += _compare.Length)
        {
            int part = count - done < _compare.Length ? count - done : _compare.Length;
            if (_storage.Read(name, before + done, _compare, 0, part) != part)
            {
                return false;
            }

            for (int i = 0; i < part; i++)
            {
                if (_compare[i] != buffer[from + done + i])
                {
                    return false;
                }
            }
        }

        return true;
    }
}
