// A storage somebody can damage while the firmware works with it: between two of its calls, never within one.

using Pulsegate.Platform;

namespace Pulsegate.Virtual.Storage;

/// <summary>Another storage, and bits that flip in it.</summary>
/// <param name="storage">The storage.</param>
public sealed class SpoiledStorage(IStorage storage) : IStorage
{
    /// <summary>Bytes in a row that are spoiled at once.</summary>
    public const int SpoiledLength = 32;

    private const int Flipped = 0x55;
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public int CapacityBytes => storage.CapacityBytes;

    /// <inheritdoc/>
    public string[]? List() => Alone(storage.List);

    /// <inheritdoc/>
    public int Length(string name) => Alone(() => storage.Length(name));

    /// <inheritdoc/>
    public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
        => Alone(() => storage.Read(name, fileOffset, buffer, bufferOffset, count));

    /// <inheritdoc/>
    public bool TryAppend(string name, byte[] data, int offset, int count)
        => Alone(() => storage.TryAppend(name, data, offset, count));

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] data, int offset, int count)
        => Alone(() => storage.TryWrite(name, data, offset, count));

    /// <inheritdoc/>
    public bool TryDelete(string name) => Alone(() => storage.TryDelete(name));

    /// <summary>Flips bits near the end of a file, behind the firmware's back: in the newest of what it
    /// holds.</summary>
    /// <param name="bytesBeforeEnd">How far before the end of the file the first of them lies.</param>
    /// <returns>False when there is no such file, or it is shorter.</returns>
    public bool TrySpoil(string name, int bytesBeforeEnd) => Alone(() =>
    {
        int length = storage.Length(name);
        var content = new byte[Math.Max(0, length)];
        int first = length - bytesBeforeEnd;
        if (first < 0 || storage.Read(name, 0, content, 0, length) != length)
        {
            return false;
        }

        for (int i = first; i < Math.Min(length, first + SpoiledLength); i++)
        {
            content[i] ^= Flipped;
        }

        return storage.TryWrite(name, content, 0, length);
    });

    private T Alone<T>(Func<T> call)
    {
        lock (_gate)
        {
            return call();
        }
    }
}
