namespace Pulsegate.Cli;

/// <summary>A failure that the user can do something about: its message is one line that says what.</summary>
public sealed class CommandException(string message) : Exception(message);
