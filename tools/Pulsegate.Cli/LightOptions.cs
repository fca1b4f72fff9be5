using System.CommandLine;
using Iot.Device.Max3010x.Emulator;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Cli;

/// <summary>What lies on the virtual unit's oximeter: a synthetic finger, or a recording.</summary>
internal sealed class LightOptions
{
    private const int DefaultSeed = 1;

    private readonly RecordingOptions _recording = new(isInfraredRequired: false);
    private readonly Option<string?> _input = new("--input")
    {
        Description = "play this recording instead of a synthetic finger", HelpName = "FILE.csv",
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "seed of the synthetic finger", DefaultValueFactory = _ => DefaultSeed,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_input);
        command.Options.Add(_seed);
        foreach (Option option in _recording.All)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The source that the options name, and why there can be no SpO2; null where there
    /// can.</summary>
    public (IPpgSource Light, string? WhyNoSpO2) Open(ParseResult result)
    {
        if (result.GetValue(_input) is not { } path)
        {
            foreach (Option option in _recording.All)
            {
                if (result.GetResult(option) is { Implicit: false })
                {
                    throw new CommandException($"{option.Name} belongs to a recording: add --input FILE.csv");
                }
            }

            return (new SyntheticPpgSource(result.GetValue(_seed)), null);
        }

        RecordedPpgSource recording = _recording.Open(result, path);
        return (recording, recording.WhyNoSpO2);
    }
}
