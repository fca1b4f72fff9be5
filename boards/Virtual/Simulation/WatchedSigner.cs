// The unit's signer, with a window: what is signed while a step seals is kept, so that the ledger knows each
// record's bytes without knowing how they lie in flash.

using Pulsegate.Platform;

namespace Pulsegate.Virtual.Simulation;

/// <summary>Passes everything on and keeps what was signed.</summary>
/// <param name="inner">The unit's own signer.</param>
internal sealed class WatchedSigner(ISigner inner) : ISigner
{
    private const int MacLength = 32;

    /// <summary>True while records are being sealed.</summary>
    public bool IsWatching { get; set; }

    /// <summary>JWS texts signed while watching, oldest first. The owner clears it.</summary>
    public List<byte[]> Signed { get; } = [];

    /// <inheritdoc/>
    public byte KeyVersion => inner.KeyVersion;

    /// <inheritdoc/>
    public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        => inner.TrySign(message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
    {
        bool isSigned = inner.TrySignWith(keyVersion, message, length, mac, macOffset);
        if (isSigned && IsWatching)
        {
            string macText = System.Buffers.Text.Base64Url.EncodeToString(mac.AsSpan(macOffset, MacLength));
            Signed.Add(
                [.. message.AsSpan(0, length), (byte)'.', .. System.Text.Encoding.ASCII.GetBytes(macText)]);
        }

        return isSigned;
    }

    /// <inheritdoc/>
    public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        => inner.VerifyDown(keyVersion, message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool IsEs256(byte keyVersion) => inner.IsEs256(keyVersion);

    /// <inheritdoc/>
    public bool TrySignEs256(
        byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
        => inner.TrySignEs256(keyVersion, message, length, signature, signatureOffset);
}
