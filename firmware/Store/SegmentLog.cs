// The segment files and what is known of them: appending at the end, walking from any sequence, deleting from
// the beginning.

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

    /// <summary>Bytes of a full segment.</summary>
    public int SegmentLength { get; }

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

    /// <summary>Index of the newest segment, the one that is appended to; -1 when there is none.</summary>
    public int Newest => Table.Count - 1;

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

    /// <summary>Flash that appending <paramref name="length"/> bytes would add.</summary>
    public int GrowthOf(int length)
    {
        if (NeedsSegment(length))
        {
            return SegmentTable.RoundUp(RecordCodec.SegmentHeaderLength + length);
        }

        int now = Table.FileLengths[Newest];
        return SegmentTable.RoundUp(now + length) - SegmentTable.RoundUp(now);
    }

    /// <summary>True when a record of that length begins a new segment.</summary>
    public bool NeedsSegment(int length)
        => MustRoll || Table.Count == 0 || Table.FileLengths[Newest] + length > SegmentLength;

    /// <summary>
    /// Appends the record that lies in <paramref name="buffer"/> behind the room for a segment header.
    /// Durable when true. When false nothing of it will ever be read in this boot; after a restart it may be
    /// found after all, and then a newer record of the same sequence stands in its place.
    /// </summary>
    public bool TryAppend(byte[] buffer, int length, long epoch, long sequence, int readingCount)
    {
        int index = Newest;
        bool isNew = NeedsSegment(length);
        int from = RecordCodec.SegmentHeaderLength;
        string name;
        if (isNew)
        {
            if (Table.Count == SegmentTable.CountMax)
            {
                return false;
            }

            name = SegmentTable.NameOf(NextNumber);
            if (_isNewInDoubt && !_storage.TryDelete(name))
            {
                WriteFailureCount++;
                return false;
            }

            _isNewInDoubt = false;
            from = 0;
            RecordCodec.PutSegmentHeader(buffer, 0, epoch, NextNumber);
        }
        else
        {
            name = Table.Names[index];
        }

        int count = RecordCodec.SegmentHeaderLength + length - from;
        int before = isNew ? 0 : Table.FileLengths[index];
        if (!_storage.TryAppend(name, buffer, from, count) && !IsThere(name, before, buffer, from, count))
        {
            WriteFailureCount++;
            NoteFailedAppend(name, isNew, index);
            return false;
        }

        if (isNew)
        {
            index = Table.Add(name, NextNumber, 0);
            NextNumber++;
            MustRoll = false;
        }

        Table.FileLengths[index] = before + count;
        Table.Ends[index] = before + count;
        NoteRecord(index, sequence, readingCount, false);
        return true;
    }

    /// <summary>Enters a record into the table.</summary>
    public void NoteRecord(int index, long sequence, int readingCount, bool isReleased)
    {
        if (Table.First[index] == 0)
        {
            Table.First[index] = sequence;
        }

        Table.Last[index] = sequence;
        if (!isReleased)
        {
            Table.UnreleasedRecords[index]++;
            Table.UnreleasedReadings[index] += readingCount;
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
    private void NoteFailedAppend(string name, bool isNew, int index)
    {
        MustRoll = true;
        Reader.Forget();
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
