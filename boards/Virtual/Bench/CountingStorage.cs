using Pulsegate.Platform;

namespace Pulsegate.Virtual.Bench;

/// <summary>Counts every byte that is written through it.</summary>
/// <param name="inner">Where the bytes go.</param>
internal sealed class CountingStorage(IStorage inner) : IStorage
{
    /// <summary>Bytes handed to Append and Write so far.</summary>
    public long BytesWritten { get; private set; }

    /// <inheritdoc/>
    public int CapacityBytes => inner.CapacityBytes;

    /// <inheritdoc/>
    public string[] List() => inner.List();

    /// <inheritdoc/>
    public int Length(string name) => inner.Length(name);

    /// <inheritdoc/>
    public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
        => inner.Read(name, fileOffset, buffer, bufferOffset, count);

    /// <inheritdoc/>
    public bool TryAppend(string name, byte[] data, int offset, int count)
    {
        BytesWritten += count;
        return inner.TryAppend(name, data, offset, count);
    }

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] data, int offset, int count)
    {
        BytesWritten += count;
        return inner.TryWrite(name, data, offset, count);
    }

    /// <inheritdoc/>
    public bool TryDelete(string name) => inner.TryDelete(name);
}
