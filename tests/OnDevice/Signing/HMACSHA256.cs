// The platform's HMAC for a runtime that has none in native code: RFC 2104 over the unit's own SHA-256. In
// tests only.

using Pulsegate.Signing;

namespace System.Security.Cryptography;

/// <summary>As the platform's class of this name, as far as the firmware uses it.</summary>
public sealed class HMACSHA256
{
    private const int BlockLength = 64;

    /// <summary>The HMAC of <paramref name="source"/> under a key of at most 64 bytes.</summary>
    public static byte[] HashData(byte[] key, byte[] source)
    {
        var hasher = new Sha256();
        var inner = new byte[BlockLength + source.Length];
        var outer = new byte[BlockLength + Sha256.HashLength];
        for (int i = 0; i < BlockLength; i++)
        {
            byte part = i < key.Length ? key[i] : (byte)0;
            inner[i] = (byte)(part ^ 0x36);
            outer[i] = (byte)(part ^ 0x5C);
        }

        Array.Copy(source, 0, inner, BlockLength, source.Length);
        var hash = new byte[Sha256.HashLength];
        hasher.Compute(inner, inner.Length, hash);
        Array.Copy(hash, 0, outer, BlockLength, hash.Length);
        var mac = new byte[Sha256.HashLength];
        hasher.Compute(outer, outer.Length, mac);
        return mac;
    }
}
