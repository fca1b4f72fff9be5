// One column of integers, as small as two simple forms allow: an array of CBOR integers (first value, then
// differences), or a byte string of Rice codes. Rice codes: R. F. Rice, "Some Practical Universal Noiseless
// Coding Techniques", JPL Publication 79-22, 1979. docs/wire-format.md, "Columns", gives every bit.

using System;

namespace Pulsegate.Batch;

/// <summary>
/// Writes columns, and is the working memory of the thread that does: whoever encodes or reads a batch there
/// fills it and is done with it within one call. Nothing in it lasts longer, so that all of them share it.
/// Allocates nothing after construction. Not thread-safe: one thread owns it.
/// </summary>
public sealed class ColumnWriter
{
    /// <summary>Rice parameter that says "every residual is zero, and none is written".</summary>
    internal const int ConstantParameter = 31;

    /// <summary>Largest Rice parameter that carries codes.</summary>
    internal const int ParameterMax = 24;

    /// <summary>Bit of the first byte: residuals are differences from one base value, not from the previous
    /// value.</summary>
    internal const int FromBase = 0b00_1_00000;

    /// <summary>This many ones, without a zero after them, announce a residual of 32 plain bits.</summary>
    internal const int EscapeOnes = 12;

    /// <summary>A writer for columns of up to <paramref name="capacity"/> values.</summary>
    public ColumnWriter(int capacity)
    {
        Values = new int[capacity];
        Residuals = new int[capacity];
    }

    /// <summary>The column to be written. Values lie within -2^30 to 2^30.</summary>
    public readonly int[] Values;

    /// <summary>What <see cref="Write"/> makes of them.</summary>
    internal readonly int[] Residuals;

    /// <summary>
    /// Writes the first <paramref name="count"/> of <see cref="Values"/>, which stay, as one CBOR item: null
    /// when there are none.
    /// </summary>
    public void Write(CborWriter writer, int count)
    {
        if (count == 0)
        {
            writer.WriteNull();
            return;
        }

        int[] values = Values;
        int first = values[0];
        int baseValue = BaseOf(values, count);
        long sum = Fill(count, baseValue, false);
        int baseParameter = Parameter(Residuals, 0, count, sum, out int baseBits);
        sum = Fill(count, first, true);
        int previousParameter = Parameter(Residuals, 1, count, sum, out int previousBits);
        bool isFromBase =
            baseBits + (8 * VariableLength(baseValue)) < previousBits + (8 * VariableLength(first));
        int start = isFromBase ? baseValue : first;
        int packedLength = 1 + VariableLength(start) + (((isFromBase ? baseBits : previousBits) + 7) / 8);
        if (PlainLength(count) <= packedLength + (packedLength < 24 ? 1 : packedLength < 256 ? 2 : 3))
        {
            WritePlain(writer, values, count);
            return;
        }

        int at = writer.ReserveBytes(packedLength);
        if (at < 0)
        {
            return;
        }

        int parameter = isFromBase ? baseParameter : previousParameter;
        byte[] buffer = writer.Buffer;
        buffer[at++] = (byte)(parameter | (isFromBase ? FromBase : 0));
        at = PutVariable(buffer, at, start);
        if (parameter == ConstantParameter)
        {
            return;
        }

        if (isFromBase)
        {
            Fill(count, baseValue, false);
        }

        PutCodes(buffer, at, Residuals, isFromBase ? 0 : 1, count, parameter);
    }

    // Gives the sum of the residuals, from one value or from the previous one.
    private long Fill(int count, int from, bool isFromPrevious)
    {
        int[] values = Values;
        int[] residuals = Residuals;
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            int value = values[i];
            int difference = value - from;
            int residual = (difference << 1) ^ (difference >> 31);
            residuals[i] = residual;
            sum += (uint)residual;
            if (isFromPrevious)
            {
                from = value;
            }
        }

        return sum;
    }

    // Of the array form, by the residuals from the previous value.
    private int PlainLength(int count)
    {
        int[] residuals = Residuals;
        int length = CborWriter.IntLength(Values[0]) + (count < 24 ? 1 : count < 256 ? 2 : 3);
        for (int i = 1; i < count; i++)
        {
            uint residual = (uint)residuals[i];
            length += residual < 48 ? 1 : residual < 512 ? 2 : residual < 131072 ? 3 : 5;
        }

        return length;
    }

    private static void WritePlain(CborWriter writer, int[] values, int count)
    {
        writer.WriteArrayHead(count);
        writer.WriteInt(values[0]);
        for (int i = 1; i < count; i++)
        {
            writer.WriteInt(values[i] - values[i - 1]);
        }
    }

    // The mean keeps the residuals of white noise smallest; wander is better served by differences.
    private static int BaseOf(int[] values, int count)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += values[i];
        }

        return (int)(sum / count);
    }

    // For residuals that fall off geometrically the best parameter is near log2(0.69 mean): the two nearest
    // are tried.
    private static int Parameter(int[] residuals, int start, int count, long sum, out int bits)
    {
        bits = 0;
        if (sum == 0)
        {
            return ConstantParameter;
        }

        int parameter = 0;
        while (parameter < ParameterMax && ((long)(count - start) << (parameter + 1)) <= sum)
        {
            parameter++;
        }

        bits = BitsOf(residuals, start, count, parameter);
        if (parameter > 0)
        {
            int fewer = BitsOf(residuals, start, count, parameter - 1);
            if (fewer < bits)
            {
                bits = fewer;
                parameter--;
            }
        }

        return parameter;
    }

    private static int BitsOf(int[] residuals, int start, int count, int parameter)
    {
        int bits = 0;
        for (int i = start; i < count; i++)
        {
            uint quotient = (uint)residuals[i] >> parameter;
            bits += quotient < EscapeOnes ? (int)quotient + 1 + parameter : EscapeOnes + 32;
        }

        return bits;
    }

    private static void PutCodes(byte[] buffer, int at, int[] residuals, int start, int count, int parameter)
    {
        ulong accumulator = 0;
        int bitCount = 0;
        for (int i = start; i < count; i++)
        {
            uint residual = (uint)residuals[i];
            int quotient = residual >> parameter < EscapeOnes ? (int)(residual >> parameter) : EscapeOnes;
            if (quotient == EscapeOnes)
            {
                accumulator = (accumulator << EscapeOnes) | ((1u << EscapeOnes) - 1);
                accumulator = (accumulator << 32) | residual;
                bitCount += EscapeOnes + 32;
            }
            else
            {
                accumulator = (accumulator << (quotient + 1)) | ((1u << (quotient + 1)) - 2);
                accumulator = (accumulator << parameter) | (residual & ((1u << parameter) - 1));
                bitCount += quotient + 1 + parameter;
            }

            while (bitCount >= 8)
            {
                bitCount -= 8;
                buffer[at++] = (byte)(accumulator >> bitCount);
            }
        }

        if (bitCount > 0)
        {
            buffer[at] = (byte)(accumulator << (8 - bitCount));
        }
    }

    private static int VariableLength(int value)
    {
        uint rest = (uint)((value << 1) ^ (value >> 31));
        int length = 1;
        while (rest >= 0x80)
        {
            rest >>= 7;
            length++;
        }

        return length;
    }

    private static int PutVariable(byte[] buffer, int at, int value)
    {
        uint rest = (uint)((value << 1) ^ (value >> 31));
        while (rest >= 0x80)
        {
            buffer[at++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        buffer[at++] = (byte)rest;
        return at;
    }
}
