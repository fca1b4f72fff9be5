// Arithmetic modulo the order n of P-256's generator (SP 800-186, 3.2.1.3). A signature needs five products
// of this kind, so it is written short where FieldElement is written fast. No branch depends on a value.

namespace Pulsegate.Signing;

/// <summary>Scalars of P-256. Not thread-safe.</summary>
internal sealed class ScalarField
{
    /// <summary>-1 / n, modulo 2^29.</summary>
    public const long NegativeInverse = 0x0E00BC4F;

    /// <summary>n.</summary>
    public readonly long[] Order =
    {
        0x1C632551, 0x1DCE5617, 0x05E7A13C, 0x0DF55B4E, 0x1FFFFBCE, 0x1FFFFFFF, 0x0003FFFF, 0x1FE00000,
        0x00FFFFFF,
    };

    /// <summary>2^522 modulo n: a product with it takes a number into Montgomery's form.</summary>
    public readonly long[] SquaredRadix =
    {
        0x148D9EF5, 0x0F4E7F75, 0x14C6A651, 0x03F8B765, 0x165861F1, 0x1256D7D8, 0x1C185B23, 0x0D4CAB0F,
        0x0084B655,
    };

    private readonly long[] _columns = new long[Limbs.Count];

    /// <summary>result = a * b / 2^261 modulo n, carried; for factors within x n and y n, within
    /// (-xy/32, 1 + xy/32) n. The result may be one of the arguments.</summary>
    public void Multiply(long[] result, long[] a, long[] b)
    {
        long[] columns = _columns;
        long[] order = Order;
        for (int i = 0; i < Limbs.Count; i++)
        {
            columns[i] = 0;
        }

        for (int i = 0; i < Limbs.Count; i++)
        {
            long ai = a[i];
            long t = columns[0] + (ai * b[0]);
            long factor = ((t & Limbs.Mask) * NegativeInverse) & Limbs.Mask;
            t = (t + (factor * order[0])) >> Limbs.Bits;
            for (int j = 1; j < Limbs.Count; j++)
            {
                t += columns[j] + (ai * b[j]) + (factor * order[j]);
                columns[j - 1] = t & Limbs.Mask;
                t >>= Limbs.Bits;
            }

            columns[Limbs.Count - 1] = t;
        }

        for (int i = 0; i < Limbs.Count; i++)
        {
            result[i] = columns[i];
        }
    }
}
