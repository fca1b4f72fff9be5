namespace Pulsegate.Cli.Field;

/// <summary>Finds a tool of the platform on this machine.</summary>
internal static class ToolFinder
{
    /// <summary>Looks where a variable points, on PATH and among the user's .NET tools.</summary>
    /// <returns>Its path; null when it is not there.</returns>
    public static string? Find(string name, string variable)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string? path = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named
            ? named
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Append(Path.Combine(home, ".dotnet", "tools")).Select(folder => Path.Combine(folder, name))
                .FirstOrDefault(File.Exists);
        return File.Exists(path) ? path : null;
    }
}
