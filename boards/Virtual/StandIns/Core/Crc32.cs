// Stand-in for System.IO.Hashing.Crc32 of nanoFramework (CRC-32 as in ISO 3309 and zip, reflected
// 0xEDB88320).

namespace System.IO.Hashing;

/// <summary>CRC-32, as one shot or in pieces.</summary>
public class Crc32
{
    private static readonly uint[] Table = MakeTable();
    private uint _state = 0xFFFFFFFF;

    /// <summary>Adds bytes.</summary>
    public void Append(SpanByte source)
    {
        for (int i = 0; i < source.Length; i++)
        {
            Append(source[i]);
        }
    }

    /// <summary>Adds bytes.</summary>
    public void Append(byte[] source) => Append(new SpanByte(source));

    /// <summary>Adds one byte.</summary>
    public void Append(byte value) => _state = Table[(_state ^ value) & 0xFF] ^ (_state >> 8);

    /// <summary>Starts anew.</summary>
    public void Reset() => _state = 0xFFFFFFFF;

    /// <summary>The checksum so far.</summary>
    public uint GetCurrentHashAsUInt32() => ~_state;

    /// <summary>The checksum of a view. Allocates nothing, as the native one does not.</summary>
    public static uint HashToUInt32(SpanByte source)
    {
        uint state = 0xFFFFFFFF;
        for (int i = 0; i < source.Length; i++)
        {
            state = Table[(state ^ source[i]) & 0xFF] ^ (state >> 8);
        }

        return ~state;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
            }

            table[i] = value;
        }

        return table;
    }
}
