// k G on P-256, and of it only the x-coordinate, which is all that a signature needs. A comb (Lim and Lee,
// CRYPTO 1994) over signed digits without a zero (M. Hamburg, "Fast and compact elliptic-curve
// cryptography", 2012): an odd k is a sum of 260 terms +2^i or -2^i, taken in 52 columns of five; each column
// is one of 16 points of a table or its negative. Two tables, so 25 doublings and 51 additions for every k.
//
// Constant in what is done: no branch and no index depends on k (see GeneratorTable.Select). An even k is
// exchanged for n - k, which has the same x.
//
// Formulas: Jacobian coordinates, dbl-2001-b and the addition of an affine point (Cohen, Miyaji, Ono 1998),
// from the Explicit-Formulas Database. The addition is not defined where both points have the same x. Before
// the last additions the sum so far is a smaller multiple of G than n and differs from each table entry in
// how often 2 divides it. In the last column the sum may pass n, and some thousands of the 2^256 k meet a
// point with the same x. Z is then 0 to the end and so is the x that comes out, which the signer refuses:
// what would follow is no signature, never a wrong one.

namespace Pulsegate.Signing;

/// <summary>Multiplies the generator. Not thread-safe.</summary>
internal sealed class BasePoint
{
    private const int ColumnCount = 52;
    private const int ToothCount = 5;
    private const int TableCount = 2;
    private const int ColumnsOfTable = ColumnCount / TableCount;
    private const int DigitCount = ColumnCount * ToothCount;

    private readonly long[] _prime =
    {
        0x1FFFFFFF, 0x1FFFFFFF, 0x1FFFFFFF, 0x000001FF, 0x00000000, 0x00000000, 0x00040000, 0x1FE00000,
        0x00FFFFFF,
    };

    // 2^261 and 2^1044 modulo p: 1 in Montgomery's form, and what undoes four reductions.
    private readonly long[] _one =
    {
        0x00000020, 0x00000000, 0x00000000, 0x1FFFC000, 0x1FFFFFFF, 0x1FFFFFFF, 0x1F7FFFFF, 0x03FFFFFF,
        0x00000000,
    };

    private readonly long[] _radixToTheFourth =
    {
        0x01500000, 0x0C800000, 0x1BFFFFFF, 0x1FFFFFF8, 0x1FFFFFBC, 0x0000008F, 0x00001000, 0x00006400,
        0x00069000,
    };

    private readonly long[] _order;
    private readonly ModularInverse _inverse;
    private readonly long[] _digits = new long[DigitCount];
    private readonly long[] _x = new long[Limbs.Count];
    private readonly long[] _y = new long[Limbs.Count];
    private readonly long[] _z = new long[Limbs.Count];
    private readonly long[] _tableX = new long[Limbs.Count];
    private readonly long[] _tableY = new long[Limbs.Count];
    private readonly long[] _a = new long[Limbs.Count];
    private readonly long[] _b = new long[Limbs.Count];
    private readonly long[] _c = new long[Limbs.Count];
    private readonly long[] _d = new long[Limbs.Count];

    /// <summary>A multiplier.</summary>
    /// <param name="order">The generator's order.</param>
    public BasePoint(long[] order)
    {
        _order = order;
        _inverse = new ModularInverse(_prime, 1);
    }

    /// <summary>Writes the x-coordinate of k G, canonical modulo p; 0 for the few k named above.</summary>
    /// <param name="k">1 to n - 1, canonical.</param>
    public void MultiplyX(long[] k, long[] x)
    {
        SplitDigits(k);
        Select(1, ColumnsOfTable - 1);
        Copy(_tableX, _x);
        FieldElement.AddScaled(_y, _tableY, _tableY, 0);
        Copy(_one, _z);
        AddColumn(0, ColumnsOfTable - 1);
        for (int column = ColumnsOfTable - 2; column >= 0; column--)
        {
            Double();
            AddColumn(1, column);
            AddColumn(0, column);
        }

        // X / Z^2, out of Montgomery's form. Z itself is within [0, 1.2 p) or a little below 0.
        Limbs.Canonicalise(_z, _prime, _a);
        _inverse.Invert(_z, _z);
        FieldElement.Multiply(_a, _z, _z);
        FieldElement.Multiply(_a, _x, _a);
        FieldElement.Multiply(x, _a, _radixToTheFourth);
        Limbs.Canonicalise(x, _prime, _a);
    }

    // Bit i says whether 2^i is added (1) or taken off (0). For an odd k these are the bits of k / 2, and one
    // at the top.
    private void SplitDigits(long[] k)
    {
        Limbs.AddScaled(_b, _order, k, -1);
        Copy(k, _a);
        Limbs.Choose(_a, _b, (k[0] & 1) - 1);
        int digit = -1;
        for (int limb = 0; limb < Limbs.Count; limb++)
        {
            long bits = _a[limb];
            for (int i = 0; i < Limbs.Bits && digit < DigitCount; i++)
            {
                if (digit >= 0)   // not bit 0, which is 1
                {
                    _digits[digit] = bits & 1;
                }

                bits >>= 1;
                digit++;
            }
        }

        _digits[DigitCount - 1] = 1;
    }

    private void Select(int table, int column)
    {
        long[] digits = _digits;
        int at = (table * ColumnsOfTable) + column;
        long index = digits[at] | (digits[at + ColumnCount] << 1) | (digits[at + (2 * ColumnCount)] << 2)
            | (digits[at + (3 * ColumnCount)] << 3);

        // Where the fifth digit is -: the negative of the point that has all signs the other way.
        long sign = digits[at + (4 * ColumnCount)] - 1;
        index ^= sign & (GeneratorTable.PointCount - 1);
        GeneratorTable.Select(table, index, sign, _tableX, _tableY);
    }

    private void AddColumn(int table, int column)
    {
        Select(table, column);
        long[] a = _a, b = _b, c = _c, d = _d, x = _x, y = _y;
        FieldElement.Multiply(a, _z, _z);
        FieldElement.Multiply(b, _tableX, a);
        FieldElement.Subtract(b, b, x);             // H = x2 Z^2 - X
        FieldElement.Multiply(a, a, _z);
        FieldElement.Multiply(a, _tableY, a);
        FieldElement.Subtract(a, a, y);             // R = y2 Z^3 - Y
        FieldElement.Multiply(_z, _z, b);           // Z3 = Z H
        FieldElement.Multiply(c, b, b);             // H^2
        FieldElement.Multiply(b, b, c);             // H^3
        FieldElement.Multiply(c, x, c);             // V = X H^2
        FieldElement.Multiply(d, a, a);
        FieldElement.Subtract(d, d, b);
        FieldElement.AddScaled(x, d, c, -2);        // X3 = R^2 - H^3 - 2 V
        FieldElement.Subtract(c, c, x);
        FieldElement.Multiply(c, a, c);
        FieldElement.Multiply(b, y, b);
        FieldElement.AddScaled(y, c, b, -1);        // Y3 = R (V - X3) - Y H^3
    }

    private void Double()
    {
        long[] a = _a, b = _b, c = _c, d = _d, x = _x, y = _y, z = _z;
        FieldElement.Multiply(a, z, z);
        FieldElement.Subtract(b, x, a);
        FieldElement.AddScaled(a, x, a, 1);
        FieldElement.Multiply(a, a, b);
        FieldElement.AddScaled(a, a, a, -4);        // -alpha = -3 (X - Z^2) (X + Z^2)
        FieldElement.AddScaled(b, y, y, 1);
        FieldElement.Multiply(z, b, z);             // Z3 = 2 Y Z
        FieldElement.Multiply(b, y, y);             // gamma = Y^2
        FieldElement.Multiply(c, x, b);             // beta = X gamma
        FieldElement.Multiply(d, a, a);
        FieldElement.AddScaled(x, d, c, -8);        // X3 = alpha^2 - 8 beta
        FieldElement.AddScaled(c, x, c, -4);
        FieldElement.Multiply(c, a, c);             // alpha (4 beta - X3)
        FieldElement.Multiply(b, b, b);
        FieldElement.AddScaled(y, c, b, -8);        // Y3 = that - 8 gamma^2
    }

    private static void Copy(long[] from, long[] to)
    {
        for (int i = 0; i < Limbs.Count; i++)
        {
            to[i] = from[i];
        }
    }
}
