// Files of the source tree that tests read.

namespace Pulsegate.Tests.Batch;

/// <summary>Finds a file by its path from the project's root.</summary>
internal static class ProjectFile
{
    public static string Find(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder =
            folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, path);
            if (File.Exists(Path.Combine(folder.FullName, "Pulsegate.slnx")) && File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new FileNotFoundException(path);
    }
}
