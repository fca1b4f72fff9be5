namespace Pulsegate.Field.Wire;

/// <summary>The CRC-32 of packets and flash ranges: polynomial 0x04C11DB7, most significant bit first, begins
/// at 0, nothing inverted (nf-interpreter, src/CLR/Core/nanoSupport_CRC32.c).</summary>
public static class WireCrc
{
    private const uint Polynomial = 0x04C11DB7;
    private static readonly uint[] Table = MakeTable();

    /// <summary>The CRC of some bytes, or of what follows them.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="crc">CRC of what came before; 0 at the beginning.</param>
    public static uint Of(ReadOnlySpan<byte> bytes, uint crc = 0)
    {
        foreach (byte b in bytes)
        {
            crc = Table[(crc >> 24) ^ b] ^ (crc << 8);
        }

        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            }

            table[i] = crc;
        }

        return table;
    }
}
