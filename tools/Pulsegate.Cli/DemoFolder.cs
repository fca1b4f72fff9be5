using Pulsegate.Provisioning;

namespace Pulsegate.Cli;

/// <summary>The folder of one demo: only its owner can read it, and it goes when the demo ends unless it is
/// to be kept.</summary>
internal sealed class DemoFolder : IDisposable
{
    /// <summary>Makes the folder.</summary>
    /// <param name="keep">A new folder to keep; null for a throw-away one.</param>
    public DemoFolder(string? keep)
    {
        IsKept = keep is not null;
        if (keep is not null && (Directory.Exists(keep) || File.Exists(keep)))
        {
            throw new CommandException($"{keep} exists already: --keep wants a new folder");
        }

        Path = keep is null
            ? Directory.CreateTempSubdirectory("pulsegate-demo-").FullName
            : CreatePrivate(keep);
    }

    /// <summary>Full path.</summary>
    public string Path { get; }

    /// <summary>True when it stays after the demo.</summary>
    public bool IsKept { get; }

    private static string CreatePrivate(string folder)
    {
        PrivateFile.CreateFolder(folder);
        return System.IO.Path.GetFullPath(folder);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsKept)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
