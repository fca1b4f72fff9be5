// The limits that the alarm engine works to: one row a condition, with safe bounds that configuration cannot
// cross.

using Pulsegate.Vitals;

namespace Pulsegate.Alarms;

/// <summary>
/// Limit, delays, hysteresis and priority of each condition, as parallel arrays by
/// <see cref="AlarmCondition"/>. Made with the documented defaults; configuration may change limits and
/// delays within the bounds of <see cref="IsWithinBounds"/>.
/// </summary>
public sealed class AlarmLimits
{
    /// <summary>Shortest and longest time that a condition must hold before it is raised, in
    /// seconds.</summary>
    public const int DelaySecondsMin = 0, DelaySecondsMax = 120;

    /// <summary>How long every condition must be away, by its hysteresis, before its alarm ends, in
    /// ms.</summary>
    public const int OffDelayMs = 5000;

    // Defaults follow field practice of bedside monitors (SpO2 90 %, pulse 50 to 120 /min in adults); a low
    // saturation limit below 85 % is not offered as a default anywhere (ISO 80601-2-61, from memory, clause
    // not checked).
    private static readonly int[] DefaultLimits = { 900, 500, 1200, 30, 30, 3500, 3800, 0 };
    private static readonly int[] LimitMin = { 700, 200, 800, 5, 5, 2000, 3000, 0 };
    private static readonly int[] LimitMax = { 990, 900, 2300, 500, 90, 3700, 4200, 0 };
    private static readonly int[] DefaultDelaysMs = { 10000, 10000, 10000, 30000, 30000, 60000, 60000, 30000 };
    private static readonly int[] DefaultHysteresis = { 10, 20, 20, 5, 10, 20, 20, 0 };
    private static readonly int[] WatchedVitals =
    {
        Vital.SpO2, Vital.PulseRate, Vital.PulseRate, Vital.PerfusionIndex, Vital.Quality, Vital.Temperature,
        Vital.Temperature, -1,
    };

    private static readonly byte[] Priorities = { 3, 3, 2, 1, 1, 2, 2, 2 };
    private static readonly byte[] AboveFlags = { 0, 0, 1, 0, 0, 0, 1, 0 };

    private readonly int[] _limits = new int[AlarmCondition.Count];
    private readonly int[] _delaysMs = new int[AlarmCondition.Count];
    private readonly bool[] _isEnabled = new bool[AlarmCondition.Count];

    /// <summary>Limits with the documented defaults, all enabled.</summary>
    public AlarmLimits()
    {
        for (int i = 0; i < AlarmCondition.Count; i++)
        {
            _limits[i] = DefaultLimits[i];
            _delaysMs[i] = DefaultDelaysMs[i];
            _isEnabled[i] = true;
        }
    }

    /// <summary>The limit, in the vital's stored unit (0.1 %, 0.1 /min, 0.01 %, 0.01 °C).</summary>
    public int LimitOf(int condition) => _limits[condition];

    /// <summary>How long the condition must hold before it is raised, in ms.</summary>
    public int DelayMsOf(int condition) => _delaysMs[condition];

    /// <summary>How far the value must come back beyond the limit before the alarm ends, in the vital's
    /// unit.</summary>
    public static int HysteresisOf(int condition) => DefaultHysteresis[condition];

    /// <summary>Priority by <see cref="AlarmPriority"/> number. Fixed: configuration cannot make an alarm
    /// less urgent.</summary>
    public static byte PriorityOf(int condition) => Priorities[condition];

    /// <summary>The vital it watches; -1 for no signal.</summary>
    public static int VitalOf(int condition) => WatchedVitals[condition];

    /// <summary>True when it is raised above the limit, false when below.</summary>
    public static bool IsAbove(int condition) => AboveFlags[condition] != 0;

    /// <summary>False when configuration has switched the condition off. No signal and saturation cannot be
    /// switched off.</summary>
    public bool IsEnabled(int condition) => _isEnabled[condition];

    /// <summary>Lowest limit that may be set.</summary>
    public static int LimitMinOf(int condition) => LimitMin[condition];

    /// <summary>Highest limit that may be set.</summary>
    public static int LimitMaxOf(int condition) => LimitMax[condition];

    /// <summary>True when a limit and a delay are within the safe bounds of the condition.</summary>
    public static bool IsWithinBounds(int condition, int limit, int delaySeconds)
    {
        return limit >= LimitMin[condition] && limit <= LimitMax[condition]
            && delaySeconds >= DelaySecondsMin && delaySeconds <= DelaySecondsMax;
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
        return true;
    }

    /// <summary>Switches a condition on or off. False when it cannot be switched off.</summary>
    public bool TryEnable(int condition, bool isEnabled)
    {
        if (!isEnabled && (condition == AlarmCondition.NoSignal || condition == AlarmCondition.SpO2Low))
        {
            return false;
        }

        _isEnabled[condition] = isEnabled;
        return true;
    }
}
