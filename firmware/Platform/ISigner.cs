// What a board owes the firmware: signatures with the unit's own keys. The keys themselves never cross this
// line.

namespace Pulsegate.Platform;

/// <summary>Signs what goes up, checks what comes down: HMAC-SHA256 with separate per-device keys, by
/// version.</summary>
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
}
