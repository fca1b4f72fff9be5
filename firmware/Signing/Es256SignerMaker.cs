using Pulsegate.Platform;

namespace Pulsegate.Signing;

/// <summary>Makes the signers of a unit with a key pair: the board's, with the pair above them.</summary>
public sealed class Es256SignerMaker : ISignerMaker
{
    private readonly ISignerMaker _inner;
    private readonly Es256 _current;
    private readonly byte _firstVersion;
    private readonly Es256 _previous;

    /// <summary>A maker; the last three as for <see cref="Es256Signer"/>.</summary>
    public Es256SignerMaker(ISignerMaker inner, Es256 current, byte firstVersion, Es256 previous)
    {
        _inner = inner;
        _current = current;
        _firstVersion = firstVersion;
        _previous = previous;
    }

    /// <summary>A maker over the keys themselves.</summary>
    /// <param name="inner">Makes the signer that seals.</param>
    /// <param name="current">Private key, 32 bytes; null as for <see cref="Es256Signer"/>.</param>
    /// <param name="firstVersion">The version of provisioning.</param>
    /// <param name="previous">Private key, 32 bytes; null as for <see cref="Es256Signer"/>.</param>
    /// <returns>Null when one of them is no private key of P-256.</returns>
    public static ISignerMaker Over(ISignerMaker inner, byte[] current, byte firstVersion, byte[] previous)
    {
        if ((current != null && !Es256.IsPrivateKey(current))
            || (previous != null && !Es256.IsPrivateKey(previous)))
        {
            return null;
        }

        return new Es256SignerMaker(
            inner, current == null ? null : new Es256(current), firstVersion,
            previous == null ? null : new Es256(previous));
    }

    /// <inheritdoc/>
    public ISigner Make(
        byte keyVersion, byte[] upKey, byte[] downKey, byte previousVersion, byte[] previousUpKey)
        => new Es256Signer(
            _inner.Make(keyVersion, upKey, downKey, previousVersion, previousUpKey), _current, _firstVersion,
            _previous);
}
