using System.CommandLine;
using Pulsegate.Configuration;

namespace Pulsegate.Cli;

/// <summary>The gateway's configuration file, as commands take it.</summary>
internal static class ConfigurationFile
{
    /// <summary>The option.</summary>
    public static Option<string?> Option() => new("--configuration")
    {
        Description = "configuration file, JSON; see docs/configuration.md", HelpName = "FILE",
    };

    /// <summary>Reads a file; the defaults when there is none.</summary>
    public static GatewayConfiguration Read(string? path)
    {
        if (path is null)
        {
            return new GatewayConfiguration();
        }

        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: cannot be read: {exception.Message}");
        }

        return new ConfigurationReader()
            .TryRead(text, out GatewayConfiguration configuration, out string error)
            ? configuration
            : throw new CommandException($"{path}: {error}");
    }
}
