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

    /// <inheritdoc/>
    public ISigner Make(
        byte keyVersion, byte[] upKey, byte[] downKey, byte previousVersion, byte[] previousUpKey)
        => new Es256Signer(
            _inner.Make(keyVersion, upKey, downKey, previousVersion, previousUpKey), _current, _firstVersion, _previous);
}
