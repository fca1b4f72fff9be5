// Numbers of 256 bits as nine limbs of 29, as FieldElement and ScalarField compute with them. Every loop runs
// its full length and nothing branches on a value: numbers may be secret.

namespace Pulsegate.Signing;

/// <summary>Conversion and canonical form.</summary>
internal static class Limbs
{
    /// <summary>Limbs of a number, and bits of a limb.</summary>
    public const int Count = 9, Bits = 29;

    /// <summary>The bits of one limb.</summary>
    public const long Mask = (1L << Bits) - 1;

    private const int ByteCount = 32;

    /// <summary>Reads 32 bytes, most significant first.</summary>
    public static void FromBytes(byte[] bytes, int offset, long[] limbs)
    {
        long pending = 0;
        int pendingBits = 0;
        int limb = 0;
        for (int i = ByteCount - 1; i >= 0; i--)
        {
            pending |= (long)bytes[offset + i] << pendingBits;
            pendingBits += 8;
            if (pendingBits >= Bits)
            {
                limbs[limb] = pending & Mask;
                pending >>= Bits;
                pendingBits -= Bits;
                limb++;
            }
        }

        limbs[limb] = pending;
    }

    /// <summary>Writes a canonical number as 32 bytes, most significant first.</summary>
    public static void ToBytes(long[] limbs, byte[] bytes, int offset)
    {
        long pending = limbs[0];
        int pendingBits = Bits;
        int limb = 1;
        for (int i = ByteCount - 1; i >= 0; i--)
        {
            if (pendingBits < 8)
            {
                pending |= limbs[limb] << pendingBits;
                pendingBits += Bits;
                limb++;
            }

            bytes[offset + i] = (byte)(pending & 0xFF);
            pending >>= 8;
            pendingBits -= 8;
        }
    }

    /// <summary>result = a + factor * b, carried. Signed limbs, below 2^60 either way with what they are
    /// multiplied by.</summary>
    public static void AddScaled(long[] result, long[] a, long[] b, long factor)
    {
        long t = 0;
        for (int i = 0; i < Count - 1; i++)
        {
            t += a[i] + (b[i] * factor);
            result[i] = t & Mask;
            t >>= Bits;
        }

        result[Count - 1] = t + a[Count - 1] + (b[Count - 1] * factor);
    }

    /// <summary>Brings a carried number within [0, 2 m) into [0, m); <paramref name="work"/> is
    /// overwritten.</summary>
    public static void Reduce(long[] value, long[] modulus, long[] work)
    {
        AddScaled(work, value, modulus, -1);
        Choose(value, work, ~(work[Count - 1] >> 63));
    }

    /// <summary>Brings a carried number within [-m, 2 m) into [0, m); <paramref name="work"/> is
    /// overwritten.</summary>
    public static void Canonicalise(long[] value, long[] modulus, long[] work)
    {
        AddScaled(value, value, modulus, 1);
        Reduce(value, modulus, work);
        Reduce(value, modulus, work);
    }

    /// <summary>Takes <paramref name="other"/> for <paramref name="value"/> where the mask is -1, keeps it
    /// where it is 0.</summary>
    public static void Choose(long[] value, long[] other, long mask)
    {
        for (int i = 0; i < Count; i++)
        {
            value[i] ^= (value[i] ^ other[i]) & mask;
        }
    }

    /// <summary>All ones when a canonical number is 0, else 0.</summary>
    public static long IsZeroMask(long[] value)
    {
        long any = 0;
        for (int i = 0; i < Count; i++)
        {
            any |= value[i];
        }

        return (any - 1) >> 63;
    }
}
