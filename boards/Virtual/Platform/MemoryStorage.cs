using Pulsegate.Platform;

namespace Pulsegate.Virtual.Platform;

/// <summary>Storage in memory, for runs that leave nothing behind.</summary>
/// <param name="capacityBytes">What the firmware may fill.</param>
public sealed class MemoryStorage(int capacityBytes = 2 * 1024 * 1024 / 10 * 6) : IStorage
{
    private readonly Dictionary<string, byte[]> _files = [];

    /// <inheritdoc/>
    public int CapacityBytes => capacityBytes;

    /// <inheritdoc/>
    public string[] List() => [.. _files.Keys];

    /// <inheritdoc/>
    public int Length(string name) => _files.TryGetValue(name, out byte[]? content) ? content.Length : -1;

    /// <inheritdoc/>
    public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
    {
        if (!_files.TryGetValue(name, out byte[]? content))
        {
            return -1;
        }

        int readCount = Math.Clamp(content.Length - fileOffset, 0, count);
        Array.Copy(content, Math.Min(fileOffset, content.Length), buffer, bufferOffset, readCount);
        return readCount;
    }

    /// <inheritdoc/>
    public bool TryAppend(string name, byte[] data, int offset, int count)
    {
        _files[name] = [.. _files.GetValueOrDefault(name, []), .. data.AsSpan(offset, count)];
        return true;
    }

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] data, int offset, int count)
    {
        _files[name] = data[offset..(offset + count)];
        return true;
    }

    /// <inheritdoc/>
    public bool TryDelete(string name)
    {
        _files.Remove(name);
        return true;
    }
}
