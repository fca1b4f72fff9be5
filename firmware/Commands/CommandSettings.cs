// What commands have set, and the number of the last one: one small file, replaced as a whole, so that a
// command is either kept with its effect or has not happened.

using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Platform;
using Pulsegate.Store;

namespace Pulsegate.Commands;

/// <summary>Durable state of the commands. Owned by the acquisition loop.</summary>
internal sealed class CommandSettings
{
    private const string FileName = "cmd";
    private const int NumberLength = 8;
    private const int CommitAt = NumberLength;              // seconds, 0 for not set
    private const int LimitsAt = CommitAt + 2;
    private const int LimitLength = 4;                      // set or not, limit (2), delay in seconds
    private const int Length = LimitsAt + (AlarmCondition.Count * LimitLength);

    private readonly AlternatingFile _file;
    private readonly byte[] _before = new byte[Length];

    /// <summary>Settings in a storage; nothing is read yet.</summary>
    public CommandSettings(IStorage storage)
    {
        _file = new AlternatingFile(storage, FileName, Length);
    }

    /// <summary>Number of the last command that was kept; 0 for none.</summary>
    public long Number => RecordCodec.Get(_file.Content, 0, NumberLength);

    /// <summary>Reads what was kept; when there is nothing, or nothing whole, everything is as
    /// configured.</summary>
    public void Load() => _file.TryLoad();

    /// <summary>Puts what was kept over the configuration. What is no longer within the bounds is left
    /// out.</summary>
    public void ApplyTo(GatewayConfiguration configuration)
    {
        int seconds = (int)RecordCodec.Get(_file.Content, CommitAt, 2);
        if (seconds >= GatewayConfiguration.CommitIntervalSecondsMin
            && seconds <= GatewayConfiguration.CommitIntervalSecondsMax)
        {
            configuration.CommitIntervalSeconds = seconds;
        }

        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            int at = LimitsAt + (condition * LimitLength);
            if (_file.Content[at] == 1)
            {
                configuration.Alarms.TrySet(
                    condition, (int)RecordCodec.Get(_file.Content, at + 1, 2), _file.Content[at + 3]);
            }
        }
    }

    /// <summary>Keeps a command's number and, when it is one that sets something and is not refused, its
    /// effect.</summary>
    /// <returns>False when the storage failed: nothing has changed then.</returns>
    public bool TryKeep(Command command, bool isRefused)
    {
        if (_file.HasNewerFormat)
        {
            return false;   // of a firmware to which this unit may go back
        }

        System.Array.Copy(_file.Content, 0, _before, 0, Length);
        RecordCodec.Put(_file.Content, 0, command.Number, NumberLength);
        if (!isRefused && command.Code == CommandCode.SetCommitInterval)
        {
            RecordCodec.Put(_file.Content, CommitAt, command.Value, 2);
        }
        else if (!isRefused && command.Code == CommandCode.SetAlarmLimit)
        {
            int at = LimitsAt + (command.Condition * LimitLength);
            _file.Content[at] = 1;
            RecordCodec.Put(_file.Content, at + 1, command.Value, 2);
            _file.Content[at + 3] = (byte)command.DelaySeconds;
        }

        if (_file.TrySaveBoth(Length))
        {
            return true;
        }

        System.Array.Copy(_before, 0, _file.Content, 0, Length);
        return false;
    }
}
