using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>Makes the board's signers.</summary>
public sealed class HmacSignerMaker : ISignerMaker
{
    /// <inheritdoc/>
    public ISigner Make(
        byte keyVersion, byte[] upKey, byte[] downKey, byte previousVersion, byte[] previousUpKey)
        => new HmacSigner(keyVersion, upKey, downKey, previousVersion, previousUpKey);
}
