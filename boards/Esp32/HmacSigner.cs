// ISigner over the native HMAC-SHA256. The keys come from the identity file and never leave this object.

using System;
using System.Security.Cryptography;
using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>Signs with the unit's keys; records sealed before the last rotation are checked with the key of
/// then. Any thread may call: nothing is kept between calls.</summary>
public sealed class HmacSigner : ISigner
{
    private const int MacLength = 32;

    private readonly byte[] _upKey;
    private readonly byte[] _downKey;
    private readonly byte _previousVersion;
    private readonly byte[] _previousUpKey;

    /// <summary>A signer.</summary>
    /// <param name="keyVersion">Version of both keys, 1 to 255.</param>
    /// <param name="upKey">Key for what goes up, 32 bytes; null when the unit has none: then nothing can be
    /// signed.</param>
    /// <param name="downKey">Key for what comes down, 32 bytes; null when the unit has none: then nothing is
    /// believed.</param>
    public HmacSigner(byte keyVersion, byte[] upKey, byte[] downKey)
        : this(keyVersion, upKey, downKey, 0, null)
    {
    }

    /// <summary>A signer after a rotation.</summary>
    /// <param name="keyVersion">Version of both keys, 1 to 255.</param>
    /// <param name="upKey">Key for what goes up, 32 bytes.</param>
    /// <param name="downKey">Key for what comes down, 32 bytes. What is signed with an older one is not
    /// believed.</param>
    /// <param name="previousVersion">Version before the rotation; 0 for none.</param>
    /// <param name="previousUpKey">Its key for what went up, to check what lies in flash; null for
    /// none.</param>
    public HmacSigner(
        byte keyVersion, byte[] upKey, byte[] downKey, byte previousVersion, byte[] previousUpKey)
    {
        KeyVersion = keyVersion;
        _upKey = upKey;
        _downKey = downKey;
        _previousVersion = previousVersion;
        _previousUpKey = previousUpKey;
    }

    /// <inheritdoc/>
    public byte KeyVersion { get; }

    /// <inheritdoc/>
    public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        => TrySignUnder(_upKey, message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
    {
        byte[] key = keyVersion == KeyVersion ? _upKey
            : keyVersion == _previousVersion ? _previousUpKey : null;
        return TrySignUnder(key, message, length, mac, macOffset);
    }

    /// <inheritdoc/>
    public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
    {
        if (keyVersion != KeyVersion || mac.Length - macOffset < MacLength)
        {
            return false;
        }

        byte[] expected = Hash(_downKey, message, length);
        if (expected == null)
        {
            return false;
        }

        // Every byte is looked at, whatever the first ones say: the time taken tells nothing about how far a
        // guess was right.
        int difference = 0;
        for (int i = 0; i < MacLength; i++)
        {
            difference |= expected[i] ^ mac[macOffset + i];
        }

        return difference == 0;
    }

    /// <inheritdoc/>
    public bool IsEs256(byte keyVersion) => false;

    /// <inheritdoc/>
    public bool TrySignEs256(
        byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
        => false;

    private static bool TrySignUnder(byte[] key, byte[] message, int length, byte[] mac, int macOffset)
    {
        byte[] hash = Hash(key, message, length);
        if (hash == null)
        {
            return false;
        }

        Array.Copy(hash, 0, mac, macOffset, MacLength);
        return true;
    }

    // The native call takes a whole array, so a message that does not fill its buffer is copied first.
    private static byte[] Hash(byte[] key, byte[] message, int length)
    {
        if (key == null)
        {
            return null;
        }

        byte[] exact = message;
        if (message.Length != length)
        {
            exact = new byte[length];
            Array.Copy(message, 0, exact, 0, length);
        }

        byte[] hash = HMACSHA256.HashData(key, exact);
        return hash != null && hash.Length == MacLength ? hash : null;
    }
}
