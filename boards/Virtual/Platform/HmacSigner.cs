// ISigner over .NET's HMAC-SHA256, as the device uses its native one.

using System.Security.Cryptography;
using Pulsegate.Platform;

namespace Pulsegate.Virtual.Platform;

/// <summary>Signs with the keys of a virtual unit.</summary>
/// <param name="keyVersion">Version of both keys, 1 to 255.</param>
/// <param name="upKey">Key for what goes up, 32 bytes.</param>
/// <param name="downKey">Key for what comes down, 32 bytes.</param>
/// <param name="previousVersion">Version before the last rotation; 0 for none.</param>
/// <param name="previousUpKey">Its key for what went up; null for none.</param>
public sealed class HmacSigner(
    byte keyVersion, byte[] upKey, byte[] downKey, byte previousVersion = 0, byte[]? previousUpKey = null)
        : ISigner
{
    private const int MacLength = 32;

    /// <inheritdoc/>
    public byte KeyVersion => keyVersion;

    /// <inheritdoc/>
    public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        => Sign(upKey, message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool TrySignWith(byte version, byte[] message, int length, byte[] mac, int macOffset)
        => version == keyVersion ? Sign(upKey, message, length, mac, macOffset)
            : previousUpKey is not null && version == previousVersion
                && Sign(previousUpKey, message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool VerifyDown(byte version, byte[] message, int length, byte[] mac, int macOffset)
    {
        Span<byte> expected = stackalloc byte[MacLength];
        return version == keyVersion
            && HMACSHA256.TryHashData(downKey, message.AsSpan(0, length), expected, out _)
            && CryptographicOperations.FixedTimeEquals(expected, mac.AsSpan(macOffset, MacLength));
    }

    /// <inheritdoc/>
    public bool IsEs256(byte version) => false;

    /// <inheritdoc/>
    public bool TrySignEs256(
        byte version, byte[] message, int length, byte[] signature, int signatureOffset)
        => false;

    private static bool Sign(byte[] key, byte[] message, int length, byte[] mac, int macOffset)
        => HMACSHA256.TryHashData(key, message.AsSpan(0, length), mac.AsSpan(macOffset, MacLength), out _);
}
