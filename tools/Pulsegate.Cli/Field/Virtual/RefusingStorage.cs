using Pulsegate.Platform;

namespace Pulsegate.Cli.Field.Virtual;

/// <summary>Flash that refuses everything: of a unit without an identity, or one that is broken.</summary>
internal sealed class RefusingStorage : IStorage
{
    /// <inheritdoc/>
    public int CapacityBytes => 0;

    /// <inheritdoc/>
    public string[]? List() => null;

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
