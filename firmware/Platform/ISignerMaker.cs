// What a board owes the firmware when keys are renewed: a signer over keys that came later.

namespace Pulsegate.Platform;

/// <summary>Makes the board's signers.</summary>
public interface ISignerMaker
{
    /// <summary>A signer of its own over these keys; it keeps no reference to what else the board
    /// holds.</summary>
    /// <param name="keyVersion">Version of both keys, 1 to 255.</param>
    /// <param name="upKey">Key for what goes up, 32 bytes.</param>
    /// <param name="downKey">Key for what comes down, 32 bytes.</param>
    /// <param name="previousVersion">Version before; 0 for none.</param>
    /// <param name="previousUpKey">Its key for what went up, 32 bytes; null for none.</param>
    ISigner Make(byte keyVersion, byte[] upKey, byte[] downKey, byte previousVersion, byte[] previousUpKey);
}
