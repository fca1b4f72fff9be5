// What a board owes the firmware: signatures with the unit's own keys. The keys themselves never cross this
// line.

namespace Pulsegate.Platform;

/// <summary>Seals records, signs what goes up, checks what comes down, with separate per-device keys by
/// version. What is sealed or comes down bears an HMAC-SHA256; what goes up bears it too, or an ES256
/// signature where the unit has a key pair.</summary>
public interface ISigner
{
    /// <summary>Version (1 to 255) of the key that <see cref="TrySign"/> uses.</summary>
    byte KeyVersion { get; }

    /// <summary>
    /// Writes the 32-byte HMAC-SHA256 of <c>message[0..length)</c> under the current up key to <paramref
    /// name="mac"/> at
    /// <paramref name="macOffset"/>. Blocks for native hashing (well under 1 ms a KB); allocates, as the
    /// native call asks.
    /// </summary>
    /// <returns>False when there is no key or the native call failed; nothing is written then.</returns>
    bool TrySign(byte[] message, int length, byte[] mac, int macOffset);

    /// <summary>As <see cref="TrySign"/> with an older up key, to check a record that was sealed before a
    /// rotation.</summary>
    bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset);

    /// <summary>True when <c>mac[macOffset..+32)</c> is the HMAC of <c>message[0..length)</c> under the down
    /// key of that version. Compares in constant time.</summary>
    bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset);

    /// <summary>True when what was sealed with that key version goes up signed with ES256, false for
    /// HS256.</summary>
    bool IsEs256(byte keyVersion);

    /// <summary>
    /// Writes the 64-byte ES256 signature (r, s) of <c>message[0..length)</c> to <paramref name="signature"/>
    /// at <paramref name="signatureOffset"/>; the same bytes for the same message and version. May take a
    /// second on a device: for the uplink's thread only, one call at a time.
    /// </summary>
    /// <returns>False when that version has no such key or a native call failed; nothing is written
    /// then.</returns>
    bool TrySignEs256(
        byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset);
}
