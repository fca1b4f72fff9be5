namespace Pulsegate.Virtual.Storage;

/// <summary>One call that changes the folder, before it has done so.</summary>
/// <param name="Name">File.</param>
/// <param name="Before">Its content before; null when it is not there.</param>
/// <param name="After">Its content afterwards; null when it is deleted.</param>
/// <param name="KeptBytes">Bytes at the start that the call does not touch: what an append leaves
/// alone.</param>
public sealed record StorageOperation(string Name, byte[]? Before, byte[]? After, int KeptBytes)
{
    /// <summary>Bytes that the call writes.</summary>
    public int WrittenBytes => (After?.Length ?? 0) - KeptBytes;
}
