// Finds the records of a segment file one after the other, past whatever lies between them. It reads through
// one window, so that a scan costs about one read a 4 KB block.

using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>What <see cref="SegmentReader.Next"/> came to.</summary>
internal enum SegmentReadResult : byte
{
    /// <summary>A record with a right CRC.</summary>
    Record = 0,

    /// <summary>No further record.</summary>
    End = 1,

    /// <summary>A record of a newer format version, with a right CRC.</summary>
    NewerFormat = 2,

    /// <summary>The storage did not give the bytes, three times.</summary>
    ReadFailed = 3,
}

/// <summary>Reads records. Allocates nothing after construction. Not thread-safe.</summary>
internal sealed class SegmentReader
{
    /// <summary>Places with a record's magic that are tried for one record before the rest of the segment is
    /// given up, so that a file full of magics ends.</summary>
    public const int AttemptCountMax = 512;

    /// <summary>Times that a failing read is tried.</summary>
    public const int ReadAttemptMax = 3;

    private const int WindowLength = 4096;
    private readonly IStorage _storage;
    private string _windowName = string.Empty;
    private int _windowStart;
    private int _windowEnd;

    /// <summary>A reader over a folder.</summary>
    public SegmentReader(IStorage storage)
    {
        _storage = storage;
    }

    /// <summary>Buffer in which the record found lies.</summary>
    public readonly byte[] Buffer = new byte[WindowLength];

    /// <summary>Index of the record's first byte in <see cref="Buffer"/>.</summary>
    public int RecordAt;

    /// <summary>Bytes of the record found.</summary>
    public int RecordLength;

    /// <summary>Where in the file the record found begins; at the end, where the readable part
    /// ends.</summary>
    public int RecordOffset;

    /// <summary>Bytes that were passed over before the record, or before the end.</summary>
    public int DamagedBytes;

    /// <summary>Forgets what was read: the file has changed other than by growing.</summary>
    public void Forget() => _windowName = string.Empty;

    /// <summary>Reads the first bytes of a file into the start of <see cref="Buffer"/>.</summary>
    /// <returns>Bytes read; -1 when that failed.</returns>
    public int ReadStart(string name, int count)
    {
        Forget();
        return Read(name, 0, count);
    }

    /// <summary>Finds the first record at or after <paramref name="offset"/> and before
    /// <paramref name="end"/>.</summary>
    public SegmentReadResult Next(string name, int offset, int end)
    {
        DamagedBytes = 0;
        int at = offset;
        int attemptCount = 0;
        while (end - at >= RecordCodec.Overhead)
        {
            if (!TryFill(name, at, RecordCodec.Overhead, end))
            {
                return SegmentReadResult.ReadFailed;
            }

            int length = RecordCodec.ClaimedLength(Buffer, at - _windowStart, end - at);
            if (length > 0)
            {
                if (!TryFill(name, at, length, end))
                {
                    return SegmentReadResult.ReadFailed;
                }

                int index = at - _windowStart;
                if (RecordCodec.HasRightCrc(Buffer, index, length))
                {
                    RecordAt = index;
                    RecordLength = length;
                    RecordOffset = at;
                    DamagedBytes = at - offset;
                    return RecordCodec.Version(Buffer, index) > RecordCodec.FormatVersion
                        ? SegmentReadResult.NewerFormat : SegmentReadResult.Record;
                }

                if (++attemptCount == AttemptCountMax)
                {
                    break;
                }
            }

            at = NextMagic(at + 1);
        }

        RecordOffset = offset;
        DamagedBytes = end - offset;
        return SegmentReadResult.End;
    }

    // The next place in the window where a record may begin; the window's last byte, when there is none, for
    // it may be half a magic.
    private int NextMagic(int at)
    {
        byte[] window = Buffer;
        int index = at - _windowStart;
        int last = _windowEnd - _windowStart - 1;
        while (index < last
            && (window[index] != RecordCodec.Magic0 || window[index + 1] != RecordCodec.Magic1))
        {
            index++;
        }

        return _windowStart + index;
    }

    private bool TryFill(string name, int at, int count, int end)
    {
        if (name == _windowName && at >= _windowStart && at + count <= _windowEnd)
        {
            return true;
        }

        Forget();
        for (int attempt = 0; attempt < ReadAttemptMax; attempt++)
        {
            int wanted = end - at < WindowLength ? end - at : WindowLength;
            int length = Read(name, at, wanted);
            if (length >= count)
            {
                _windowName = name;
                _windowStart = at;
                _windowEnd = at + length;
                return true;
            }
        }

        return false;
    }

    private int Read(string name, int offset, int count) => _storage.Read(name, offset, Buffer, 0, count);
}
