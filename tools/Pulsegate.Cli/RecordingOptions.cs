using System.CommandLine;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Cli;

/// <summary>The options that say which columns of a recording are played, shared by the commands that play
/// one.</summary>
internal sealed class RecordingOptions(bool isInfraredRequired)
{
    private const int RateMax = 3200;   // the chip's fastest

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

    /// <summary>Raw counts.</summary>
    public Option<bool> Counts { get; } = new("--counts")
    {
        Description = "the columns are raw counts of a MAX30102 (18 bits), played as they are",
    };

    /// <summary>Rate of rows without a time.</summary>
    public Option<double?> Rate { get; } = new("--rate")
    {
        Description = "rows a second, where there is no time column", HelpName = "HZ",
    };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [Time, Infrared, Red, Invert, Counts, Rate];

    /// <summary>Opens the recording that the options name.</summary>
    public RecordedPpgSource Open(ParseResult result, string path)
    {
        if (result.GetValue(Rate) is { } rate)
        {
            if (result.GetResult(Time) is { Implicit: false })
            {
                throw new CommandException("--time and --rate: a recording has one of them");
            }

            if (rate is not (>= RecordedPpgSource.RowsPerSecondMin and <= RateMax))
            {
                throw new CommandException(
                    $"--rate is {RecordedPpgSource.RowsPerSecondMin} to {RateMax} rows a second");
            }
        }

        try
        {
            return new RecordedPpgSource(
                path, result.GetRequiredValue(Time),
                result.GetValue(Infrared)
                    ?? throw new CommandException("--input needs --ir COL: the column played as infrared"),
                result.GetValue(Red), result.GetValue(Invert), result.GetValue(Counts),
                result.GetValue(Rate) ?? 0);
        }
        catch (RecordingException exception)
        {
            throw new CommandException(exception.Message);
        }
    }
}
