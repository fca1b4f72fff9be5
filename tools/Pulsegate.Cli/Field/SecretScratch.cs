using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Field;

/// <summary>A folder for what the flashing tool has to read and nobody may keep: keys, the Wi-Fi password.
/// Dispose deletes it. A command that is killed leaves it, and its next run on the same port takes it away;
/// where the system has a folder in RAM for the user's session, it lies there, and ends with the session at
/// the latest.</summary>
internal sealed class SecretScratch : IDisposable
{
    private const string SessionVariable = "XDG_RUNTIME_DIR";

    /// <summary>Makes the folder, empty, for its owner alone.</summary>
    /// <param name="stateFile">The command's state file: one a port.</param>
    /// <exception cref="ProvisioningException">It cannot be made.</exception>
    public SecretScratch(string stateFile)
    {
        string full = System.IO.Path.GetFullPath(stateFile);
        string? session = Environment.GetEnvironmentVariable(SessionVariable);
        string name = "pulsegate-"
            + Crc32.HashToUInt32(Encoding.UTF8.GetBytes(full)).ToString("x8", CultureInfo.InvariantCulture);
        Path = Directory.Exists(session) ? System.IO.Path.Combine(session, name) : full + "." + name;
        try
        {
            Delete();
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProvisioningException($"cannot empty {Path}: {e.Message}", e);
        }

        PrivateFile.CreateFolder(Path);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => Delete();

    private void Delete()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
