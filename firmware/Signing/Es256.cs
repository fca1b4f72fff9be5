// ES256 (RFC 7518, 3.4): ECDSA on P-256 with SHA-256, signing only. Ours, because nothing on this platform
// has it: nanoFramework offers HMAC and AES in native code, its TLS keeps mbedTLS to itself, and the
// libraries of .NET need generics, BigInteger or Span. What verifies is .NET's, PyJWT's or openssl's.
//
// A key lives for years and signs every minute, so the time a signature takes must tell nothing about it: the
// same instructions run for every key and message, up to the length of the message (Es256CostTests counts
// them), and no place in memory is chosen by a secret. What is beyond that, power and radiation, is not
// defended against: whoever holds the unit can read its flash.
//
// s is left as it comes, also above n / 2: JWS does not ask for the lower of the two, and the vectors of RFC
// 6979 have both. A third party can make the other signature out of one, but no signature of another message.

using System;

namespace Pulsegate.Signing;

/// <summary>Signs with one private key. Allocates nothing but what the native HMAC returns; not
/// thread-safe.</summary>
public sealed class Es256
{
    /// <summary>Bytes of a private key, most significant first.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of a signature: r, then s, each 32 bytes, most significant first.</summary>
    public const int SignatureLength = 64;

    /// <summary>Nonces tried at most. One in 2^32 is out of range.</summary>
    public const int NonceCountMax = 8;

    private readonly ScalarField _field = new ScalarField();
    private readonly Sha256 _hasher = new Sha256();
    private readonly BasePoint _basePoint;
    private readonly ModularInverse _inverse;
    private readonly DeterministicNonce _nonce;
    private readonly long[] _privateKey = new long[Limbs.Count];   // times 2^261
    private readonly long[] _k = new long[Limbs.Count];
    private readonly long[] _r = new long[Limbs.Count];
    private readonly long[] _s = new long[Limbs.Count];
    private readonly long[] _work = new long[Limbs.Count];
    private readonly long[] _hashLimbs = new long[Limbs.Count];
    private readonly byte[] _hash = new byte[Sha256.HashLength];

    /// <summary>A signer.</summary>
    /// <param name="privateKey">32 bytes that <see cref="IsPrivateKey"/> accepts.</param>
    /// <exception cref="ArgumentException">They are not a private key.</exception>
    public Es256(byte[] privateKey)
    {
        if (!IsPrivateKey(privateKey))
        {
            throw new ArgumentException("not a private key of P-256");
        }

        _basePoint = new BasePoint(_field.Order);
        _inverse = new ModularInverse(_field.Order, ScalarField.NegativeInverse);
        _nonce = new DeterministicNonce(privateKey);
        Limbs.FromBytes(privateKey, 0, _privateKey);
        _field.Multiply(_privateKey, _privateKey, _field.SquaredRadix);
    }

    /// <summary>True for 32 bytes that say 1 to n - 1.</summary>
    public static bool IsPrivateKey(byte[] bytes)
    {
        if (bytes == null || bytes.Length != KeyLength)
        {
            return false;
        }

        var value = new long[Limbs.Count];
        Limbs.FromBytes(bytes, 0, value);
        return IsInRange(value, new ScalarField().Order, new long[Limbs.Count]);
    }

    /// <summary>Writes the signature of <c>message[0..length)</c> to <paramref name="signature"/> at
    /// <paramref name="offset"/>; always the same for the same message. Blocks for under a million IL
    /// instructions: some tenths of a second to a second on an ESP32, in slices of 20 ms beside the other
    /// threads.</summary>
    /// <returns>False when the native HMAC failed, and, never seen, when no nonce of
    /// <see cref="NonceCountMax"/> was good; nothing is written then.</returns>
    public bool TrySign(byte[] message, int length, byte[] signature, int offset)
    {
        _hasher.Compute(message, length, _hash);
        Limbs.FromBytes(_hash, 0, _hashLimbs);
        Limbs.Reduce(_hashLimbs, _field.Order, _work);
        Limbs.ToBytes(_hashLimbs, _hash, 0);
        if (!_nonce.TryBegin(_hash))
        {
            return false;
        }

        for (int i = 0; i < NonceCountMax; i++)
        {
            _nonce.Read(_k);
            if (IsInRange(_k, _field.Order, _work) && TrySignWithNonce(_hashLimbs, _k, signature, offset))
            {
                return true;
            }

            if (!_nonce.TryNext())
            {
                return false;
            }
        }

        return false;
    }

    // r = x(k G) mod n, s = (hash + r d) / k mod n; neither may be 0. k is overwritten.
    internal bool TrySignWithNonce(long[] hash, long[] k, byte[] signature, int offset)
    {
        long[] order = _field.Order;
        _basePoint.MultiplyX(k, _r);
        Limbs.Reduce(_r, order, _work);
        _field.Multiply(_s, _r, _privateKey);
        Limbs.AddScaled(_s, _s, hash, 1);
        _inverse.Invert(k, k);
        _field.Multiply(_s, _s, k);
        _field.Multiply(_s, _s, _field.SquaredRadix);
        Limbs.Canonicalise(_s, order, _work);
        if ((Limbs.IsZeroMask(_r) | Limbs.IsZeroMask(_s)) != 0)
        {
            return false;
        }

        Limbs.ToBytes(_r, signature, offset);
        Limbs.ToBytes(_s, signature, offset + (SignatureLength / 2));
        return true;
    }

    private static bool IsInRange(long[] value, long[] order, long[] work)
    {
        Limbs.AddScaled(work, value, order, -1);
        return ((work[Limbs.Count - 1] >> 63) & ~Limbs.IsZeroMask(value)) != 0;
    }
}
