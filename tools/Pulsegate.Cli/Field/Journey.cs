// A sequence of named steps that can be taken up again: what is done is kept in a file, the same command goes
// on behind it. What only looks (read back, banner) is never skipped: the board on the port may be another
// one by now.

using System.Text.Json;
using Pulsegate.Field.Port;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Field;

/// <summary>Runs steps, tells about them, and says what to do when one fails.</summary>
internal sealed class Journey
{
    private const string GoesOn = "the same command goes on from here";
    private readonly string _name;
    private readonly string _stateFile;
    private readonly string _key;
    private readonly int _stepCount;
    private readonly CancellationToken _stop;
    private readonly List<string> _done = [];
    private int _number;

    /// <summary>A journey, taken up where the file says.</summary>
    /// <param name="name">Name of the command.</param>
    /// <param name="bench">What it works on.</param>
    /// <param name="key">What it is about: another image or device begins anew.</param>
    /// <param name="stepCount">How many steps there are.</param>
    public Journey(string name, FieldBench bench, string key, int stepCount)
    {
        _name = name;
        _stateFile = bench.StateFile;
        _stop = bench.Stop;
        _key = $"{name} {key}";
        _stepCount = stepCount;
        if (Load() is { } state && state.Key == _key)
        {
            _done.AddRange(state.Done);
        }
    }

    /// <summary>Default place of the state: one file a port.</summary>
    public static string StateFileOf(string port)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string name = new([.. port.Select(c => char.IsLetterOrDigit(c) ? c : '-')]);
        return Path.Combine(home, ".local", "state", "pulsegate", name.Trim('-') + ".json");
    }

    /// <summary>A step that changes something: skipped when it has been done.</summary>
    public void Do(string name, int limitSeconds, string next, Action<JourneyStep> action)
    {
        if (_done.Contains(name))
        {
            _number++;
            Console.WriteLine($"[{_number}/{_stepCount}] {name}: done before");
            return;
        }

        Check(name, limitSeconds, next, action);
        _done.Add(name);
        Save();
    }

    /// <summary>A step that looks: never skipped.</summary>
    public void Check(string name, int limitSeconds, string next, Action<JourneyStep> action)
    {
        _number++;
        string title = $"[{_number}/{_stepCount}] {name}";
        var step = new JourneyStep(title, TimeSpan.FromSeconds(limitSeconds), _stop);
        Console.WriteLine($"{title} (at most {limitSeconds} s)");
        try
        {
            action(step);
        }
        catch (OperationCanceledException)
        {
            throw new CommandException(
                $"{_name}: stopped in '{name}' after {step.Elapsed.TotalSeconds:0} s; {GoesOn}");
        }
        catch (Exception exception) when (
            exception is IOException or ProvisioningException or UnauthorizedAccessException)
        {
            // What is wrong with a port says itself what to do.
            string hint = exception is PortException ? "" : $"Next: {next}; ";
            throw new CommandException(
                $"{_name}: '{name}' failed after {step.Elapsed.TotalSeconds:0} s: {exception.Message}. {hint}"
                + $"then {GoesOn}");
        }

        Console.WriteLine($"{title}: OK, {step.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>A step must be done again.</summary>
    public void Forget(string name)
    {
        _done.Remove(name);
        Save();
    }

    /// <summary>All is done: the next time begins anew.</summary>
    public void End() => File.Delete(_stateFile);

    private State? Load()
    {
        try
        {
            return File.Exists(_stateFile)
                ? JsonSerializer.Deserialize<State>(File.ReadAllBytes(_stateFile)) : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException)
        {
            return null;   // a damaged state costs repeated steps, nothing else
        }
    }

    private void Save()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_stateFile))!);
            File.WriteAllBytes(_stateFile, JsonSerializer.SerializeToUtf8Bytes(new State(_key, [.. _done])));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                $"{_name}: what is done cannot be kept in {_stateFile} ({exception.Message}): name another "
                    + "file with --state");
        }
    }

    private sealed record State(string Key, string[] Done);
}
