// The conditions that this unit raises alarms for.

namespace Pulsegate.Alarms;

/// <summary>What an alarm is about. The numbers are part of the wire format and never change.</summary>
public static class AlarmCondition
{
    /// <summary>Oxygen saturation below its limit.</summary>
    public const int SpO2Low = 0;

    /// <summary>Pulse rate below its limit.</summary>
    public const int PulseRateLow = 1;

    /// <summary>Pulse rate above its limit.</summary>
    public const int PulseRateHigh = 2;

    /// <summary>Perfusion index below its limit: the numbers are about to become unreliable.</summary>
    public const int PerfusionLow = 3;

    /// <summary>Signal quality below its limit.</summary>
    public const int QualityLow = 4;

    /// <summary>Temperature below its limit.</summary>
    public const int TemperatureLow = 5;

    /// <summary>Temperature above its limit.</summary>
    public const int TemperatureHigh = 6;

    /// <summary>No pulse rate or no saturation, for whatever reason: no finger, motion, a fault. A quiet
    /// screen is not good news, and half a screen is not either.</summary>
    public const int NoSignal = 7;

    /// <summary>How many conditions there are.</summary>
    public const int Count = 8;

    /// <summary>Name of a condition as configuration and documents write it; "unknown" outside the
    /// range.</summary>
    public static string NameOf(int condition)
    {
        switch (condition)
        {
            case SpO2Low: return "spo2Low";
            case PulseRateLow: return "pulseRateLow";
            case PulseRateHigh: return "pulseRateHigh";
            case PerfusionLow: return "perfusionLow";
            case QualityLow: return "qualityLow";
            case TemperatureLow: return "temperatureLow";
            case TemperatureHigh: return "temperatureHigh";
            case NoSignal: return "noSignal";
            default: return "unknown";
        }
    }
}
