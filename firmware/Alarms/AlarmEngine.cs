// Readings in, alarms out: each condition must hold for its delay before it is raised, and must be gone by
// the hysteresis for the off delay before it ends. What cannot be known never ends an alarm.

using Pulsegate.Vitals;

namespace Pulsegate.Alarms;

/// <summary>
/// Decides alarms once a second. Worst delay from condition to decision: the condition's own delay, plus one
/// second of reading. Allocates nothing after construction. Not thread-safe: the acquisition loop owns it.
/// </summary>
public sealed class AlarmEngine
{
    /// <summary>
    /// Changes kept for the gateway to take. All conditions can change in one second; a change that finds no
    /// room replaces the oldest and is counted, and the state shown locally is right in any case.
    /// </summary>
    public const int ChangeCountMax = AlarmCondition.Count * 2;

    /// <summary>A gap of unknown values longer than this ends the waiting of a condition that had been seen
    /// for less than half its delay: by then no signal speaks for itself.</summary>
    public const int UnknownMsMax = 10000;

    private const int ReadingMs = 1000;

    private readonly AlarmLimits _limits;
    private readonly bool[] _isRaised = new bool[AlarmCondition.Count];
    private readonly long[] _pendingSinceMs = new long[AlarmCondition.Count];   // -1: not waiting
    private readonly long[] _lastKnownMs = new long[AlarmCondition.Count];
    private readonly int[] _lastValues = new int[AlarmCondition.Count];
    private readonly int[] _evidenceCount = new int[AlarmCondition.Count];      // readings that ask for the change that waits
    private readonly AlarmChange[] _changes = new AlarmChange[ChangeCountMax];
    private int _changeFirst;
    private int _changeCount;
    private byte _highestPriority;
    private bool _isConfirming;
    private int _urgentCount;
    private int _lostChangeCount;

    /// <summary>An engine over limits that the owner may change between updates.</summary>
    public AlarmEngine(AlarmLimits limits)
    {
        _limits = limits;
        for (int i = 0; i < AlarmCondition.Count; i++)
        {
            _pendingSinceMs[i] = -1;
        }

        for (int i = 0; i < ChangeCountMax; i++)
        {
            _changes[i] = new AlarmChange();
        }
    }

    /// <summary>Highest priority now raised, by <see cref="AlarmPriority"/> number.</summary>
    public byte HighestPriority => _highestPriority;

    /// <summary>True while a medium or high condition waits for its delay: nothing that blocks should begin
    /// now.</summary>
    public bool IsConfirming => _isConfirming;

    /// <summary>Alarms of medium or high priority raised so far: what should reach somebody soon.</summary>
    public int UrgentCount => _urgentCount;

    /// <summary>Changes that were pushed out before anybody took them.</summary>
    public int LostChangeCount => _lostChangeCount;

    /// <summary>True while the condition is raised.</summary>
    public bool IsRaised(int condition) => _isRaised[condition];

    /// <summary>Works one second's reading through all conditions.</summary>
    public void Update(Reading reading)
    {
        byte highest = 0;
        bool isConfirming = false;
        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            UpdateCondition(condition, reading);
            byte priority = AlarmLimits.PriorityOf(condition);
            if (_isRaised[condition])
            {
                highest = priority > highest ? priority : highest;
            }
            else if (_pendingSinceMs[condition] >= 0 && priority >= (byte)AlarmPriority.Medium)
            {
                isConfirming = true;
            }
        }

        _highestPriority = highest;
        _isConfirming = isConfirming;
    }

    /// <summary>Takes the oldest change that has not been taken.</summary>
    public bool TryTakeChange(AlarmChange change)
    {
        if (_changeCount == 0)
        {
            return false;
        }

        AlarmChange source = _changes[_changeFirst];
        change.Condition = source.Condition;
        change.Priority = source.Priority;
        change.IsRaised = source.IsRaised;
        change.MonotonicMs = source.MonotonicMs;
        change.HasValue = source.HasValue;
        change.Value = source.Value;
        change.Limit = source.Limit;
        _changeFirst = (_changeFirst + 1) % ChangeCountMax;
        _changeCount--;
        return true;
    }

    private void UpdateCondition(int condition, Reading reading)
    {
        int vital = AlarmLimits.VitalOf(condition);
        bool isKnown = vital < 0 || reading.IsFresh(vital);
        long now = reading.MonotonicMs;
        if (!_limits.IsEnabled(condition))
        {
            End(condition, now);
            return;
        }

        if (!isKnown)
        {
            if (!_isRaised[condition] && _pendingSinceMs[condition] >= 0)
            {
                WaitUnknowing(condition, now);
            }

            return;
        }

        _lastKnownMs[condition] = now;
        _lastValues[condition] = vital >= 0 ? reading.Values[vital] : 0;
        if (_isRaised[condition] == IsTrue(condition, vital, reading))
        {
            _pendingSinceMs[condition] = -1;
            return;
        }

        if (_pendingSinceMs[condition] < 0)
        {
            _pendingSinceMs[condition] = now;
            _evidenceCount[condition] = 0;
        }

        _evidenceCount[condition]++;
        int delayMs = _isRaised[condition] ? AlarmLimits.OffDelayMs : _limits.DelayMsOf(condition);
        bool isSeenEnough = !_isRaised[condition] || _evidenceCount[condition] * ReadingMs >= delayMs;
        if (isSeenEnough && now - _pendingSinceMs[condition] >= delayMs)
        {
            Turn(condition, now);
        }
    }

    // Unknown is not "back to normal". A condition that was seen for half its delay and then went out of
    // sight is raised when the delay is over: a saturation that falls out of the measurable range must not
    // take its alarm with it. One that was seen for less waits for its value to come back, but not for ever.
    private void WaitUnknowing(int condition, long now)
    {
        int delayMs = _limits.DelayMsOf(condition);
        if (_evidenceCount[condition] * ReadingMs * 2 >= delayMs)
        {
            if (now - _pendingSinceMs[condition] >= delayMs)
            {
                Turn(condition, now);
            }
        }
        else if (now - _lastKnownMs[condition] > UnknownMsMax)
        {
            _pendingSinceMs[condition] = -1;
        }
    }

    private void Turn(int condition, long now)
    {
        _isRaised[condition] = !_isRaised[condition];
        _pendingSinceMs[condition] = -1;
        if (_isRaised[condition] && AlarmLimits.PriorityOf(condition) >= (byte)AlarmPriority.Medium)
        {
            _urgentCount++;
        }

        Push(condition, now);
    }

    // Whether the alarm, as it stands, is still asked for: on the raised side the limit is moved by the
    // hysteresis.
    private bool IsTrue(int condition, int vital, Reading reading)
    {
        if (vital < 0)
        {
            return !reading.HasValue(Vital.PulseRate) || !reading.HasValue(Vital.SpO2);
        }

        int value = reading.Values[vital];
        int limit = _limits.LimitOf(condition);
        int hysteresis = _isRaised[condition] ? AlarmLimits.HysteresisOf(condition) : 0;
        return AlarmLimits.IsAbove(condition) ? value > limit - hysteresis : value < limit + hysteresis;
    }

    private void End(int condition, long now)
    {
        _pendingSinceMs[condition] = -1;
        if (_isRaised[condition])
        {
            _isRaised[condition] = false;
            Push(condition, now);
        }
    }

    private void Push(int condition, long now)
    {
        if (_changeCount == ChangeCountMax)
        {
            _changeFirst = (_changeFirst + 1) % ChangeCountMax;
            _changeCount--;
            _lostChangeCount++;
        }

        AlarmChange change = _changes[(_changeFirst + _changeCount++) % ChangeCountMax];
        change.Condition = condition;
        change.Priority = AlarmLimits.PriorityOf(condition);
        change.IsRaised = _isRaised[condition];
        change.MonotonicMs = now;
        change.HasValue = AlarmLimits.VitalOf(condition) >= 0;
        change.Value = _lastValues[condition];
        change.Limit = _limits.LimitOf(condition);
    }
}
