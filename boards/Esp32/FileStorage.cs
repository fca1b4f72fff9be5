// IStorage on the board's internal drive, littlefs on I:. Data is durable when the file has been closed and
// not before, so every write opens, writes once and closes. The drive is shared with Wi-Fi settings and
// certificates, which live in its root folder.

using System.IO;
using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>Storage in one folder of the internal drive. Stateless between calls: any thread may
/// call.</summary>
public sealed class FileStorage : IStorage
{
    /// <summary>Folder of the store on the board.</summary>
    public const string DefaultFolder = "I:\\pg\\";

    private readonly string _folder;

    /// <summary>Storage in a folder, which is made when it is missing.</summary>
    /// <param name="folder">The folder, with its separator at the end.</param>
    /// <param name="capacityBytes">What the firmware may fill; see boards/README.md for the figure of each
    /// partition.</param>
    /// <exception cref="IOException">The folder cannot be made: the drive is not there.</exception>
    public FileStorage(string folder, int capacityBytes)
    {
        _folder = folder;
        CapacityBytes = capacityBytes;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
        }
    }

    /// <inheritdoc/>
    public int CapacityBytes { get; }

    /// <inheritdoc/>
    public string[] List()
    {
        try
        {
            string[] names = Directory.GetFiles(_folder);
            for (int i = 0; i < names.Length; i++)
            {
                names[i] = Path.GetFileName(names[i]);
            }

            return names;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public int Length(string name)
    {
        try
        {
            string path = _folder + name;
            if (!File.Exists(path))
            {
                return -1;
            }

            using (var file = new FileStream(path, FileMode.Open, FileAccess.Read))
            {
                return (int)file.Length;
            }
        }
        catch (IOException)
        {
            return -1;
        }
    }

    /// <inheritdoc/>
    public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
    {
        try
        {
            using (var file = new FileStream(_folder + name, FileMode.Open, FileAccess.Read))
            {
                file.Seek(fileOffset, SeekOrigin.Begin);
                int total = 0;
                while (total < count)
                {
                    int read = file.Read(buffer, bufferOffset + total, count - total);
                    if (read <= 0)
                    {
                        break;
                    }

                    total += read;
                }

                return total;
            }
        }
        catch (IOException)
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
            File.Delete(_folder + name);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private bool TryStore(string name, FileMode mode, byte[] data, int offset, int count)
    {
        try
        {
            // The close at the end of the block is what makes the data durable, and it may fail like the
            // write.
            using (var file = new FileStream(_folder + name, mode, FileAccess.Write))
            {
                file.Write(data, offset, count);
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
