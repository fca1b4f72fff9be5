// What the alarms look and sound like now: latching, acknowledgement, audio pause, reminder and escalation,
// in the vocabulary of IEC 60601-1-8 (no conformity is claimed). Light is never silenced: only sound is.

using Pulsegate.Platform;

namespace Pulsegate.Alarms;

/// <summary>
/// Turns raised conditions and pressed buttons into one <see cref="AlarmSignal"/>. Every silence ends by
/// itself: a pause after <see cref="AudioPauseMs"/>, an acknowledgement of a medium or high alarm after
/// <see cref="ReminderMs"/>, and both at once when a high alarm is raised. Allocates nothing. Not
/// thread-safe.
/// </summary>
public sealed class Annunciator
{
    /// <summary>How long the sound stays paused, ms.</summary>
    public const int AudioPauseMs = 120000;

    /// <summary>After this time an acknowledged alarm of medium or high priority that is still raised sounds
    /// again, ms.</summary>
    public const int ReminderMs = 300000;

    /// <summary>A high alarm that nobody has answered for so long is unattended, ms.</summary>
    public const int UnattendedHighMs = 60000;

    /// <summary>A medium alarm that nobody has answered for so long is unattended, ms.</summary>
    public const int UnattendedMediumMs = 180000;

    private const int None = -1;

    private readonly AlarmEngine _engine;
    private readonly AlarmChanges _changes;
    private readonly AlarmSignal _signal = new AlarmSignal();
    private int _seen;              // conditions that were raised when last looked at, a bit each
    private int _acknowledged;      // raised, and seen by somebody
    private int _latched;           // ended, and not seen by anybody
    private int _unattended;        // raised, and nobody has answered in time
    private long _acknowledgedAtMs;
    private long _pauseEndsMs;
    private long _waitingSinceMs;
    private byte _waitingPriority;  // of what sounds and has no answer
    private bool _isPaused;

    /// <summary>Over an engine; what is done to alarms goes to <paramref name="changes"/>.</summary>
    public Annunciator(AlarmEngine engine, AlarmChanges changes)
    {
        _engine = engine;
        _changes = changes;
    }

    /// <summary>What is to be seen and heard. Owned and reused by this object.</summary>
    public AlarmSignal Signal => _signal;

    /// <summary>Brings the signal up to date. Call it after each update of the engine and whenever a button
    /// was pressed.</summary>
    /// <param name="pressed">Buttons pressed since the last call, <see cref="Button"/> bits.</param>
    /// <param name="nowMs">Monotonic ms.</param>
    public void Update(int pressed, long nowMs)
    {
        if (pressed == 0 && (_engine.Raised | _seen | _latched) == 0 && !_isPaused)
        {
            return;
        }

        TakeChanges(nowMs);
        TakeButtons(pressed, nowMs);
        EndSilence(nowMs);
        Escalate(nowMs);
        Present(nowMs);
    }

    // The most urgent of some conditions, of equals the first by number; a broken sensor before the missing
    // signal that comes of it, which a finger would not mend. -1 for none.
    private static int MostUrgent(int conditions)
    {
        int urgent = conditions & AlarmRules.HighConditions;
        urgent = urgent != 0 ? urgent : conditions & AlarmRules.MediumConditions;
        urgent = urgent != 0 ? urgent : conditions;
        int condition = None;
        while (urgent != 0)
        {
            condition++;
            urgent = (urgent & 1) != 0 ? 0 : urgent >> 1;
        }

        return condition == AlarmCondition.NoSignal && (conditions >> AlarmCondition.SensorFault & 1) != 0
            ? AlarmCondition.SensorFault : condition;
    }

    private static byte PriorityOf(int conditions)
    {
        return (byte)((conditions & AlarmRules.HighConditions) != 0 ? AlarmPriority.High
            : (conditions & AlarmRules.MediumConditions) != 0 ? AlarmPriority.Medium
            : conditions != 0 ? AlarmPriority.Low : AlarmPriority.None);
    }

    private void TakeChanges(long nowMs)
    {
        int raised = _engine.Raised;
        int begun = raised & ~_seen;
        int ended = _seen & ~raised & ~_acknowledged;
        _latched |= ended & AlarmRules.LatchingConditions;
        _seen = raised;
        _acknowledged &= raised;
        _unattended &= raised;
        _latched &= ~raised;
        if (_isPaused && PriorityOf(begun) == (byte)AlarmPriority.High)
        {
            EndPause(nowMs);
        }
    }

    private void TakeButtons(int pressed, long nowMs)
    {
        if ((pressed & Button.Acknowledge) != 0 && ((_seen & ~_acknowledged) | _latched) != 0)
        {
            Push(MostUrgent((_seen & ~_acknowledged) | _latched), AlarmStage.Acknowledged, nowMs);
            _acknowledged = _seen;
            _latched = 0;
            _unattended = 0;
            _acknowledgedAtMs = nowMs;
        }

        if ((pressed & Button.Silence) == 0)
        {
            return;
        }

        if (_isPaused)
        {
            EndPause(nowMs);
        }
        else if ((_seen & ~_acknowledged) != 0)
        {
            // With nothing to be silenced the button does nothing: an alarm to come is not silenced in
            // advance.
            _isPaused = true;
            _pauseEndsMs = nowMs + AudioPauseMs;
            _unattended = 0;
            Push(MostUrgent(_seen), AlarmStage.AudioPaused, nowMs);
        }
    }

    private void EndSilence(long nowMs)
    {
        if (_isPaused && nowMs >= _pauseEndsMs)
        {
            EndPause(nowMs);
        }

        if (PriorityOf(_acknowledged) >= (byte)AlarmPriority.Medium
            && nowMs - _acknowledgedAtMs >= ReminderMs)
        {
            Push(MostUrgent(_acknowledged), AlarmStage.AudioReturned, nowMs);
            _acknowledged = 0;
        }
    }

    private void EndPause(long nowMs)
    {
        _isPaused = false;
        if (_seen != 0)
        {
            Push(MostUrgent(_seen), AlarmStage.AudioReturned, nowMs);
        }
    }

    private void Escalate(long nowMs)
    {
        int waiting = _isPaused ? 0 : _seen & ~_acknowledged & ~_unattended;
        byte priority = PriorityOf(waiting);
        if (priority > _waitingPriority)
        {
            _waitingSinceMs = nowMs;   // what is more urgent has a time of its own
        }

        _waitingPriority = priority;
        int afterMs = priority == (byte)AlarmPriority.High ? UnattendedHighMs : UnattendedMediumMs;
        if (priority >= (byte)AlarmPriority.Medium && nowMs - _waitingSinceMs >= afterMs)
        {
            _unattended |= waiting;
            Push(MostUrgent(waiting), AlarmStage.Unattended, nowMs);
        }
    }

    private void Present(long nowMs)
    {
        int open = _seen & ~_acknowledged;
        int shown = open != 0 ? open : _seen != 0 ? _seen : _latched;
        AlarmSignal signal = _signal;
        signal.Condition = MostUrgent(shown);
        signal.Raised = _seen | _latched;
        signal.LightPriority = PriorityOf(_seen | _latched);
        signal.SoundPriority = _isPaused ? (byte)AlarmPriority.None : PriorityOf(open);
        signal.IsUnattended = (_unattended & open) != 0;
        signal.IsAcknowledged = _seen != 0 && open == 0;
        signal.IsLatched = _seen == 0 && _latched != 0;
        signal.IsAudioPaused = _isPaused;
        signal.PauseLeftMs = _isPaused ? (int)(_pauseEndsMs - nowMs) : 0;
        if (signal.IsUnattended && signal.SoundPriority == (byte)AlarmPriority.Medium)
        {
            signal.SoundPriority = (byte)AlarmPriority.High;
        }
    }

    private void Push(int condition, AlarmStage stage, long nowMs)
    {
        _changes.Push(condition, (byte)stage, (_seen >> condition & 1) != 0, nowMs, false, 0, 0);
    }
}
