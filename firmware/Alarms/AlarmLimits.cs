// The limits that the alarm engine works to: what configuration and commands may set, for one patient, within
// the safe bounds of the rules.

using Pulsegate.Vitals;

namespace Pulsegate.Alarms;

/// <summary>
/// Limit, delay and switch of each condition, by <see cref="AlarmCondition"/>. Made with the documented
/// defaults. The acquisition loop owns it.
/// </summary>
public sealed class AlarmLimits
{
    private readonly int[] _limits = new int[AlarmCondition.Count];
    private readonly int[] _delaysMs = new int[AlarmCondition.Count];
    private readonly int[] _quietMin = new int[Vital.Count];   // no condition is true from here
    private readonly int[] _quietMax = new int[Vital.Count];   // to here
    private int _enabled = (1 << AlarmCondition.Count) - 1;

    /// <summary>Limits with the documented defaults, all enabled.</summary>
    public AlarmLimits()
    {
        for (int i = 0; i < AlarmCondition.Count; i++)
        {
            _limits[i] = AlarmRules.DefaultLimitOf(i);
            _delaysMs[i] = AlarmRules.DefaultDelaySecondsOf(i) * 1000;
        }

        FindQuiet();
    }

    /// <summary>The conditions that are switched on, a bit each.</summary>
    public int Enabled => _enabled;

    /// <summary>The limit, in the vital's stored unit (0.1 %, 0.1 /min, 0.01 %, 0.01 °C).</summary>
    public int LimitOf(int condition) => _limits[condition];

    /// <summary>How long the condition must hold before it is raised, in ms.</summary>
    public int DelayMsOf(int condition) => _delaysMs[condition];

    /// <summary>False when configuration has switched the condition off.</summary>
    public bool IsEnabled(int condition) => (_enabled >> condition & 1) != 0;

    /// <summary>True when a limit and a delay are within the safe bounds of the condition.</summary>
    public static bool IsWithinBounds(int condition, int limit, int delaySeconds)
    {
        return limit >= AlarmRules.LimitMinOf(condition) && limit <= AlarmRules.LimitMaxOf(condition)
            && delaySeconds >= 0 && delaySeconds <= AlarmRules.DelaySecondsMaxOf(condition);
    }

    /// <summary>The condition whose limit a new limit would cross: low limits stay below high ones, and the
    /// second alarm never comes before the first. -1 for none.</summary>
    public int FindCrossed(int condition, int limit)
    {
        int lower = AlarmRules.LowerOf(condition);
        if (lower >= 0 && !IsOrdered(lower, _limits[lower], condition, limit))
        {
            return lower;
        }

        int higher = AlarmRules.HigherOf(condition);
        return higher >= 0 && !IsOrdered(condition, limit, higher, _limits[higher]) ? higher : -1;
    }

    /// <summary>Sets limit and delay. False, and nothing changed, when they are outside the safe
    /// bounds.</summary>
    public bool TrySet(int condition, int limit, int delaySeconds)
    {
        if (!IsWithinBounds(condition, limit, delaySeconds))
        {
            return false;
        }

        _limits[condition] = limit;
        _delaysMs[condition] = delaySeconds * 1000;
        FindQuiet();
        return true;
    }

    /// <summary>Switches a condition on or off. False when it cannot be switched off.</summary>
    public bool TryEnable(int condition, bool isEnabled)
    {
        if (!isEnabled && !AlarmRules.MaySwitchOff(condition))
        {
            return false;
        }

        _enabled = isEnabled ? _enabled | (1 << condition) : _enabled & ~(1 << condition);
        return true;
    }

    /// <summary>True when the value is beyond the condition's limit, which is moved by the hysteresis when
    /// the alarm is raised already.</summary>
    public bool IsBeyond(int condition, int value, bool isRaised)
    {
        int hysteresis = isRaised ? AlarmRules.HysteresisOf(condition) : 0;
        int limit = _limits[condition];
        return AlarmRules.IsAbove(condition) ? value > limit - hysteresis : value < limit + hysteresis;
    }

    /// <summary>The conditions that this second's numbers make true, a bit each. Costs about 25 instructions
    /// a vital while every number is within its limits.</summary>
    public int FindBeyond(Reading reading)
    {
        int[] values = reading.Values;
        int[] quietMin = _quietMin;
        int[] quietMax = _quietMax;
        int beyond = 0;
        int vital = Vital.Count;
        while (vital > 0)
        {
            int value = values[--vital];
            if ((value < quietMin[vital] || value > quietMax[vital]) && reading.IsFresh(vital))
            {
                beyond |= FindBeyond(vital, value);
            }
        }

        return beyond;
    }

    private static bool IsOrdered(int lower, int lowerLimit, int higher, int higherLimit)
    {
        // Two limits on the same side may be equal: both alarms are raised then.
        return AlarmRules.IsAbove(lower) == AlarmRules.IsAbove(higher)
            ? lowerLimit <= higherLimit : lowerLimit < higherLimit;
    }

    private int FindBeyond(int vital, int value)
    {
        int beyond = 0;
        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            if (AlarmRules.VitalOf(condition) == vital && IsBeyond(condition, value, false))
            {
                beyond |= 1 << condition;
            }
        }

        return beyond;
    }

    private void FindQuiet()
    {
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            _quietMin[vital] = int.MinValue;
            _quietMax[vital] = int.MaxValue;
        }

        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            int vital = AlarmRules.VitalOf(condition);
            int limit = _limits[condition];
            if (vital >= 0 && AlarmRules.IsAbove(condition))
            {
                _quietMax[vital] = limit < _quietMax[vital] ? limit : _quietMax[vital];
            }
            else if (vital >= 0)
            {
                _quietMin[vital] = limit > _quietMin[vital] ? limit : _quietMin[vital];
            }
        }
    }
}
