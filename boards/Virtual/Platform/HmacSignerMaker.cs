using Pulsegate.Platform;

namespace Pulsegate.Virtual.Platform;

/// <summary>Makes the host's signers.</summary>
public sealed class HmacSignerMaker : ISignerMaker
{
    /// <inheritdoc/>
    public ISigner Make(
        byte keyVersion, byte[] upKey, byte[] downKey, byte previousVersion, byte[] previousUpKey)
        => new HmacSigner(keyVersion, upKey, downKey, previousVersion, previousUpKey);
}
