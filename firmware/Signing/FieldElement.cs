// Arithmetic modulo the prime of P-256, p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (FIPS 186-4, D.1.2.3; SP
// 800-186, 3.2.1.3). An element is nine limbs of 29 bits, least first, each in a long that may be negative:
// the largest size whose products can be added up, nine a column, before anything is carried.
//
// Products are Montgomery's with R = 2^261. Since p is -1 modulo 2^29, the digit that clears a column is the
// column itself, and adding its multiple of p takes shifts where others multiply. R is 32 p, so nothing is
// ever compared or subtracted on condition: factors within a p and b p give a product within (-ab/32, 1 +
// ab/32) p.
//
// "Carried": limbs 0 to 7 within [0, 2^29), the last below 2^29 either way; what Multiply and AddScaled give,
// and take. Multiply also takes the difference of two carried elements as Subtract leaves it, whose limbs are
// below 2^29 either way: a column of nine products stays below 2^62. A sum has to be carried first.
//
// There is no function of its own for squares: it would save 4 % of a signature's time and cost 0.8 KB.
//
// No branch and no index depends on a value.

namespace Pulsegate.Signing;

/// <summary>Field elements of P-256. The result may be one of the arguments.</summary>
internal static class FieldElement
{
    /// <summary>result = a * b / 2^261 modulo p, carried.</summary>
    public static void Multiply(long[] result, long[] a, long[] b)
    {
        long a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4];
        long a5 = a[5], a6 = a[6], a7 = a[7], a8 = a[8];
        long b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3], b4 = b[4];
        long b5 = b[5], b6 = b[6], b7 = b[7], b8 = b[8];
        long mask = Limbs.Mask;
        long t = a0 * b0;
        long q0 = t & mask;
        t = (t >> Limbs.Bits) + a0 * b1 + a1 * b0;
        long q1 = t & mask;
        t = (t >> Limbs.Bits) + a0 * b2 + a1 * b1 + a2 * b0;
        long q2 = t & mask;
        t = (t >> Limbs.Bits) + a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + (q0 << 9);
        long q3 = t & mask;
        t = (t >> Limbs.Bits) + a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (q1 << 9);
        long q4 = t & mask;
        t = (t >> Limbs.Bits) + a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + (q2 << 9);
        long q5 = t & mask;
        t = (t >> Limbs.Bits) + a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0
            + (q3 << 9) + (q0 << 18);
        long q6 = t & mask;
        t = (t >> Limbs.Bits) + a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0
            + (q4 << 9) + (q1 << 18) - (q0 << 21);
        long q7 = t & mask;
        t = (t >> Limbs.Bits) + a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2
            + a7 * b1 + a8 * b0 + (q5 << 9) + (q2 << 18) - (q1 << 21) + (q0 << 24);
        long q8 = t & mask;
        t = (t >> Limbs.Bits) + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1
            + (q6 << 9) + (q3 << 18) - (q2 << 21) + (q1 << 24);
        result[0] = t & mask;
        t = (t >> Limbs.Bits) + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2
            + (q7 << 9) + (q4 << 18) - (q3 << 21) + (q2 << 24);
        result[1] = t & mask;
        t = (t >> Limbs.Bits) + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3
            + (q8 << 9) + (q5 << 18) - (q4 << 21) + (q3 << 24);
        result[2] = t & mask;
        t = (t >> Limbs.Bits) + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4
            + (q6 << 18) - (q5 << 21) + (q4 << 24);
        result[3] = t & mask;
        t = (t >> Limbs.Bits) + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + (q7 << 18) - (q6 << 21) + (q5 << 24);
        result[4] = t & mask;
        t = (t >> Limbs.Bits) + a6 * b8 + a7 * b7 + a8 * b6 + (q8 << 18) - (q7 << 21) + (q6 << 24);
        result[5] = t & mask;
        t = (t >> Limbs.Bits) + a7 * b8 + a8 * b7 - (q8 << 21) + (q7 << 24);
        result[6] = t & mask;
        t = (t >> Limbs.Bits) + a8 * b8 + (q8 << 24);
        result[7] = t & mask;
        result[8] = t >> Limbs.Bits;
    }

    /// <summary>result = a + factor * b modulo p, carried and within a few units of [0, p]. Factor: -8 to
    /// 8.</summary>
    public static void AddScaled(long[] result, long[] a, long[] b, long factor)
    {
        // The multiple of p that is taken off is told by the last limbs alone.
        long mask = Limbs.Mask;
        long top = a[8] + b[8] * factor;
        long excess = top >> 24;
        long t = a[0] + b[0] * factor + excess;
        result[0] = t & mask;
        t = (t >> Limbs.Bits) + a[1] + b[1] * factor;
        result[1] = t & mask;
        t = (t >> Limbs.Bits) + a[2] + b[2] * factor;
        result[2] = t & mask;
        t = (t >> Limbs.Bits) + a[3] + b[3] * factor - (excess << 9);
        result[3] = t & mask;
        t = (t >> Limbs.Bits) + a[4] + b[4] * factor;
        result[4] = t & mask;
        t = (t >> Limbs.Bits) + a[5] + b[5] * factor;
        result[5] = t & mask;
        t = (t >> Limbs.Bits) + a[6] + b[6] * factor - (excess << 18);
        result[6] = t & mask;
        t = (t >> Limbs.Bits) + a[7] + b[7] * factor + (excess << 21);
        result[7] = t & mask;
        result[8] = (t >> Limbs.Bits) + top - (excess << 24);
    }

    /// <summary>result = a - b, each limb for itself.</summary>
    public static void Subtract(long[] result, long[] a, long[] b)
    {
        result[0] = a[0] - b[0];
        result[1] = a[1] - b[1];
        result[2] = a[2] - b[2];
        result[3] = a[3] - b[3];
        result[4] = a[4] - b[4];
        result[5] = a[5] - b[5];
        result[6] = a[6] - b[6];
        result[7] = a[7] - b[7];
        result[8] = a[8] - b[8];
    }
}
