// Readings in, alarms out: each condition must hold for its delay before it is raised, and must be gone by
// the hysteresis for the off delay before it ends. What cannot be known never ends an alarm.

using Pulsegate.Vitals;

namespace Pulsegate.Alarms;

/// <summary>
/// Decides alarms once a second. Worst delay from condition to decision: the condition's own delay, plus one
/// second of reading. Allocates nothing after construction; a second in which nothing is wrong costs about
/// 200 instructions. Not thread-safe: the acquisition loop owns it.
/// </summary>
public sealed class AlarmEngine
{
    /// <summary>A gap of unknown values longer than this ends the waiting of a condition that had been seen
    /// for less than half its delay: by then no signal speaks for itself.</summary>
    public const int UnknownMsMax = 10000;

    private const int ReadingMs = 1000;

    private readonly AlarmLimits _limits;
    private readonly AlarmChanges _changes;
    private readonly long[] _waitingSinceMs = new long[AlarmCondition.Count];
    private readonly long[] _lastKnownMs = new long[AlarmCondition.Count];
    private readonly int[] _lastValues = new int[AlarmCondition.Count];
    // readings that ask for the change
    private readonly int[] _evidenceCount = new int[AlarmCondition.Count];
    // conditions whose delay runs, a bit each
    private int _waiting;
    private int _raised;
    private byte _highestPriority;
    private bool _isConfirming;
    private int _urgentCount;

    /// <summary>An engine over limits that the owner may change between updates; decisions go to
    /// <paramref name="changes"/>.</summary>
    public AlarmEngine(AlarmLimits limits, AlarmChanges changes)
    {
        _limits = limits;
        _changes = changes;
    }

    /// <summary>The conditions that are raised, a bit each.</summary>
    public int Raised => _raised;

    /// <summary>Highest priority now raised, by <see cref="AlarmPriority"/> number.</summary>
    public byte HighestPriority => _highestPriority;

    /// <summary>True while a medium or high condition waits for its delay: nothing that blocks should begin
    /// now.</summary>
    public bool IsConfirming => _isConfirming;

    /// <summary>Alarms of medium or high priority raised so far: what should reach somebody soon.</summary>
    public int UrgentCount => _urgentCount;

    /// <summary>True while the condition is raised.</summary>
    public bool IsRaised(int condition) => (_raised >> condition & 1) != 0;

    /// <summary>Works one second through all conditions.</summary>
    /// <param name="reading">The second's vitals.</param>
    /// <param name="unitConditions">Conditions of the unit itself that are true now, a bit each.</param>
    public void Update(Reading reading, int unitConditions)
    {
        int asked = _limits.FindBeyond(reading) | FindUnmeasured(reading) | unitConditions;
        int work = _raised | _waiting;
        if (asked != 0)
        {
            work |= asked & _limits.Enabled;
        }

        byte highest = 0;
        bool isConfirming = false;
        for (int condition = 0; work != 0; condition++, work >>= 1)
        {
            if ((work & 1) == 0)
            {
                continue;
            }

            UpdateCondition(condition, (asked >> condition & 1) != 0, reading);
            byte priority = AlarmRules.PriorityOf(condition);
            if (IsRaised(condition))
            {
                highest = priority > highest ? priority : highest;
            }
            else if (IsWaiting(condition) && priority >= (byte)AlarmPriority.Medium)
            {
                isConfirming = true;
            }
        }

        _highestPriority = highest;
        _isConfirming = isConfirming;
    }

    // What the statuses say where there is no number to hold against a limit.
    private static int FindUnmeasured(Reading reading)
    {
        // The usual statuses first: a call costs as much as all the rest.
        byte[] statuses = reading.Statuses;
        int asked = 0;
        if ((statuses[Vital.PulseRate] != (byte)ReadingStatus.Valid && !reading.HasValue(Vital.PulseRate))
            || (statuses[Vital.SpO2] != (byte)ReadingStatus.Uncalibrated && !reading.HasValue(Vital.SpO2)))
        {
            asked = 1 << AlarmCondition.NoSignal;
            byte reason = statuses[Vital.PulseRate];
            asked |= reason == (byte)ReadingStatus.Motion ? 1 << AlarmCondition.Motion : 0;
            asked |= reason == (byte)ReadingStatus.SensorFault ? 1 << AlarmCondition.SensorFault : 0;
        }

        byte probe = statuses[Vital.Temperature];
        return probe != (byte)ReadingStatus.Valid
            && (probe == (byte)ReadingStatus.NoFinger || probe == (byte)ReadingStatus.SensorFault)
            ? asked | (1 << AlarmCondition.ProbeOff) : asked;
    }

    private bool IsWaiting(int condition) => (_waiting >> condition & 1) != 0;

    private void UpdateCondition(int condition, bool isAsked, Reading reading)
    {
        int vital = AlarmRules.VitalOf(condition);
        long now = reading.MonotonicMs;
        bool isRaised = IsRaised(condition);
        if (!_limits.IsEnabled(condition))
        {
            _waiting &= ~(1 << condition);
            if (isRaised)
            {
                Turn(condition, now);
            }

            return;
        }

        if (vital >= 0 && !reading.IsFresh(vital))
        {
            if (!isRaised && IsWaiting(condition))
            {
                WaitUnknowing(condition, now);
            }

            return;
        }

        _lastKnownMs[condition] = now;
        _lastValues[condition] = vital >= 0 ? reading.Values[vital] : 0;
        bool isTrue = vital >= 0 && isRaised
            ? _limits.IsBeyond(condition, reading.Values[vital], true) : isAsked;
        if (isRaised == isTrue)
        {
            _waiting &= ~(1 << condition);
            return;
        }

        if (!IsWaiting(condition))
        {
            _waiting |= 1 << condition;
            _waitingSinceMs[condition] = now;
            _evidenceCount[condition] = 0;
        }

        _evidenceCount[condition]++;
        int delayMs = isRaised ? AlarmRules.OffDelayMs : _limits.DelayMsOf(condition);
        bool isSeenEnough = !isRaised || _evidenceCount[condition] * ReadingMs >= delayMs;
        if (isSeenEnough && now - _waitingSinceMs[condition] >= delayMs)
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
            if (now - _waitingSinceMs[condition] >= delayMs)
            {
                Turn(condition, now);
            }
        }
        else if (now - _lastKnownMs[condition] > UnknownMsMax)
        {
            _waiting &= ~(1 << condition);
        }
    }

    private void Turn(int condition, long now)
    {
        _raised ^= 1 << condition;
        _waiting &= ~(1 << condition);
        bool isRaised = IsRaised(condition);
        if (isRaised && AlarmRules.PriorityOf(condition) >= (byte)AlarmPriority.Medium)
        {
            _urgentCount++;
        }

        _changes.Push(
            condition, (byte)(isRaised ? AlarmStage.Raised : AlarmStage.Cleared), isRaised, now,
            AlarmRules.VitalOf(condition) >= 0, _lastValues[condition], _limits.LimitOf(condition));
    }
}
