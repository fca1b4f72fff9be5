// How the keys of the next version come: under a key that only this unit and the provisioning station hold,
// so that neither the broker nor whoever has the ingest's keyring can read or make them. NIST SP 800-108 rev.
// 1, 4.1: KDF in counter mode with HMAC-SHA256 (32-bit counter and length) gives 96 bytes, with which the
// keys are masked once and never again (the label names unit and both versions, and a version's keys never
// change), and a key for an HMAC-SHA256 over the masked keys. HMAC is all that the device has natively and
// needs.

using System;
using Pulsegate.Platform;

namespace Pulsegate.Renewal;

/// <summary>Opens wrapped keys.</summary>
internal static class KeyWrap
{
    /// <summary>Bytes of wrapped keys: masked keys, then their MAC.</summary>
    public const int Length = KeySet.Length + MacLength;

    /// <summary>First part of what the derivation is bound to.</summary>
    public const string Label = "pulsegate-rotate";

    private const int MacLength = 32;
    private const int BlockCount = (KeySet.Length / MacLength) + 1;
    private const int BitCount = BlockCount * MacLength * 8;

    /// <summary>Opens the keys of a version.</summary>
    /// <param name="maker">Makes the signer that hashes.</param>
    /// <param name="device">Device id.</param>
    /// <param name="current">Keys in use; they have a wrapping key.</param>
    /// <param name="version">Version of the keys that come.</param>
    /// <param name="wrapped"><see cref="Length"/> bytes.</param>
    /// <returns>Null when they are not for this unit, these versions and this wrapping key, or hashing
    /// failed.</returns>
    public static KeySet Open(ISignerMaker maker, string device, KeySet current, byte version, byte[] wrapped)
    {
        if (wrapped == null || wrapped.Length != Length)
        {
            return null;
        }

        ISigner kdf = maker.Make(current.Version, current.WrapKey, current.WrapKey, 0, null);
        byte[] input = Input(device, current.Version, version);
        var derived = new byte[BlockCount * MacLength];
        for (int i = 0; i < BlockCount; i++)
        {
            input[3] = (byte)(i + 1);
            if (!kdf.TrySign(input, input.Length, derived, i * MacLength))
            {
                return null;
            }
        }

        // VerifyDown compares in constant time, which is why the MAC is checked through it.
        byte[] macKey = KeySet.Copy(derived, KeySet.Length);
        if (!maker.Make(version, macKey, macKey, 0, null)
            .VerifyDown(version, wrapped, KeySet.Length, wrapped, KeySet.Length))
        {
            return null;
        }

        for (int i = 0; i < KeySet.Length; i++)
        {
            derived[i] ^= wrapped[i];
        }

        return KeySet.Read(version, derived, 0);
    }

    // SP 800-108: [i] || Label || 0x00 || Context || [L]; the context is device, 0x00, both versions.
    private static byte[] Input(string device, byte from, byte to)
    {
        var input = new byte[4 + Label.Length + 1 + device.Length + 3 + 4];
        int at = Put(input, 4, Label) + 1;
        at = Put(input, at, device) + 1;
        input[at] = from;
        input[at + 1] = to;
        input[at + 4] = BitCount >> 8;
        input[at + 5] = BitCount & 0xFF;
        return input;
    }

    private static int Put(byte[] bytes, int at, string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            bytes[at + i] = (byte)text[i];
        }

        return at + text.Length;
    }
}
