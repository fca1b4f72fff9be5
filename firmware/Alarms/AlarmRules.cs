// What is fixed about each alarm condition: what it watches, how urgent it is, its bounds, and the defaults
// that a unit begins with. One row a condition, in the order of their numbers; docs/alarms.md is checked
// against it.

using Pulsegate.Vitals;

namespace Pulsegate.Alarms;

/// <summary>The rules of the conditions. Nothing here can be configured; <see cref="AlarmLimits"/> holds what
/// can.</summary>
public static class AlarmRules
{
    /// <summary>How long every condition must be away, by its hysteresis, before its alarm ends, in
    /// ms.</summary>
    public const int OffDelayMs = 5000;

    /// <summary>Longest delay that may be set, in seconds, for a condition of the patient or the
    /// signal.</summary>
    public const int DelaySecondsMax = 120;

    /// <summary>Longest delay that may be set for a connection or a clock that is not there, in
    /// seconds.</summary>
    public const int SlowDelaySecondsMax = 3600;

    private const int None = -1;
    private const int Below = 0, Above = 1;
    private const int Low = (int)AlarmPriority.Low, Medium = (int)AlarmPriority.Medium,
        High = (int)AlarmPriority.High;
    private const int Latches = 1, MayBeOff = 2, Slow = 4;

    private const int VitalAt = 0, SideAt = 1, PriorityAt = 2, FlagsAt = 3, LimitAt = 4, MinAt = 5, MaxAt = 6;
    private const int HysteresisAt = 7, DelayAt = 8, ColumnCount = 9;

    // First limits follow the field practice of bedside monitors for adults (SpO2 90 %, pulse 50 to 120
    // /min), second ones their "desaturation" and "extreme" alarms (pulse 40 and 140 /min); no second SpO2
    // limit below 85 % is a default (ISO 80601-2-61; clause not checked). A temperature is seldom a matter of
    // seconds.
    private static readonly short[] Rows =
    {
        // vital, side, priority, flags, limit, lowest, highest, hysteresis, delay s
        Vital.SpO2, Below, Medium, 0, 900, 700, 990, 10, 10,                         // SpO2Low
        Vital.PulseRate, Below, Medium, MayBeOff, 500, 200, 900, 20, 10,             // PulseRateLow
        Vital.PulseRate, Above, Medium, MayBeOff, 1200, 800, 2300, 20, 10,           // PulseRateHigh
        Vital.PerfusionIndex, Below, Low, MayBeOff, 30, 5, 500, 5, 30,               // PerfusionLow
        Vital.Quality, Below, Low, MayBeOff, 30, 5, 90, 10, 30,                      // QualityLow
        Vital.Temperature, Below, Low, MayBeOff, 3500, 2000, 3700, 20, 60,           // TemperatureLow
        Vital.Temperature, Above, Low, MayBeOff, 3800, 3000, 4200, 20, 60,           // TemperatureHigh
        None, Below, Medium, 0, 0, 0, 0, 0, 30,                                      // NoSignal
        Vital.SpO2, Below, High, Latches, 850, 600, 950, 10, 5,                      // SpO2VeryLow
        Vital.PulseRate, Below, High, Latches, 400, 200, 800, 20, 5,                 // PulseRateVeryLow
        Vital.PulseRate, Above, High, Latches, 1400, 900, 2400, 20, 5,               // PulseRateVeryHigh
        Vital.Temperature, Below, Medium, MayBeOff, 3400, 2000, 3700, 20, 60,        // TemperatureVeryLow
        Vital.Temperature, Above, Medium, MayBeOff, 3950, 3000, 4300, 20, 60,        // TemperatureVeryHigh
        None, Below, Low, MayBeOff, 0, 0, 0, 0, 60,                                  // Motion
        None, Below, Medium, 0, 0, 0, 0, 0, 10,                                      // SensorFault
        None, Below, Low, MayBeOff, 0, 0, 0, 0, 60,                                  // ProbeOff
        None, Below, Low, MayBeOff, 0, 0, 0, 0, 10,                                  // StorageFull
        None, Below, Low, MayBeOff | Slow, 0, 0, 0, 0, 600,                          // NotConnected
        None, Below, Low, MayBeOff | Slow, 0, 0, 0, 0, 600,                          // ClockUnknown
        None, Below, Low, MayBeOff, 0, 0, 0, 0, 10,                                  // BatteryLow
    };

    // From the lowest limit to the highest, for each vital that has more than one; a vital's limits keep this
    // order, so that the second alarm never comes before the first.
    private static readonly int[] Order =
    {
        AlarmCondition.SpO2VeryLow, AlarmCondition.SpO2Low,
        AlarmCondition.PulseRateVeryLow, AlarmCondition.PulseRateLow, AlarmCondition.PulseRateHigh,
        AlarmCondition.PulseRateVeryHigh,
        AlarmCondition.TemperatureVeryLow, AlarmCondition.TemperatureLow, AlarmCondition.TemperatureHigh,
        AlarmCondition.TemperatureVeryHigh,
    };

    /// <summary>The conditions of high priority, a bit each.</summary>
    public static readonly int HighConditions = Gather(PriorityAt, High, High);

    /// <summary>The conditions of medium priority, a bit each.</summary>
    public static readonly int MediumConditions = Gather(PriorityAt, High, Medium);

    /// <summary>The conditions that stay to be seen, without sound, after they have ended, until somebody
    /// acknowledges them, a bit each.</summary>
    public static readonly int LatchingConditions = Gather(FlagsAt, Latches, Latches);

    /// <summary>The vital it watches, by <see cref="Vital"/>; -1 when it is about no number.</summary>
    public static int VitalOf(int condition) => At(condition, VitalAt);

    /// <summary>True when it is raised above the limit, false when below.</summary>
    public static bool IsAbove(int condition) => At(condition, SideAt) == Above;

    /// <summary>Priority by <see cref="AlarmPriority"/> number. Configuration cannot make an alarm less
    /// urgent.</summary>
    public static byte PriorityOf(int condition) => (byte)At(condition, PriorityAt);

    /// <summary>True when configuration may switch it off.</summary>
    public static bool MaySwitchOff(int condition) => (At(condition, FlagsAt) & MayBeOff) != 0;

    /// <summary>Limit that a unit begins with, in the vital's stored unit.</summary>
    public static int DefaultLimitOf(int condition) => At(condition, LimitAt);

    /// <summary>Lowest limit that may be set.</summary>
    public static int LimitMinOf(int condition) => At(condition, MinAt);

    /// <summary>Highest limit that may be set.</summary>
    public static int LimitMaxOf(int condition) => At(condition, MaxAt);

    /// <summary>How far the value must come back beyond the limit before the alarm ends, in the vital's
    /// unit.</summary>
    public static int HysteresisOf(int condition) => At(condition, HysteresisAt);

    /// <summary>How long the condition must hold before it is raised, as a unit begins, in seconds.</summary>
    public static int DefaultDelaySecondsOf(int condition) => At(condition, DelayAt);

    /// <summary>Longest delay that may be set, in seconds.</summary>
    public static int DelaySecondsMaxOf(int condition)
    {
        return (At(condition, FlagsAt) & Slow) != 0 ? SlowDelaySecondsMax : DelaySecondsMax;
    }

    /// <summary>The condition whose limit is the next lower one of the same vital; -1 when there is
    /// none.</summary>
    public static int LowerOf(int condition) => Neighbour(condition, -1);

    /// <summary>The condition whose limit is the next higher one of the same vital; -1 when there is
    /// none.</summary>
    public static int HigherOf(int condition) => Neighbour(condition, 1);

    private static int Neighbour(int condition, int step)
    {
        for (int i = 0; i < Order.Length; i++)
        {
            int next = i + step;
            if (Order[i] == condition && next >= 0 && next < Order.Length
                && VitalOf(Order[next]) == VitalOf(condition))
            {
                return Order[next];
            }
        }

        return None;
    }

    private static int Gather(int column, int mask, int value)
    {
        int conditions = 0;
        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            conditions |= (At(condition, column) & mask) == value ? 1 << condition : 0;
        }

        return conditions;
    }

    private static int At(int condition, int column) => Rows[(condition * ColumnCount) + column];
}
