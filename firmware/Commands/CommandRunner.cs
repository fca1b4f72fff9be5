// Acts on the backend's commands, in the acquisition loop. In this order and no other: for this boot, with a
// higher number than any before, kept in flash, done, answered. What is not for now changes nothing, writes
// nothing and has no answer, so that a recording of old commands cannot wear the flash.

using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Platform;
using Pulsegate.Store;

namespace Pulsegate.Commands;

/// <summary>The commands of one unit. Step belongs to the acquisition loop; the inbox is filled by the
/// uplink.</summary>
public sealed partial class CommandRunner
{
    /// <summary>A command signed longer ago than this, or this far in the future, is refused when the unit
    /// knows the time, in ms.</summary>
    public const int AgeMsMax = 10 * 60 * 1000;

    /// <summary>How long a unit shows where it is, in ms.</summary>
    public const int IdentifyMs = 10 * 1000;

    private readonly CommandSettings _settings;
    private readonly GatewayConfiguration _configuration;
    private readonly SegmentStore _store;
    private readonly Recorder _recorder;
    private readonly Telemetry _telemetry;
    private readonly IIndicator _indicator;
    private readonly IClock _clock;
    private readonly Command _command = new Command();
    private string _answer;              // null: none waits
    private long _answerNumber;
    private bool _isLoaded;
    private bool _isRebootAsked;
    private long _answered;
    private long _ignored;

    /// <summary>A runner over the parts that commands change.</summary>
    public CommandRunner(
        IStorage storage, GatewayConfiguration configuration, SegmentStore store, Recorder recorder,
        Telemetry telemetry, IIndicator indicator, IClock clock)
    {
        _settings = new CommandSettings(storage);
        _configuration = configuration;
        _store = store;
        _recorder = recorder;
        _telemetry = telemetry;
        _indicator = indicator;
        _clock = clock;
    }

    /// <summary>Where the uplink puts verified commands.</summary>
    public readonly CommandInbox Inbox = new CommandInbox();

    /// <summary>Commands done or refused since boot: those that have an answer.</summary>
    public long Answered => _answered;

    /// <summary>Genuine commands since boot that were not for now: of another boot, or repeated.</summary>
    public long Ignored => _ignored;

    /// <summary>True once a reboot was asked for and answered: the board stops the unit and starts it
    /// again.</summary>
    public bool IsRestartDue => _isRebootAsked && _answer == null;

    /// <summary>One turn: the first one puts what was set earlier over the configuration. Allocates only when
    /// there is a command.</summary>
    public void Step(long nowMs)
    {
        if (!_recorder.IsOpen)
        {
            return;
        }

        if (!_isLoaded)
        {
            _isLoaded = true;
            _settings.Load();
            _settings.ApplyTo(_configuration);
        }

        SendAnswer(nowMs);
        TellRenewals(nowMs);

        // At most CountMax turns: the inbox holds no more. An answer that waits for the store holds the next
        // one back.
        for (int i = 0; i < CommandInbox.CountMax && _answer == null && Inbox.TryTake(_command); i++)
        {
            Take(nowMs);
        }
    }

    private void Take(long nowMs)
    {
        if (_command.BootId != _store.BootId || _command.Number <= _settings.Number)
        {
            _ignored++;
            return;
        }

        string result = RefusalOf(_command);
        if (!_settings.TryKeep(_command, result != null))
        {
            // Its number is still free: the same command may come again and be done.
            result = "failed: could not be kept in flash";
        }
        else if (result == null)
        {
            result = Do(_command);
        }

        _answered++;
        _answerNumber = _command.Number;
        _answer = CommandCode.NameOf(_command.Code) + ": " + result;
        SendAnswer(nowMs);
    }

    private void SendAnswer(long nowMs)
    {
        if (_answer != null && _recorder.StoreAnswer(_answerNumber, _answer, nowMs))
        {
            _answer = null;
        }
    }

    private string Do(Command command)
    {
        switch (command.Code)
        {
            case CommandCode.SetAlarmLimit:
            case CommandCode.SetCommitInterval:
                _settings.ApplyTo(_configuration);
                break;
            case CommandCode.Identify:
                _indicator.Identify(IdentifyMs);
                break;
            case CommandCode.RequestHealth:
                _telemetry.RequestHealth();
                break;
            case CommandCode.Reboot:
                _isRebootAsked = true;
                break;
            default:
                return Stage(command);
        }

        return "done";
    }

    // Why a command is not done; null when it is.
    private string RefusalOf(Command command)
    {
        if (_clock.Quality == TimeQuality.Synced)
        {
            long ageMs = _clock.UtcMs - command.UtcMs;
            if (ageMs > AgeMsMax || ageMs < -AgeMsMax)
            {
                return "refused: signed more than " + (AgeMsMax / 60000).ToString() + " min from now";
            }
        }

        switch (command.Code)
        {
            case CommandCode.SetAlarmLimit:
                return RefusalOfLimit(command.Condition, command.Value, command.DelaySeconds);
            case CommandCode.SetCommitInterval:
                return IsWithin(
                    command.Value, GatewayConfiguration.CommitIntervalSecondsMin,
                    GatewayConfiguration.CommitIntervalSecondsMax)
                    ? null
                    : "refused: seconds must be " + Bounds(
                        GatewayConfiguration.CommitIntervalSecondsMin,
                        GatewayConfiguration.CommitIntervalSecondsMax);
            case CommandCode.Identify:
            case CommandCode.RequestHealth:
            case CommandCode.Reboot:
                return null;
            case CommandCode.RotateKeys:
            case CommandCode.RenewCertificate:
            case CommandCode.SetAuthorities:
                return RefusalOfRenewal(command);
            default:
                return "refused: not known to this firmware";
        }
    }

    private string RefusalOfLimit(int condition, int limit, int delaySeconds)
    {
        if (condition >= AlarmCondition.Count || AlarmRules.VitalOf(condition) < 0)
        {
            return "refused: no such limit";
        }

        int min = AlarmRules.LimitMinOf(condition);
        int max = AlarmRules.LimitMaxOf(condition);
        if (!IsWithin(limit, min, max))
        {
            return "refused: " + AlarmCondition.NameOf(condition) + " limit must be " + Bounds(min, max);
        }

        int crossed = _configuration.Alarms.FindCrossed(condition, limit);
        if (crossed >= 0)
        {
            return "refused: " + AlarmCondition.NameOf(condition) + " limit would cross "
                + AlarmCondition.NameOf(crossed);
        }

        int delaySecondsMax = AlarmRules.DelaySecondsMaxOf(condition);
        return IsWithin(delaySeconds, 0, delaySecondsMax)
            ? null : "refused: delay must be " + Bounds(0, delaySecondsMax) + " s";
    }

    private static bool IsWithin(int value, int min, int max) => value >= min && value <= max;

    private static string Bounds(int min, int max) => min.ToString() + " to " + max.ToString();
}
