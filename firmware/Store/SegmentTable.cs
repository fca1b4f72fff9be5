// What is known in RAM about each segment file, oldest first.

using System;

namespace Pulsegate.Store;

/// <summary>Fixed table of segments. Allocates only file names after construction.</summary>
internal sealed class SegmentTable
{
    /// <summary>Most segments: 1.5 MB of 16 KB ones, 6 MB of 64 KB ones. More capacity than that is not
    /// used.</summary>
    public const int CountMax = 96;

    /// <summary>Bytes of a littlefs block: what a file takes is rounded up to it.</summary>
    public const int BlockLength = 4096;

    private const string NameEnd = ".pg";
    private const int NameLength = 12;

    /// <summary>File name of each segment.</summary>
    public readonly string[] Names = new string[CountMax];

    /// <summary>Number of each segment; they rise.</summary>
    public readonly int[] Numbers = new int[CountMax];

    /// <summary>Where the readable part of each file ends.</summary>
    public readonly int[] Ends = new int[CountMax];

    /// <summary>Bytes of each file, a torn tail included.</summary>
    public readonly int[] FileLengths = new int[CountMax];

    /// <summary>First sequence in each segment; 0 when it has no record.</summary>
    public readonly long[] First = new long[CountMax];

    /// <summary>Last sequence in each segment; 0 when it has no record.</summary>
    public readonly long[] Last = new long[CountMax];

    /// <summary>Records in each segment that are not released.</summary>
    public readonly int[] UnreleasedRecords = new int[CountMax];

    /// <summary>Readings that those stand for.</summary>
    public readonly int[] UnreleasedReadings = new int[CountMax];

    /// <summary>True when a tombstone has declared the segment lost, and only its deletion is
    /// missing.</summary>
    public readonly bool[] AreDropped = new bool[CountMax];

    /// <summary>True when the segment's header is damaged.</summary>
    public readonly bool[] AreHeadless = new bool[CountMax];

    /// <summary>Segments in the table.</summary>
    public int Count { get; private set; }

    /// <summary>Empties the table.</summary>
    public void Reset() => Count = 0;

    /// <summary>Adds a segment at the place that its number gives it.</summary>
    /// <returns>Its index; -1 when the table is full or has that number.</returns>
    public int Add(string name, int number, int fileLength)
    {
        int at = Count;
        while (at > 0 && Numbers[at - 1] >= number)
        {
            at--;
        }

        if (Count == CountMax || (at < Count && Numbers[at] == number))
        {
            return -1;
        }

        Move(at, at + 1, Count - at);
        Count++;
        Names[at] = name;
        Numbers[at] = number;
        FileLengths[at] = fileLength;
        Ends[at] = fileLength;
        First[at] = 0;
        Last[at] = 0;
        UnreleasedRecords[at] = 0;
        UnreleasedReadings[at] = 0;
        AreDropped[at] = false;
        AreHeadless[at] = false;
        return at;
    }

    /// <summary>Takes a segment out.</summary>
    public void Remove(int index)
    {
        Move(index + 1, index, Count - index - 1);
        Count--;
    }

    /// <summary>Index of the segment with that number; -1 when there is none.</summary>
    public int IndexOf(int number)
    {
        for (int i = 0; i < Count; i++)
        {
            if (Numbers[i] == number)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Index of the segment with the newest record, which is never deleted: it carries the sequence.
    /// -1 when there is none.</summary>
    public int HighWater()
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (Last[i] > 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Bytes of flash that all files take, in whole blocks.</summary>
    public int AccountedBytes()
    {
        int bytes = 0;
        for (int i = 0; i < Count; i++)
        {
            bytes += RoundUp(FileLengths[i]);
        }

        return bytes;
    }

    /// <summary>A length in whole blocks.</summary>
    public static int RoundUp(int length) => (length + BlockLength - 1) / BlockLength * BlockLength;

    /// <summary>File name of a segment: <c>s</c>, eight hexadecimal digits, <c>.pg</c>.</summary>
    public static string NameOf(int number)
    {
        var characters = new char[NameLength];
        characters[0] = 's';
        for (int i = 0; i < 8; i++)
        {
            int digit = (number >> (28 - (4 * i))) & 15;
            characters[1 + i] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        }

        for (int i = 0; i < NameEnd.Length; i++)
        {
            characters[9 + i] = NameEnd[i];
        }

        return new string(characters);
    }

    /// <summary>Number in a segment's file name; 0 when it is no such name.</summary>
    public static int NumberOf(string name)
    {
        if (name.Length != NameLength || name[0] != 's' || name[1] > '7' || name.Substring(9) != NameEnd)
        {
            return 0;
        }

        int number = 0;
        for (int i = 1; i < 9; i++)
        {
            char character = name[i];
            int digit = character >= '0' && character <= '9' ? character - '0'
                : character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
            if (digit < 0)
            {
                return 0;
            }

            number = (number << 4) | digit;
        }

        return number;
    }

    private void Move(int from, int to, int count)
    {
        Array.Copy(Names, from, Names, to, count);
        Array.Copy(Numbers, from, Numbers, to, count);
        Array.Copy(Ends, from, Ends, to, count);
        Array.Copy(FileLengths, from, FileLengths, to, count);
        Array.Copy(First, from, First, to, count);
        Array.Copy(Last, from, Last, to, count);
        Array.Copy(UnreleasedRecords, from, UnreleasedRecords, to, count);
        Array.Copy(UnreleasedReadings, from, UnreleasedReadings, to, count);
        Array.Copy(AreDropped, from, AreDropped, to, count);
        Array.Copy(AreHeadless, from, AreHeadless, to, count);
    }
}
