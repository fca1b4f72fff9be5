// The second signer: a unit with a key pair seals with its HMAC keys as every unit does, at once and in the
// acquisition loop, and signs what it sends with ES256, later and in the uplink.

using Pulsegate.Platform;

namespace Pulsegate.Signing;

/// <summary>An ISigner over the board's HMAC signer. The ES256 members are for one thread, the others as in
/// the one below.</summary>
public sealed class Es256Signer : ISigner
{
    private readonly ISigner _inner;
    private readonly Es256 _current;
    private readonly byte _firstVersion;
    private readonly Es256 _previous;

    /// <summary>A signer.</summary>
    /// <param name="inner">Seals, and checks what comes down.</param>
    /// <param name="current">Signs what was sealed under the version of provisioning and later ones, which
    /// came over the air and leave the key pair as it is; null when that goes up with HS256.</param>
    /// <param name="firstVersion">The version of provisioning.</param>
    /// <param name="previous">Signs what was sealed under the version before it; null when that goes up with
    /// HS256.</param>
    public Es256Signer(ISigner inner, Es256 current, byte firstVersion, Es256 previous)
    {
        _inner = inner;
        _current = current;
        _firstVersion = firstVersion;
        _previous = previous;
    }

    /// <inheritdoc/>
    public byte KeyVersion => _inner.KeyVersion;

    /// <inheritdoc/>
    public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        => _inner.TrySign(message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        => _inner.TrySignWith(keyVersion, message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        => _inner.VerifyDown(keyVersion, message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool IsEs256(byte keyVersion) => KeyOf(keyVersion) != null;

    /// <inheritdoc/>
    public bool TrySignEs256(
        byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
    {
        Es256 key = KeyOf(keyVersion);
        return key != null && key.TrySign(message, length, signature, signatureOffset);
    }

    private Es256 KeyOf(byte keyVersion)
        => keyVersion >= _firstVersion ? _current : _previous;
}
