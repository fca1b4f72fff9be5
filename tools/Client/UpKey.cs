// What the backend checks a device's messages with. The algorithm belongs to the key, never to the message: a
// message that names another one is refused before anything is computed, so that a public key can never be
// taken for the secret of an HMAC.

using System.Security.Cryptography;

namespace Pulsegate.Client;

/// <summary>A device's key of one version. Immutable, so safe for any number of threads.</summary>
public abstract class UpKey
{
    /// <summary>The one value of <c>alg</c> that is good with this key.</summary>
    public abstract string Algorithm { get; }

    /// <summary>True when the signature is this key's for the input.</summary>
    internal abstract bool Verify(ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature);
}

/// <summary>A secret that device and backend share: HS256.</summary>
/// <param name="secret">32 bytes.</param>
public sealed class SharedUpKey(byte[] secret) : UpKey
{
    /// <inheritdoc/>
    public override string Algorithm => "HS256";

    // The length of a MAC is public; its bytes are compared in constant time.
    internal override bool Verify(ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
        => CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, input), signature);
}

/// <summary>The public half of a device's key pair: ES256.</summary>
public sealed class PublicUpKey : UpKey
{
    private const int SignatureSize = 64;
    private const string P256 = "1.2.840.10045.3.1.7";
    private readonly ECParameters _point;

    /// <summary>A public key.</summary>
    /// <param name="subjectPublicKeyInfo">The key in DER, as SubjectPublicKeyInfo (RFC 5480), named curve
    /// P-256.</param>
    /// <exception cref="CryptographicException">Not that, something after it, or a point that is not on the
    /// curve.</exception>
    public PublicUpKey(byte[] subjectPublicKeyInfo)
    {
        using var key = ECDsa.Create();
        int length;
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out length);
        }
        catch (PlatformNotSupportedException e)
        {
            throw new CryptographicException("not a public key on a known curve", e);
        }

        ECParameters point = key.ExportParameters(includePrivateParameters: false);
        if (length != subjectPublicKeyInfo.Length || point.Curve.Oid.Value != P256)
        {
            throw new CryptographicException("not a public key on P-256");
        }

        _point = point;
    }

    /// <inheritdoc/>
    public override string Algorithm => "ES256";

    internal override bool Verify(ReadOnlySpan<byte> input, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize)
        {
            return false;   // r and s, 32 bytes each, and no other form
        }

        using var key = ECDsa.Create(_point);
        return key.VerifyData(
            input, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
