// Inverse modulo an odd prime in a fixed number of steps: D. J. Bernstein, B.-Y. Yang, "Fast constant-time
// gcd computation and modular inversion", IACR TCHES 2019(3). A step looks at one bit of g and at the sign of
// delta, and turns (delta, f, g) into (1 - delta, g, (g - f) / 2) when g is odd and delta positive, else into
// (1 + delta, f, (g + (g mod 2) f) / 2). From f = modulus, g = value it ends at g = 0, f = 1 or -1; what
// multiplies the value to give f is then the inverse, but for the sign. With delta starting at 1/2 (P.
// Wuille, "safegcd-bounds", 2021) 590 steps are enough for 256 bits. Here 29 at a time, which need the last
// 29 bits of f and g only and come to one 2 by 2 matrix, applied to the whole numbers afterwards.
//
// It takes a tenth of the instructions of raising to the power m - 2, and no branch depends on a value.

namespace Pulsegate.Signing;

/// <summary>Inverts modulo one prime. Not thread-safe.</summary>
internal sealed class ModularInverse
{
    private const int RoundCount = 21;   // 21 * 29 = 609 steps

    private readonly long[] _modulus;
    private readonly long _negativeInverse;
    private readonly long[] _f = new long[Limbs.Count];
    private readonly long[] _g = new long[Limbs.Count];
    private readonly long[] _d = new long[Limbs.Count];
    private readonly long[] _e = new long[Limbs.Count];
    private long _twiceDelta;
    private long _rowF;   // the matrix: left column in the lower 32 bits, right column times 2^32 added
    private long _rowG;

    /// <summary>Inversion modulo a prime.</summary>
    /// <param name="modulus">The prime, canonical.</param>
    /// <param name="negativeInverse">-1 / modulus, modulo 2^29.</param>
    public ModularInverse(long[] modulus, long negativeInverse)
    {
        _modulus = modulus;
        _negativeInverse = negativeInverse;
    }

    /// <summary>result = 1 / value, carried and within 22 times the modulus either way. The inverse of 0
    /// comes out as 0. Result and value may be the same.</summary>
    /// <param name="value">Canonical.</param>
    public void Invert(long[] result, long[] value)
    {
        for (int i = 0; i < Limbs.Count; i++)
        {
            _f[i] = _modulus[i];
            _g[i] = value[i];
            _d[i] = 0;
            _e[i] = 0;
        }

        _e[0] = 1;
        _twiceDelta = 1;
        for (int round = 0; round < RoundCount; round++)
        {
            Step(_f[0], _g[0]);
            Apply(_f, _g, 0);
            Apply(_d, _e, _negativeInverse);
        }

        long sign = _f[Limbs.Count - 1] >> 63;
        Limbs.AddScaled(result, _d, _d, 2 * sign);   // d, or d - 2 d
    }

    // 29 steps. The matrix is kept without the halvings: instead of g the row of f is doubled.
    private void Step(long f, long g)
    {
        long twiceDelta = _twiceDelta;
        long rowF = 1;
        long rowG = 1L << 32;
        for (int i = 0; i < Limbs.Bits; i++)
        {
            long odd = -(g & 1);
            long swap = odd & (-twiceDelta >> 63);
            long change = (f ^ g) & swap;
            f ^= change;
            g = ((g ^ change) ^ swap) - swap;   // exchanged and negated
            change = (rowF ^ rowG) & swap;
            rowF ^= change;
            rowG = ((rowG ^ change) ^ swap) - swap;
            twiceDelta = (twiceDelta ^ swap) - swap + 2;
            g = (g + (f & odd)) >> 1;
            rowG += rowF & odd;
            rowF <<= 1;
        }

        _twiceDelta = twiceDelta;
        _rowF = rowF;
        _rowG = rowG;
    }

    // Both numbers times the matrix, over 2^29. With an inverse given, as much of the modulus is added as
    // makes them divisible: they grow by one modulus a round at most. f and g are divisible as they are.
    private void Apply(long[] a, long[] b, long negativeInverse)
    {
        long[] modulus = _modulus;
        long u = (int)_rowF, v = (_rowF - u) >> 32, q = (int)_rowG, r = (_rowG - q) >> 32;
        long mask = Limbs.Mask;
        long a0 = a[0], b0 = b[0], m0 = modulus[0];
        long carryA = (u * a0) + (v * b0);
        long carryB = (q * a0) + (r * b0);
        long factorA = ((carryA & mask) * negativeInverse) & mask;
        long factorB = ((carryB & mask) * negativeInverse) & mask;
        carryA = (carryA + (factorA * m0)) >> Limbs.Bits;
        carryB = (carryB + (factorB * m0)) >> Limbs.Bits;
        for (int i = 1; i < Limbs.Count; i++)
        {
            long ai = a[i], bi = b[i], mi = modulus[i];
            carryA += (u * ai) + (v * bi) + (factorA * mi);
            carryB += (q * ai) + (r * bi) + (factorB * mi);
            a[i - 1] = carryA & mask;
            b[i - 1] = carryB & mask;
            carryA >>= Limbs.Bits;
            carryB >>= Limbs.Bits;
        }

        a[Limbs.Count - 1] = carryA;
        b[Limbs.Count - 1] = carryB;
    }
}
