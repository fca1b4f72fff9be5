// Keys for tests: one up and one down key by version, each derived from a byte, on both sides of the wire.

using System.Security.Cryptography;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Signing;

namespace Pulsegate.Tests.Batch;

/// <summary>Signer of one device and keyring of its backend.</summary>
internal sealed class TestKeys(string device) : ISigner, IKeyring
{
    public const string Device = "pg-0001";

    public TestKeys()
        : this(Device)
    {
    }

    private readonly Es256 _es256 = new(PrivateKey);

    public byte KeyVersion { get; set; } = 1;

    /// <summary>When true every signature fails, as a native call may.</summary>
    public bool IsBroken { get; set; }

    /// <summary>True when what goes up is signed with ES256, under a private key that says 1, 2, ...
    /// 32.</summary>
    public bool IsSigningWithEs256 { get; set; }

    /// <summary>When true no ES256 signature comes.</summary>
    public bool IsEs256Broken { get; set; }

    /// <summary>ES256 signatures asked for.</summary>
    public int SignatureCount { get; private set; }

    public static byte[] PrivateKey => [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    public static byte[] UpKey(int version)
        => [.. Enumerable.Range(0, 32).Select(i => (byte)(i + (version * 7)))];

    public static byte[] DownKey(int version)
        => [.. Enumerable.Range(0, 32).Select(i => (byte)(200 - i + version))];

    public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        => TrySignWith(KeyVersion, message, length, mac, macOffset);

    public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
    {
        if (IsBroken)
        {
            return false;
        }

        HMACSHA256.HashData(UpKey(keyVersion), message.AsSpan(0, length), mac.AsSpan(macOffset, 32));
        return true;
    }

    public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        => CryptographicOperations.FixedTimeEquals(
            HMACSHA256.HashData(DownKey(keyVersion), message.AsSpan(0, length)), mac.AsSpan(macOffset, 32));

    public bool IsEs256(byte keyVersion) => IsSigningWithEs256;

    public bool TrySignEs256(
        byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
    {
        SignatureCount++;
        return !IsEs256Broken && _es256.TrySign(message, length, signature, signatureOffset);
    }

    public bool TryGetUpKey(string forDevice, int version, out UpKey? key)
    {
        key = IsSigningWithEs256 ? new PublicUpKey(PublicKeyInfo()) : new SharedUpKey(UpKey(version));
        return forDevice == device && version <= 3;
    }

    public bool TryGetDownKey(string forDevice, out int version, out byte[] key)
    {
        version = 1;
        key = DownKey(1);
        return forDevice == device;
    }

    public bool TryGetDownKey(string forDevice, int version, out byte[] key)
    {
        key = DownKey(version);
        return forDevice == device && version <= 3;
    }

    /// <summary>The public half of <see cref="PrivateKey"/>.</summary>
    public static byte[] PublicKeyInfo()
    {
        using var pair =
            ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = PrivateKey });
        return pair.ExportSubjectPublicKeyInfo();
    }
}
