namespace Pulsegate.Cli;

/// <summary>The checkout that the launcher belongs to.</summary>
internal static class ProjectFolder
{
    /// <summary>Root of the checkout.</summary>
    public static string Root => Environment.GetEnvironmentVariable("PULSEGATE_ROOT") is { Length: > 0 } root
        ? root
        : throw new CommandException("this command works in a checkout: start it with ./pulsegate");

    /// <summary>A path below the root.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);
}
