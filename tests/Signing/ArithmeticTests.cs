// Goal: the arithmetic below ES256 is right for every number, the awkward ones first. Method: against
// System.Numerics.BigInteger, a textbook curve (CurveModel) and .NET's public keys, with limbs at their
// bounds and random ones.

using System.Numerics;
using System.Security.Cryptography;
using Pulsegate.Signing;

namespace Pulsegate.Tests.Signing;

[TestClass]
public sealed class ArithmeticTests
{
    private const int Repetitions = 20_000;
    private static readonly BigInteger Radix = BigInteger.Pow(2, 261);
    private static readonly BigInteger InverseRadix =
        BigInteger.ModPow(Radix, CurveModel.P - 2, CurveModel.P);
    private readonly Random _random = new(1);

    [TestMethod]
    public void FieldProduct_IsMontgomerys_AndWithinItsBounds()
    {
        var result = new long[9];
        for (int i = 0; i < Repetitions; i++)
        {
            (long[] a, long[] b) = (Factor(), Factor());
            FieldElement.Multiply(result, a, b);
            BigInteger product = CurveModel.Value(a) * CurveModel.Value(b);
            Assert.AreEqual(
                CurveModel.Mod(product * InverseRadix, CurveModel.P),
                CurveModel.Mod(CurveModel.Value(result), CurveModel.P));
            AssertCarried(result);
            Assert.IsTrue(CurveModel.Value(result) >= product / Radix - 1);
            Assert.IsTrue(CurveModel.Value(result) <= product / Radix + CurveModel.P + 1);
            FieldElement.Multiply(a, a, b);
            CollectionAssert.AreEqual(result, a, "in place");
        }
    }

    [TestMethod]
    public void FieldSum_IsExactModuloP_Carried_AndAboutReduced()
    {
        var result = new long[9];
        for (int i = 0; i < Repetitions; i++)
        {
            (long[] a, long[] b, long factor) = (Factor(), Factor(), _random.Next(-8, 9));
            FieldElement.AddScaled(result, a, b, factor);
            BigInteger expected = CurveModel.Value(a) + (factor * CurveModel.Value(b));
            Assert.AreEqual(
                CurveModel.Mod(expected, CurveModel.P),
                CurveModel.Mod(CurveModel.Value(result), CurveModel.P));
            AssertCarried(result);
            Assert.IsTrue(CurveModel.Value(result) > -CurveModel.P / 1000);
            Assert.IsTrue(CurveModel.Value(result) < CurveModel.P + (CurveModel.P / 1000));
            FieldElement.Subtract(a, a, b);
        }
    }

    [TestMethod]
    public void ScalarProduct_IsMontgomerys()
    {
        var field = new ScalarField();
        Assert.AreEqual(CurveModel.N, CurveModel.Value(field.Order));
        Assert.AreEqual(CurveModel.Mod(Radix * Radix, CurveModel.N), CurveModel.Value(field.SquaredRadix));
        BigInteger inverse = BigInteger.ModPow(Radix, CurveModel.N - 2, CurveModel.N);
        var result = new long[9];
        for (int i = 0; i < Repetitions; i++)
        {
            (long[] a, long[] b) = (Factor(), Factor());
            field.Multiply(result, a, b);
            Assert.AreEqual(
                CurveModel.Mod(CurveModel.Value(a) * CurveModel.Value(b) * inverse, CurveModel.N),
                CurveModel.Mod(CurveModel.Value(result), CurveModel.N));
        }
    }

    [TestMethod]
    public void Inverse_TimesItsNumber_IsOne()
    {
        foreach (BigInteger modulus in new[] { CurveModel.P, CurveModel.N })
        {
            BigInteger negativeInverse = CurveModel.Mod(
                -BigInteger.ModPow(modulus, BigInteger.Pow(2, 28) - 1, BigInteger.Pow(2, 29)),
                BigInteger.Pow(2, 29));
            var inverse = new ModularInverse(CurveModel.Limbs(modulus), (long)negativeInverse);
            var result = new long[9];
            foreach (BigInteger value in Awkward(modulus).Concat(Random(modulus, 5000)))
            {
                inverse.Invert(result, CurveModel.Limbs(value));
                BigInteger inverted = CurveModel.Value(result);
                Assert.AreEqual(
                    value.IsZero ? 0 : 1, CurveModel.Mod(inverted * value, modulus), value.ToString("x"));
                Assert.IsTrue(BigInteger.Abs(inverted) <= 22 * modulus);
                AssertCarried(result);
            }
        }
    }

    [TestMethod]
    public void BasePoint_IsThePublicKeyOfDotNet_AtTheEdges_AndAtRandom()
    {
        var multiplier = new BasePoint(CurveModel.Limbs(CurveModel.N));
        var x = new long[9];
        foreach (BigInteger k in Awkward(CurveModel.N).Where(k => !k.IsZero)
            .Concat(Random(CurveModel.N, 1000)))
        {
            byte[] number = k.ToByteArray(isUnsigned: true, isBigEndian: true);
            using var pair = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256, D = [.. new byte[32 - number.Length], .. number],
            });
            var expected = new BigInteger(
                pair.ExportParameters(includePrivateParameters: false).Q.X, isUnsigned: true,
                isBigEndian: true);
            multiplier.MultiplyX(CurveModel.Limbs(k), x);
            Assert.AreEqual(expected, CurveModel.Value(x), k.ToString("x"));
        }
    }

    [TestMethod]
    public void AScalarWhoseLastAdditionMeetsItself_GivesZero_AndNoWrongPoint()
    {
        // The first additions of table 0 and 1 in the last column are those where the sum may pass n: k for
        // which what is added last equals the sum so far, k = 2 t - n or so, is looked for and must give 0 or
        // be right.
        var multiplier = new BasePoint(CurveModel.Limbs(CurveModel.N));
        var x = new long[9];
        for (int index = 0; index < 16; index++)
        {
            BigInteger t = BigInteger.Pow(2, 208);
            for (int tooth = 0; tooth < 4; tooth++)
            {
                t += ((index >> tooth) & 1) == 1
                    ? BigInteger.Pow(2, 52 * tooth) : -BigInteger.Pow(2, 52 * tooth);
            }

            foreach (BigInteger k in new[] { 2 * t, -2 * t, CurveModel.N - (2 * t), t, CurveModel.N - t }
                .Select(k => CurveModel.Mod(k, CurveModel.N)))
            {
                multiplier.MultiplyX(CurveModel.Limbs(k), x);
                BigInteger given = CurveModel.Value(x);
                Assert.IsTrue(
                    given.IsZero || given == CurveModel.Multiply(k, CurveModel.G)!.Value.X, k.ToString("x"));
            }
        }
    }

    [TestMethod]
    public void EveryTableEntry_IsTheMultipleThatItSays_AndItsNegative()
    {
        long[] x = new long[9];
        long[] y = new long[9];
        for (int table = 0; table < 2; table++)
        {
            for (int index = 0; index < GeneratorTable.PointCount; index++)
            {
                BigInteger k = BigInteger.Pow(2, 208);
                for (int tooth = 0; tooth < 4; tooth++)
                {
                    k += ((index >> tooth) & 1) == 1
                        ? BigInteger.Pow(2, 52 * tooth) : -BigInteger.Pow(2, 52 * tooth);
                }

                (BigInteger X, BigInteger Y) point =
                    CurveModel.Multiply(k << (26 * table), CurveModel.G)!.Value;
                GeneratorTable.Select(table, index, 0, x, y);
                Assert.AreEqual(CurveModel.Mod(point.X * Radix, CurveModel.P), CurveModel.Value(x));
                Assert.AreEqual(CurveModel.Mod(point.Y * Radix, CurveModel.P), CurveModel.Value(y));
                GeneratorTable.Select(table, index, -1, x, y);
                Assert.AreEqual(CurveModel.Mod(point.X * Radix, CurveModel.P), CurveModel.Value(x));
                Assert.AreEqual(-CurveModel.Mod(point.Y * Radix, CurveModel.P), CurveModel.Value(y));
            }
        }
    }

    [TestMethod]
    public void BytesAndLimbs_AreTheSameNumber_AndReductionIsCanonical()
    {
        var bytes = new byte[40];
        long[] limbs = new long[9];
        long[] work = new long[9];
        foreach (BigInteger value in Awkward(BigInteger.Pow(2, 256))
            .Concat(Random(BigInteger.Pow(2, 256), 2000)))
        {
            byte[] big = value.ToByteArray(isUnsigned: true, isBigEndian: true);
            Array.Clear(bytes);
            big.CopyTo(bytes, 36 - big.Length);
            Limbs.FromBytes(bytes, 4, limbs);
            CollectionAssert.AreEqual(CurveModel.Limbs(value), limbs);
            var written = new byte[40];
            Limbs.ToBytes(limbs, written, 4);
            CollectionAssert.AreEqual(bytes, written);
            Limbs.Reduce(limbs, CurveModel.Limbs(CurveModel.N), work);
            CollectionAssert.AreEqual(CurveModel.Limbs(CurveModel.Mod(value, CurveModel.N)), limbs);
            Assert.AreEqual(CurveModel.Mod(value, CurveModel.N).IsZero ? -1 : 0, Limbs.IsZeroMask(limbs));
            Limbs.AddScaled(limbs, CurveModel.Limbs(value), CurveModel.Limbs(CurveModel.N), -1);
            Limbs.Canonicalise(limbs, CurveModel.Limbs(CurveModel.N), work);
            CollectionAssert.AreEqual(CurveModel.Limbs(CurveModel.Mod(value, CurveModel.N)), limbs);
        }
    }

    private static void AssertCarried(long[] limbs)
    {
        for (int i = 0; i < 8; i++)
        {
            Assert.IsTrue(limbs[i] is >= 0 and < 1 << 29, $"limb {i}: {limbs[i]}");
        }

        Assert.IsTrue(Math.Abs(limbs[8]) < 1 << 29, $"last limb: {limbs[8]}");
    }

    // As Multiply may get it: carried, or the difference of two such; often at the bounds of the limbs.
    private long[] Factor()
    {
        var limbs = new long[9];
        bool isDifference = _random.Next(2) == 0;
        for (int i = 0; i < 9; i++)
        {
            long most = i == 8 ? (1 << 25) - 1 : (1 << 29) - 1;
            long limb = _random.Next(4) switch { 0 => most, 1 => 0, _ => _random.NextInt64(most + 1) };
            limbs[i] = isDifference && _random.Next(2) == 0 ? -limb : limb;
        }

        return limbs;
    }

    private IEnumerable<BigInteger> Random(BigInteger modulus, int count)
    {
        var bytes = new byte[40];
        for (int i = 0; i < count; i++)
        {
            _random.NextBytes(bytes);
            yield return CurveModel.Mod(new BigInteger(bytes, isUnsigned: true), modulus);
        }
    }

    // Small and large numbers, powers of 2 and their neighbours (limb and word bounds among them), long runs
    // of ones, and halves.
    private static IEnumerable<BigInteger> Awkward(BigInteger modulus)
    {
        var values = new SortedSet<BigInteger>();
        for (int i = 0; i < 20; i++)
        {
            values.Add(i);
            values.Add(modulus - 1 - i);
            values.Add(((modulus - 1) / 2) - 10 + i);
        }

        for (int bit = 0; bit < 256; bit++)
        {
            BigInteger power = BigInteger.Pow(2, bit);
            values.UnionWith([power - 1, power, power + 1, modulus - power, modulus - power - 1]);
        }

        return values.Where(value => value.Sign >= 0 && value < modulus);
    }
}
