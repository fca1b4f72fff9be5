// How a board with key pairs tells the shared code of them: a board without them does not load that assembly.

using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>Makes signers over a board's own that use a key pair; see Es256SignerMaker.Over.</summary>
/// <param name="inner">Makes the signer that seals.</param>
/// <param name="current">Private key; null for none.</param>
/// <param name="firstVersion">The key version of provisioning.</param>
/// <param name="previous">Private key of the version before; null for none.</param>
/// <returns>Null when a key is none.</returns>
public delegate ISignerMaker KeyPairMaker(
    ISignerMaker inner, byte[] current, byte firstVersion, byte[] previous);
