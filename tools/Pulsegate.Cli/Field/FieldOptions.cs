using System.CommandLine;

namespace Pulsegate.Cli.Field;

/// <summary>The options that all field commands share.</summary>
internal sealed class FieldOptions
{
    /// <summary>The board's port.</summary>
    public Option<string?> Port { get; } =
        new("--port") { Description = "the board's USB port, as /dev/ttyUSB0", HelpName = "P" };

    /// <summary>A virtual board.</summary>
    public Option<bool> Virtual { get; } =
        new("--virtual") { Description = "a virtual board on this machine instead" };

    /// <summary>Where the virtual board lives.</summary>
    public Option<string?> Folder { get; } = new("--folder")
    {
        Description = "where the virtual board keeps its flash (default: .build/virtual-board)",
        HelpName = "FOLDER",
    };

    /// <summary>Where what is done is kept.</summary>
    public Option<string?> State { get; } = new("--state")
    {
        Description = "file that keeps what is done (default: one a port)", HelpName = "FILE",
    };

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Port);
        command.Options.Add(Virtual);
        command.Options.Add(Folder);
        command.Options.Add(State);
    }
}
