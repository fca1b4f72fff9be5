// Storage of a unit that has no identity yet: it keeps nothing, because what it would keep could never be
// signed or placed.

using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>Storage that refuses everything at once.</summary>
public sealed class NoStorage : IStorage
{
    /// <inheritdoc/>
    public int CapacityBytes => 0;

    /// <inheritdoc/>
    public string[] List() => null;

    /// <inheritdoc/>
    public int Length(string name) => -1;

    /// <inheritdoc/>
    public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count) => -1;

    /// <inheritdoc/>
    public bool TryAppend(string name, byte[] data, int offset, int count) => false;

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] data, int offset, int count) => false;

    /// <inheritdoc/>
    public bool TryDelete(string name) => false;
}
