// IStorage over a folder of the host. Every write is synchronised to the disk before it counts, as a close is
// on the device. What lies in the folder and is no plain file (a folder, a link, a pipe) is listed with a
// slash behind its name, so that it is nobody's, and is never read, written or deleted under its own.

using Pulsegate.Platform;

namespace Pulsegate.Virtual.Platform;

/// <summary>Storage in one folder of the host's file system; folder and files are their owner's
/// alone.</summary>
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
            _lock = new FileStream(PathOf(LockName), new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None,
                UnixCreateMode = OwnerOnly,
            });
        }
        catch (IOException exception) when (File.Exists(PathOf(LockName)))
        {
            throw new IOException(
                $"{folder} is in use by another gateway: two on one store would lose readings", exception);
        }
    }

    /// <inheritdoc/>
    public int CapacityBytes { get; }

    /// <inheritdoc/>
    public string[]? List()
    {
        try
        {
            return [.. Directory.GetFileSystemEntries(_folder).Select(path => Path.GetFileName(path))
                .Where(name => name != LockName).Select(name => IsPlain(name) ? name : name + "/")];
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
            using FileStream? file = Open(name, FileMode.Open);
            return file is null ? -1 : checked((int)file.Length);
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
            using FileStream? file = Open(name, FileMode.Open);
            if (file is null)
            {
                return -1;
            }

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
        => TryStore(name, isAppended: true, data, offset, count);

    /// <inheritdoc/>
    public bool TryWrite(string name, byte[] data, int offset, int count)
        => TryStore(name, isAppended: false, data, offset, count);

    /// <inheritdoc/>
    public bool TryDelete(string name)
    {
        try
        {
            if (IsThere(name) && !IsPlain(name))
            {
                return false;
            }

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

    private bool TryStore(string name, bool isAppended, byte[] data, int offset, int count)
    {
        try
        {
            using FileStream? file = Open(name, FileMode.OpenOrCreate);
            if (file is null)
            {
                return false;
            }

            if (isAppended)
            {
                file.Seek(0, SeekOrigin.End);
            }
            else
            {
                file.SetLength(0);
            }

            file.Write(data, offset, count);
            file.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception exception) when (IsStorageFailure(exception))
        {
            return false;
        }
    }

    // For reading and writing at once even to read: a pipe does not make us wait for its other end then. Null
    // for what is no plain file.
    private FileStream? Open(string name, FileMode mode)
    {
        if (new FileInfo(PathOf(name)).LinkTarget is not null)
        {
            return null;
        }

        var file = new FileStream(PathOf(name), new FileStreamOptions
        {
            Mode = mode, Access = FileAccess.ReadWrite, BufferSize = 0,
            Share = mode == FileMode.Open ? FileShare.ReadWrite : FileShare.Read,
            UnixCreateMode = mode == FileMode.OpenOrCreate ? OwnerOnly : null,
        });
        if (file.CanSeek)
        {
            return file;
        }

        file.Dispose();
        return null;
    }

    private bool IsThere(string name)
    {
        var file = new FileInfo(PathOf(name));
        return file.Exists || file.LinkTarget is not null || Directory.Exists(file.FullName);
    }

    // A file that we may not open is one all the same: it cannot be told from a failing disk.
    private bool IsPlain(string name)
    {
        if (Directory.Exists(PathOf(name)))
        {
            return false;
        }

        try
        {
            using FileStream? file = Open(name, FileMode.Open);
            return file is not null;
        }
        catch (Exception exception) when (IsStorageFailure(exception))
        {
            return true;
        }
    }

    private static bool IsStorageFailure(Exception exception)
        => exception is IOException or UnauthorizedAccessException;

    private string PathOf(string name) => Path.Combine(_folder, name);
}
