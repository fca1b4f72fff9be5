// The segment files and what is known of them: appending at the end, walking from any sequence, deleting from
// the beginning.

using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>The log of records on flash, without meaning given to them. Not thread-safe: the store's lock is
/// held by every caller.</summary>
internal sealed partial class SegmentLog
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
    private int _damageCount;
    private int _eraseCount;

    /// <summary>A log over a folder; <see cref="Reset"/> and the recovery make it usable.</summary>
    public SegmentLog(IStorage storage)
    {
        _storage = storage;
        Reader = new SegmentReader(storage);
        SegmentLength = storage.CapacityBytes <= SmallCapacityBytes ? SmallSegmentLength : LargeSegmentLength;
    }

    /// <summary>Segments by age.</summary>
    public readonly SegmentTable Table = new SegmentTable();

    /// <summary>Reader of records.</summary>
    public readonly SegmentReader Reader;

    /// <summary>Bytes of a full segment of the log.</summary>
    public readonly int SegmentLength;

    /// <summary>Bytes of a full segment of a generation: those of alarms are small, so that their quota is
    /// kept closely.</summary>
    public int LengthOf(int generation)
        => generation == SegmentTable.Alarms ? SegmentLength / 4 : SegmentLength;

    /// <summary>Number that the next segment of the log gets.</summary>
    public int NextNumber;

    /// <summary>Of each generation, the highest number whose name something has that is no file.</summary>
    public readonly int[] TakenNumbers = new int[SegmentTable.GenerationCount];

    /// <summary>True when nothing may be appended to the newest segment.</summary>
    public bool MustRoll;

    /// <summary>Bytes of files in the folder that are not the store's; they are left alone.</summary>
    public int ForeignBytes;

    /// <summary>Places where bytes of a segment make no record.</summary>
    public int DamageCount => _damageCount;

    /// <summary>Blocks erased by appends since the log was made, as littlefs does it: for wear.</summary>
    public int EraseCount => _eraseCount;

    /// <summary>Index of the newest segment of the log, the one that is appended to; -1 when there is
    /// none.</summary>
    public int Newest => Table.NewestOf(SegmentTable.Log);

    /// <summary>Flash in use, in whole blocks.</summary>
    public int UsedBytes => Table.AccountedBytes() + ForeignBytes + FixedBytes;

    /// <summary>Empties what is known.</summary>
    public void Reset()
    {
        Table.Reset();
        Reader.Forget();
        NextNumber = 1;
        for (int generation = 0; generation < TakenNumbers.Length; generation++)
        {
            TakenNumbers[generation] = SegmentTable.FirstNumber(generation);
        }

        _isNewInDoubt = false;
        MustRoll = false;
        ForeignBytes = 0;
        _damageCount = 0;
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
    /// log or, unaltered, to an older generation. Durable when true. When false nothing of it will ever be
    /// read in this boot; after a restart it may be found after all, and then a newer record of the same
    /// sequence stands in its place.
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
                return false;
            }

            _isNewInDoubt &= generation != SegmentTable.Log;
            RecordCodec.PutSegmentHeader(buffer, 0, epoch, number);
        }

        int count = RecordCodec.SegmentHeaderLength + length - from;
        int before = isNew ? 0 : Table.FileLengths[index];
        if (!_storage.TryAppend(name, buffer, from, count) && !IsThere(name, before, buffer, from, count))
        {
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
        Table.Kinds[index] = (byte)(Table.Kinds[index] | 1 << (kind & 7));
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

    // Numbers of the older generations may come back once all is gone: nothing but the order within the
    // folder rests on them.
    private int NextNumberOf(int generation)
    {
        if (generation == SegmentTable.Log)
        {
            return NextNumber;
        }

        int newest = Table.NewestOf(generation);
        int number = newest < 0 ? SegmentTable.FirstNumber(generation) : Table.Numbers[newest];
        return (number > TakenNumbers[generation] ? number : TakenNumbers[generation]) + 1;
    }

    // The last block is written anew, further ones are new; the directory's share is one erase in some thirty
    // changes and is left out.
    private void NoteErases(int before, int count)
        => _eraseCount += SegmentTable.RoundUp(before + count) / SegmentTable.BlockLength
            - (before / SegmentTable.BlockLength);
}
