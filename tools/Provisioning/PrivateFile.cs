// Files that hold secrets: readable by their owner alone from the moment they exist, and never half-written.

namespace Pulsegate.Provisioning;

/// <summary>Writes and reads files with mode 0600.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Replaces a file as a whole: after a crash either the old or the new content is
    /// there.</summary>
    /// <exception cref="ProvisioningException">The file cannot be written.</exception>
    public static void Write(string path, byte[] content)
    {
        string temporary = path + ".new";
        try
        {
            File.Delete(temporary);
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            };
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException($"cannot write {path}: {e.Message}", e);
        }
    }

    /// <summary>Makes a folder that only its owner may enter; does nothing when it exists.</summary>
    /// <exception cref="ProvisioningException">The folder cannot be made.</exception>
    public static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnlyFolder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException($"cannot make folder {path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a secret, and refuses one that others than its owner could have read or
    /// changed.</summary>
    /// <exception cref="ProvisioningException">The file is missing, unreadable, or open to
    /// others.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                throw new ProvisioningException($"there is no {path}");
            }

            if ((File.GetUnixFileMode(path) & Others) != 0)
            {
                throw new ProvisioningException($"{path} is open to others than its owner: chmod 600 it");
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException($"cannot read {path}: {e.Message}", e);
        }
    }
}
