// The other side of ColumnWriter: one column of integers out of a CBOR item. Whatever the bytes are, it reads
// within them and stops.

namespace Pulsegate.Batch;

/// <summary>Reads columns; allocates nothing.</summary>
public static class ColumnReader
{
    /// <summary>
    /// Reads the next item as a column of exactly <paramref name="count"/> values into
    /// <paramref name="values"/>. Bits after the last code must be zero and fewer than 8.
    /// </summary>
    /// <returns>False when the item is anything else.</returns>
    public static bool TryRead(CborReader reader, int[] values, int count)
    {
        if (count > values.Length)
        {
            return false;
        }

        if (count == 0)
        {
            return reader.TryReadNull();
        }

        if (reader.NextIsBytes)
        {
            return reader.TryReadBytes(out int offset, out int length)
                && TryUnpack(reader.Buffer, offset, offset + length, values, count);
        }

        if (!reader.TryReadArray(out int itemCount) || itemCount != count)
        {
            return false;
        }

        int value = 0;
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadIntWithin(-int.MaxValue, int.MaxValue, out int difference))
            {
                return false;
            }

            value += difference;
            values[i] = value;
        }

        return true;
    }

    private static bool TryUnpack(byte[] buffer, int at, int end, int[] values, int count)
    {
        if (at >= end || (buffer[at] & 0b11_000000) != 0)
        {
            return false;
        }

        int parameter = buffer[at] & 0b000_11111;
        bool isFromBase = (buffer[at] & ColumnWriter.FromBase) != 0;
        at++;
        uint start = 0;
        int shift = 0;
        byte part;
        do
        {
            if (at >= end || shift > 28)
            {
                return false;
            }

            part = buffer[at++];
            start |= (uint)(part & 0x7F) << shift;
            shift += 7;
        }
        while (part >= 0x80);

        int value = (int)(start >> 1) ^ -(int)(start & 1);
        if (parameter == ColumnWriter.ConstantParameter)
        {
            for (int i = 0; i < count; i++)
            {
                values[i] = value;
            }

            return at == end;
        }

        return parameter <= ColumnWriter.ParameterMax
            && TryReadCodes(buffer, at, end, values, count, parameter, value, isFromBase);
    }

    private static bool TryReadCodes(
        byte[] buffer, int at, int end, int[] values, int count, int parameter, int start, bool isFromBase)
    {
        int bit = at * 8;
        int bitEnd = end * 8;
        int value = start;
        int first = 0;
        if (!isFromBase)
        {
            values[0] = start;
            first = 1;
        }

        for (int i = first; i < count; i++)
        {
            int ones = 0;
            while (ones < ColumnWriter.EscapeOnes && bit < bitEnd
                && (buffer[bit >> 3] & (0x80 >> (bit & 7))) != 0)
            {
                ones++;
                bit++;
            }

            bool isEscape = ones == ColumnWriter.EscapeOnes;
            bit += isEscape ? 0 : 1;
            int plainBits = isEscape ? 32 : parameter;
            if (bit > bitEnd - plainBits)
            {
                return false;
            }

            uint residual = 0;
            for (int j = 0; j < plainBits; j++)
            {
                residual = (residual << 1) | (uint)((buffer[bit >> 3] >> (7 - (bit & 7))) & 1);
                bit++;
            }

            residual |= isEscape ? 0 : (uint)ones << parameter;
            int difference = (int)(residual >> 1) ^ -(int)(residual & 1);
            value = isFromBase ? start + difference : value + difference;
            values[i] = value;
        }

        return bitEnd - bit < 8 && (bitEnd == bit || (buffer[end - 1] & ((1 << (bitEnd - bit)) - 1)) == 0);
    }
}
