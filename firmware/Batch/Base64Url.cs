// base64url without padding (RFC 4648, 5; RFC 7515, 2), bytes to bytes. Decoding takes only the canonical
// form, so that one value has one text.

namespace Pulsegate.Batch;

/// <summary>base64url between byte arrays; allocates nothing.</summary>
public static class Base64Url
{
    private static readonly byte[] Alphabet = MakeAlphabet();
    private static readonly byte[] Values = MakeValues();

    /// <summary>Characters that <paramref name="byteCount"/> bytes take.</summary>
    public static int EncodedLength(int byteCount)
        => (byteCount / 3 * 4) + (byteCount % 3 == 0 ? 0 : (byteCount % 3) + 1);

    /// <summary>Encodes <c>source[offset..offset+count)</c> to <paramref name="destination"/>, which must
    /// have room.</summary>
    /// <returns>Index after the last character written.</returns>
    public static int Encode(byte[] source, int offset, int count, byte[] destination, int destinationOffset)
    {
        byte[] alphabet = Alphabet;
        int end = offset + count;
        int at = destinationOffset;
        int i = offset;
        for (; i + 2 < end; i += 3)
        {
            int group = (source[i] << 16) | (source[i + 1] << 8) | source[i + 2];
            destination[at] = alphabet[group >> 18];
            destination[at + 1] = alphabet[(group >> 12) & 63];
            destination[at + 2] = alphabet[(group >> 6) & 63];
            destination[at + 3] = alphabet[group & 63];
            at += 4;
        }

        if (end - i == 1)
        {
            destination[at++] = alphabet[source[i] >> 2];
            destination[at++] = alphabet[(source[i] & 3) << 4];
        }
        else if (end - i == 2)
        {
            int group = (source[i] << 8) | source[i + 1];
            destination[at++] = alphabet[group >> 10];
            destination[at++] = alphabet[(group >> 4) & 63];
            destination[at++] = alphabet[(group & 15) << 2];
        }

        return at;
    }

    /// <summary>Decodes <c>source[offset..offset+count)</c>.</summary>
    /// <returns>Bytes written; -1 when a character is not of the alphabet, the length is impossible, unused
    /// bits are not zero, or the destination is too small.</returns>
    public static int Decode(byte[] source, int offset, int count, byte[] destination, int destinationOffset)
    {
        byte[] values = Values;
        int rest = count & 3;
        int length = (count / 4 * 3) + (rest == 0 ? 0 : rest - 1);
        if (rest == 1 || destinationOffset > destination.Length - length)
        {
            return -1;
        }

        int at = destinationOffset;
        int accumulator = 0;
        int bitCount = 0;
        for (int i = offset; i < offset + count; i++)
        {
            int value = values[source[i]];
            if (value > 63)
            {
                return -1;
            }

            accumulator = ((accumulator & 0xFF) << 6) | value;
            bitCount += 6;
            if (bitCount >= 8)
            {
                bitCount -= 8;
                destination[at++] = (byte)(accumulator >> bitCount);
            }
        }

        return (accumulator & ((1 << bitCount) - 1)) == 0 ? length : -1;
    }

    private static byte[] MakeAlphabet()
    {
        var alphabet = new byte[64];
        for (int i = 0; i < 26; i++)
        {
            alphabet[i] = (byte)('A' + i);
            alphabet[26 + i] = (byte)('a' + i);
        }

        for (int i = 0; i < 10; i++)
        {
            alphabet[52 + i] = (byte)('0' + i);
        }

        alphabet[62] = (byte)'-';
        alphabet[63] = (byte)'_';
        return alphabet;
    }

    // Made anew here rather than read from Alphabet: on nanoCLR initialisers do not run on first use.
    private static byte[] MakeValues()
    {
        byte[] alphabet = MakeAlphabet();
        var values = new byte[256];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = 0xFF;
        }

        for (int i = 0; i < alphabet.Length; i++)
        {
            values[alphabet[i]] = (byte)i;
        }

        return values;
    }
}
