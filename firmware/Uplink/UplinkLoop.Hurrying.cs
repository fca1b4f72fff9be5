// An alarm does not wait out the backoff: a new one of medium or high priority brings the next attempt
// forward, and while it waits for its way out the attempts stay close together. Both are bounded, for each
// attempt may stop the acquisition.

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    /// <summary>A new alarm brings an attempt forward at most once in this time, and while one waits no pause
    /// between attempts is longer, in ms.</summary>
    public const int HurryIntervalMs = 60 * 1000;

    /// <summary>So long after the last such alarm the usual backoff holds again, in ms.</summary>
    public const int HurryMsMax = 30 * 60 * 1000;

    private int _knownUrgentCount;
    private bool _isHurryDue;
    private long _nextHurryMs;
    private long _hurryUntilMs;      // attempts stay close together until then

    /// <summary>Alarms of medium and high priority raised since boot; one more than before, while there is no
    /// connection, brings the next attempt forward.</summary>
    public int UrgentAlarmCount;

    private void HurryForAlarm(long nowMs)
    {
        if (UrgentAlarmCount != _knownUrgentCount)
        {
            _knownUrgentCount = UrgentAlarmCount;
            _isHurryDue = true;
            _hurryUntilMs = nowMs + HurryMsMax;
        }

        if (!_isHurryDue || nowMs < _nextHurryMs)
        {
            return;
        }

        _isHurryDue = false;
        _nextHurryMs = nowMs + HurryIntervalMs;
        long attemptMs = nowMs + _backoff.FirstDelayMs();
        _nextAttemptMs = attemptMs < _nextAttemptMs ? attemptMs : _nextAttemptMs;
    }

    // A connection is up: alarms go out by themselves. Only when it proves itself is the hurry over.
    private void NoteAlarmsWhileUp()
    {
        _knownUrgentCount = UrgentAlarmCount;
        _isHurryDue = false;
    }

    private int PauseMs(long nowMs)
        => _backoff.NextDelayMs(nowMs < _hurryUntilMs ? HurryIntervalMs : Backoff.DelayMsMax);
}
