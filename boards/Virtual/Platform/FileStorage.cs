// IStorage over a folder of the host. Every write is synchronised to the disk before it counts, as a close is
// on the device.

using Pulsegate.Platform;

namespace Pulsegate.Virtual.Platform;

/// <summary>Storage in one folder of the host's file system.</summary>
public sealed class FileStorage : IStorage, IDisposable
{
    private const string LockName = ".lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;
    private readonly FileStream _lock;

    /// <summary>Storage in a folder, made when missing.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="capacityBytes">What the firmware may fill: by default 60 % of the 2 MB partition of an 8
    /// MB board.</param>
    /// <exception cref="IOException">The folder cannot be made, or another gateway has it.</exception>
    public FileStorage(string folder, int capacityBytes = 2 * 1024 * 1024 / 10 * 6)
    {
        _folder = folder;
        CapacityBytes = capacityBytes;
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        try
        {
            _lock = new FileStream(
                PathOf(LockName), Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (File.Exists(PathOf(LockName)))
        {
            throw new IOException($"{folder} is in use by another gateway: two on one store would lose readings", exception);
        }
    }

    /// <inheritdoc/>
    public int CapacityBytes { get; }

    /// <inheritdoc/>
    public string[]? List()
    {
        try
        {
            return [.. Directory.GetFiles(_folder).Select(path => Path.GetFileName(path)).Where(name => name != LockName)];
        }
        catch (Exception exception) when (IsStorageFailure(exception))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public int Length(string name)
    {
        try
        {
            var file = new FileInfo(PathOf(name));
            return file.Exists ? checked((int)file.Length) : -1;
        }
        catch (Exception exception) when (IsStorageFailure(exception) || exception is OverflowException)
        {
            return -1;
        }
    }

    /// <inheritdoc/>
    public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
    {
        try
        {
            using FileStream file = File.OpenRead(PathOf(name));
            file.Position = fileOffset;
            return file.ReadAtLeast(buffer.AsSpan(bufferOffset, count), count, throwOnEndOfStream: false);
        }
        catch (Exception exception) when (IsStorageFailure(exception))
        {
            return -1;
        }
    }

    /// <inheritdoc/>
    public bool TryAppend(string name, byte[] data, int offset, int count)
        => TryStore(name, FileMode.Append, data, offset, count);

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] data, int offset, int count)
        => TryStore(name, FileMode.Create, data, offset, count);

    /// <inheritdoc/>
    public bool TryDelete(string name)
    {
        try
        {
            File.Delete(PathOf(name));
            return true;
        }
        catch (Exception exception) when (IsStorageFailure(exception))
        {
            return false;
        }
    }

    /// <summary>Gives the folder free for another.</summary>
    public void Dispose() => _lock.Dispose();

    private bool TryStore(string name, FileMode mode, byte[] data, int offset, int count)
    {
        try
        {
            using var file = new FileStream(PathOf(name), Options(mode, FileAccess.Write, FileShare.Read));
            file.Write(data, offset, count);
            file.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception exception) when (IsStorageFailure(exception))
        {
            return false;
        }
    }

    private static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share) => new()
    {
        Mode = mode, Access = access, Share = share, BufferSize = 0, UnixCreateMode = OwnerOnly,
    };

    private static bool IsStorageFailure(Exception exception)
        => exception is IOException or UnauthorizedAccessException;

    private string PathOf(string name) => Path.Combine(_folder, name);
}
