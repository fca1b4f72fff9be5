// What is known in RAM about each segment file, oldest first: first those of the older generations.

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

    /// <summary>Generations of segments. All is appended to the log; what is to outlive its segment there
    /// moves on, unaltered: summaries with everything but vitals first, at last alarms, events and
    /// tombstones alone. A record of an older generation is older than every one of a younger.</summary>
    public const int Log = 0, Kept = 1, Alarms = 2, GenerationCount = 3;

    private const string Letters = "sda";
    private const string NameEnd = ".pg";
    private const int NameLength = 12;

    private int _count;

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

    /// <summary>Readings that summaries among those stand for.</summary>
    public readonly int[] UnreleasedSummarised = new int[CountMax];

    /// <summary>True when some of the segment's records are void: others speak for them.</summary>
    public readonly bool[] HaveVoids = new bool[CountMax];

    /// <summary>Kinds of record in each segment, a bit each.</summary>
    public readonly byte[] Kinds = new byte[CountMax];

    /// <summary>True when nothing may be appended to the segment.</summary>
    public readonly bool[] AreTorn = new bool[CountMax];

    /// <summary>True when the segment's header is damaged.</summary>
    public readonly bool[] AreHeadless = new bool[CountMax];

    /// <summary>Segments in the table.</summary>
    public int Count => _count;

    /// <summary>Empties the table.</summary>
    public void Reset() => _count = 0;

    /// <summary>Adds a segment at the place that its number gives it.</summary>
    /// <returns>Its index; -1 when the table is full or has that number.</returns>
    public int Add(string name, int number, int fileLength)
    {
        int at = _count;
        while (at > 0 && Numbers[at - 1] >= number)
        {
            at--;
        }

        if (_count == CountMax || (at < _count && Numbers[at] == number))
        {
            return -1;
        }

        Move(at, at + 1, _count - at);
        _count++;
        Names[at] = name;
        Numbers[at] = number;
        FileLengths[at] = fileLength;
        Ends[at] = fileLength;
        First[at] = 0;
        Last[at] = 0;
        UnreleasedRecords[at] = 0;
        UnreleasedReadings[at] = 0;
        UnreleasedSummarised[at] = 0;
        HaveVoids[at] = false;
        Kinds[at] = 0;
        AreTorn[at] = false;
        AreHeadless[at] = false;
        return at;
    }

    /// <summary>Takes a segment out.</summary>
    public void Remove(int index)
    {
        Move(index + 1, index, _count - index - 1);
        _count--;
    }

    /// <summary>Index of the segment with that number; -1 when there is none.</summary>
    public int IndexOf(int number)
    {
        for (int i = 0; i < _count; i++)
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
        for (int i = _count - 1; i >= 0; i--)
        {
            if (Last[i] > 0)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Index of the newest segment of a generation; -1 when it has none.</summary>
    public int NewestOf(int generation)
    {
        for (int i = _count - 1; i >= 0; i--)
        {
            if (GenerationOf(Numbers[i]) == generation)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Bytes of flash that all files take, in whole blocks.</summary>
    public int AccountedBytes() => AccountedBytes(Log) + AccountedBytes(Kept) + AccountedBytes(Alarms);

    /// <summary>As <see cref="AccountedBytes()"/>, for one generation.</summary>
    public int AccountedBytes(int generation)
    {
        int bytes = 0;
        for (int i = 0; i < _count; i++)
        {
            bytes += GenerationOf(Numbers[i]) == generation ? RoundUp(FileLengths[i]) : 0;
        }

        return bytes;
    }

    /// <summary>A length in whole blocks.</summary>
    public static int RoundUp(int length) => (length + BlockLength - 1) / BlockLength * BlockLength;

    /// <summary>Generation of the segment with that number.</summary>
    public static int GenerationOf(int number)
        => number >= 0 ? Log : number >= FirstNumber(Kept) ? Kept : Alarms;

    /// <summary>Lowest number of a generation: the numbers of older ones lie below those of younger
    /// ones.</summary>
    public static int FirstNumber(int generation)
        => generation == Log ? 0 : generation == Kept ? int.MinValue / 2 : int.MinValue;

    /// <summary>File name of a segment: <c>s</c>, <c>d</c> or <c>a</c> by generation, eight hexadecimal
    /// digits, <c>.pg</c>.</summary>
    public static string NameOf(int number)
    {
        var characters = new char[NameLength];
        int generation = GenerationOf(number);
        characters[0] = Letters[generation];
        number -= FirstNumber(generation);
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
        if (name.Length != NameLength || name[9] != NameEnd[0] || name[10] != NameEnd[1]
            || name[11] != NameEnd[2])
        {
            return 0;
        }

        int generation = name[0] == Letters[Log] ? Log : name[0] == Letters[Kept] ? Kept : Alarms;
        if (name[0] != Letters[generation] || name[1] > (generation == Log ? '7' : '3'))
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

        return FirstNumber(generation) + number;
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
        Array.Copy(UnreleasedSummarised, from, UnreleasedSummarised, to, count);
        Array.Copy(HaveVoids, from, HaveVoids, to, count);
        Array.Copy(Kinds, from, Kinds, to, count);
        Array.Copy(AreTorn, from, AreTorn, to, count);
        Array.Copy(AreHeadless, from, AreHeadless, to, count);
    }
}
