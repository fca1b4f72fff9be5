// The key pair of a device that signs with ES256, derived from the master as its other keys are, so that a
// rotation can give the unit its previous one again and the station keeps no list of secrets. The private
// half is 1 + HMAC-SHA512(master, label 0x00 device 0x00 version) mod (n - 1): 256 bits more than needed
// leave no bias
// (FIPS 186-5, A.2.1).

using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Pulsegate.Provisioning;

/// <summary>A key pair on P-256.</summary>
/// <param name="PrivateKey">32 bytes, most significant first; for the unit alone.</param>
/// <param name="PublicKeyInfo">The public half in DER (SubjectPublicKeyInfo), for the keyring.</param>
public sealed record SigningKeyPair(byte[] PrivateKey, byte[] PublicKeyInfo)
{
    private const string Label = "pulsegate-es256";

    // Order of the generator of P-256 (SP 800-186, 3.2.1.3).
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Derives the key pair of a device and version.</summary>
    public static SigningKeyPair Derive(byte[] master, string device, int version)
    {
        byte[] input = Encoding.ASCII.GetBytes(Label + "\0" + device + "\0?");
        input[^1] = (byte)version;
        var wide = new BigInteger(HMACSHA512.HashData(master, input), isUnsigned: true, isBigEndian: true);
        byte[] number = (1 + BigInteger.Remainder(wide, Order - 1))
            .ToByteArray(isUnsigned: true, isBigEndian: true);
        var privateKey = new byte[DeviceKeys.KeySize];
        number.CopyTo(privateKey, privateKey.Length - number.Length);
        using var pair =
            ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = privateKey });
        return new SigningKeyPair(privateKey, pair.ExportSubjectPublicKeyInfo());
    }
}
