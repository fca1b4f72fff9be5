// P-256 in BigInteger, by the textbook and slow: what the tests hold the firmware's arithmetic against.

using System.Globalization;
using System.Numerics;

namespace Pulsegate.Tests.Signing;

/// <summary>The curve y^2 = x^3 - 3x + b over p (SP 800-186, 3.2.1.3), affine.</summary>
internal static class CurveModel
{
    public static readonly BigInteger P =
        Hex("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");

    public static readonly BigInteger N =
        Hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

    public static readonly (BigInteger X, BigInteger Y) G = (
        Hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
        Hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"));

    public static BigInteger Hex(string text)
        => BigInteger.Parse("0" + text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static BigInteger Mod(BigInteger value, BigInteger modulus)
    {
        BigInteger rest = BigInteger.Remainder(value, modulus);
        return rest.Sign < 0 ? rest + modulus : rest;
    }

    /// <summary>k times a point; null is the point at infinity.</summary>
    public static (BigInteger X, BigInteger Y)? Multiply(BigInteger k, (BigInteger X, BigInteger Y) point)
    {
        (BigInteger X, BigInteger Y)? sum = null;
        (BigInteger X, BigInteger Y)? power = point;
        for (k = Mod(k, N); k > 0; k >>= 1)
        {
            sum = k.IsEven ? sum : Add(sum, power);
            power = Add(power, power);
        }

        return sum;
    }

    /// <summary>A number as nine limbs of 29 bits.</summary>
    public static long[] Limbs(BigInteger value)
    {
        var limbs = new long[9];
        for (int i = 0; i < 9; i++)
        {
            limbs[i] = (long)(value & ((1 << 29) - 1));
            value >>= 29;
        }

        return limbs;
    }

    /// <summary>What limbs stand for, negative ones included.</summary>
    public static BigInteger Value(long[] limbs)
    {
        BigInteger value = 0;
        for (int i = 8; i >= 0; i--)
        {
            value = (value << 29) + limbs[i];
        }

        return value;
    }

    private static (BigInteger X, BigInteger Y)? Add(
        (BigInteger X, BigInteger Y)? a, (BigInteger X, BigInteger Y)? b)
    {
        if (a is not { } first)
        {
            return b;
        }

        if (b is not { } second)
        {
            return a;
        }

        if (first.X == second.X && first.Y != second.Y)
        {
            return null;
        }

        BigInteger slope = first == second
            ? (3 * first.X * first.X - 3) * Inverse(2 * first.Y)
            : (second.Y - first.Y) * Inverse(second.X - first.X);
        BigInteger x = Mod(slope * slope - first.X - second.X, P);
        return (x, Mod(slope * (first.X - x) - first.Y, P));
    }

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(Mod(value, P), P - 2, P);
}
