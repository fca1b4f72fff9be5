using System.CommandLine;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Cli;

/// <summary>The options that say which columns of a recording are played, shared by the commands that play
/// one.</summary>
internal sealed class RecordingOptions(bool isInfraredRequired)
{
    /// <summary>Time column.</summary>
    public Option<string> Time { get; } = new("--time")
    {
        Description = "column of the time in seconds", DefaultValueFactory = _ => "time_s", HelpName = "COL",
    };

    /// <summary>Infrared column.</summary>
    public Option<string?> Infrared { get; } = new("--ir")
    {
        Description = "column played as infrared", Required = isInfraredRequired, HelpName = "COL",
    };

    /// <summary>Red column.</summary>
    public Option<string?> Red { get; } = new("--red")
    {
        Description = "column played as red; without it no SpO2 is shown", HelpName = "COL",
    };

    /// <summary>Polarity.</summary>
    public Option<bool> Invert { get; } = new("--invert")
    {
        Description = "the columns fall as blood volume rises (camera brightness, raw counts)",
    };

    /// <summary>Opens the recording that the options name.</summary>
    public RecordedPpgSource Open(ParseResult result, string path)
    {
        try
        {
            return new RecordedPpgSource(
                path, result.GetRequiredValue(Time),
                result.GetValue(Infrared)
                    ?? throw new CommandException("--input needs --ir COL: the column played as infrared"),
                result.GetValue(Red), result.GetValue(Invert));
        }
        catch (RecordingException exception)
        {
            throw new CommandException(exception.Message);
        }
    }
}
