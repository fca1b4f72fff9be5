// ISigner over .NET's HMAC-SHA256, as the device uses its native one.

using System.Security.Cryptography;
using Pulsegate.Platform;

namespace Pulsegate.Virtual.Platform;

/// <summary>Signs with the keys of a virtual unit.</summary>
/// <param name="keyVersion">Version of both keys, 1 to 255.</param>
/// <param name="upKey">Key for what goes up, 32 bytes.</param>
/// <param name="downKey">Key for what comes down, 32 bytes.</param>
public sealed class HmacSigner(byte keyVersion, byte[] upKey, byte[] downKey) : ISigner
{
    private const int MacLength = 32;

    /// <inheritdoc/>
    public byte KeyVersion => keyVersion;

    /// <inheritdoc/>
    public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        => HMACSHA256.TryHashData(upKey, message.AsSpan(0, length), mac.AsSpan(macOffset, MacLength), out _);

    /// <inheritdoc/>
    public bool TrySignWith(byte version, byte[] message, int length, byte[] mac, int macOffset)
        => version == keyVersion && TrySign(message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool VerifyDown(byte version, byte[] message, int length, byte[] mac, int macOffset)
    {
        Span<byte> expected = stackalloc byte[MacLength];
        return version == keyVersion
            && HMACSHA256.TryHashData(downKey, message.AsSpan(0, length), expected, out _)
            && CryptographicOperations.FixedTimeEquals(expected, mac.AsSpan(macOffset, MacLength));
    }
}
