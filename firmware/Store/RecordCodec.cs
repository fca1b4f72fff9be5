// Where each byte of a segment and of a record lies on flash. docs/store-format.md says the same in prose;
// the two change together.

using System;
using System.IO.Hashing;

namespace Pulsegate.Store;

/// <summary>Layout of segment headers and records. All numbers are little-endian.</summary>
internal static class RecordCodec
{
    /// <summary>Format version that this firmware writes, and the newest that it reads.</summary>
    public const byte FormatVersion = 1;

    /// <summary>Bytes before the first record of a segment.</summary>
    public const int SegmentHeaderLength = 24;

    /// <summary>Bytes before a record's payload.</summary>
    public const int HeaderLength = 17;

    /// <summary>Bytes after a record's payload: MAC and CRC.</summary>
    public const int TrailerLength = StoredRecord.MacLength + CrcLength;

    /// <summary>Bytes of a record besides its payload; the shortest record is one more.</summary>
    public const int Overhead = HeaderLength + TrailerLength;

    /// <summary>Longest record.</summary>
    public const int RecordLengthMax = Overhead + StoredRecord.PayloadLengthMax;

    /// <summary>Bytes of a CRC-32.</summary>
    public const int CrcLength = 4;

    /// <summary>Highest sequence that is believed: what lies beyond cannot have been counted up to.</summary>
    public const long SequenceMax = 1L << 60;

    /// <summary>First byte of every record.</summary>
    public const byte Magic0 = (byte)'P';

    /// <summary>Second byte of every record.</summary>
    public const byte Magic1 = (byte)'G';

    private const int VersionAt = 2;
    private const int KindAt = 3;
    private const int KeyVersionAt = 4;
    private const int PayloadLengthAt = 5;
    private const int ReadingCountAt = 7;
    private const int SequenceAt = 9;
    private const int SegmentVersionAt = 4;
    private const int SegmentEpochAt = 8;
    private const int SegmentNumberAt = 16;
    private const int SegmentCrcAt = 20;

    /// <summary>Writes the header of a segment.</summary>
    public static void PutSegmentHeader(byte[] buffer, int at, long epoch, int number)
    {
        buffer[at] = (byte)'P';
        buffer[at + 1] = (byte)'G';
        buffer[at + 2] = (byte)'S';
        buffer[at + 3] = (byte)'G';
        Put(buffer, at + SegmentVersionAt, FormatVersion, 4);
        Put(buffer, at + SegmentEpochAt, epoch, 8);
        Put(buffer, at + SegmentNumberAt, number, 4);
        Put(buffer, at + SegmentCrcAt, Crc(buffer, at, SegmentCrcAt), CrcLength);
    }

    /// <summary>True when a whole segment header of any version lies there.</summary>
    public static bool HasSegmentHeader(byte[] buffer, int at)
        => buffer[at] == (byte)'P' && buffer[at + 1] == (byte)'G' && buffer[at + 2] == (byte)'S'
            && buffer[at + 3] == (byte)'G'
            && Get(buffer, at + SegmentCrcAt, CrcLength) == Crc(buffer, at, SegmentCrcAt);

    /// <summary>Format version in a segment header.</summary>
    public static int SegmentVersion(byte[] buffer, int at) => buffer[at + SegmentVersionAt];

    /// <summary>Epoch in a segment header.</summary>
    public static long SegmentEpoch(byte[] buffer, int at) => Get(buffer, at + SegmentEpochAt, 8);

    /// <summary>Number in a segment header.</summary>
    public static int SegmentNumber(byte[] buffer, int at) => (int)Get(buffer, at + SegmentNumberAt, 4);

    /// <summary>Writes the header of a record.</summary>
    public static void PutHeader(
        byte[] buffer, int at, int kind, byte keyVersion, int payloadLength, int readingCount, long sequence)
    {
        buffer[at] = Magic0;
        buffer[at + 1] = Magic1;
        buffer[at + VersionAt] = FormatVersion;
        buffer[at + KindAt] = (byte)kind;
        buffer[at + KeyVersionAt] = keyVersion;
        Put(buffer, at + PayloadLengthAt, payloadLength, 2);
        Put(buffer, at + ReadingCountAt, readingCount, 2);
        Put(buffer, at + SequenceAt, sequence, 8);
    }

    /// <summary>Length that the record at <paramref name="at"/> claims, of which the header is there; 0 when
    /// it cannot be one of at most <paramref name="lengthMax"/> bytes.</summary>
    public static int ClaimedLength(byte[] buffer, int at, int lengthMax)
    {
        if (buffer[at] != Magic0 || buffer[at + 1] != Magic1)
        {
            return 0;
        }

        int length = Overhead + PayloadLength(buffer, at);
        return length <= RecordLengthMax && length <= lengthMax ? length : 0;
    }

    /// <summary>True when the CRC over a record of that length is right.</summary>
    public static bool HasRightCrc(byte[] buffer, int at, int length)
        => Get(buffer, at + length - CrcLength, CrcLength) == Crc(buffer, at, length - CrcLength);

    /// <summary>Writes the CRC of a record of that length.</summary>
    public static void PutCrc(byte[] buffer, int at, int length)
        => Put(buffer, at + length - CrcLength, Crc(buffer, at, length - CrcLength), CrcLength);

    /// <summary>Format version of a record.</summary>
    public static byte Version(byte[] buffer, int at) => buffer[at + VersionAt];

    /// <summary>Kind of a record.</summary>
    public static byte Kind(byte[] buffer, int at) => buffer[at + KindAt];

    /// <summary>Version of the key that sealed a record.</summary>
    public static byte KeyVersion(byte[] buffer, int at) => buffer[at + KeyVersionAt];

    /// <summary>Bytes of payload.</summary>
    public static int PayloadLength(byte[] buffer, int at) => (int)Get(buffer, at + PayloadLengthAt, 2);

    /// <summary>Readings that a record stands for.</summary>
    public static int ReadingCount(byte[] buffer, int at) => (int)Get(buffer, at + ReadingCountAt, 2);

    /// <summary>Sequence of a record.</summary>
    public static long Sequence(byte[] buffer, int at) => Get(buffer, at + SequenceAt, 8);

    /// <summary>Writes a little-endian number.</summary>
    public static void Put(byte[] buffer, int at, long value, int count)
    {
        for (int i = 0; i < count; i++)
        {
            buffer[at + i] = (byte)(value >> (8 * i));
        }
    }

    /// <summary>Reads a little-endian number; one of fewer than 8 bytes is never negative.</summary>
    public static long Get(byte[] buffer, int at, int count)
    {
        long value = 0;
        for (int i = count - 1; i >= 0; i--)
        {
            value = (value << 8) | buffer[at + i];
        }

        return value;
    }

    /// <summary>CRC-32 (ISO 3309, as in zip) of a part of a buffer.</summary>
    public static long Crc(byte[] buffer, int at, int count)
        => Crc32.HashToUInt32(new SpanByte(buffer, at, count));
}
