// The conditions that this unit raises alarms for, in the vocabulary of IEC 60601-1-8: physiological ones, of
// the patient, and technical ones, of the unit. docs/alarms.md is the table.

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

    /// <summary>Oxygen saturation below its second limit.</summary>
    public const int SpO2VeryLow = 8;

    /// <summary>Pulse rate below its second limit.</summary>
    public const int PulseRateVeryLow = 9;

    /// <summary>Pulse rate above its second limit.</summary>
    public const int PulseRateVeryHigh = 10;

    /// <summary>Temperature below its second limit.</summary>
    public const int TemperatureVeryLow = 11;

    /// <summary>Temperature above its second limit.</summary>
    public const int TemperatureVeryHigh = 12;

    /// <summary>The signal is disturbed by movement.</summary>
    public const int Motion = 13;

    /// <summary>The oximeter does not answer, or answers nonsense.</summary>
    public const int SensorFault = 14;

    /// <summary>The temperature probe is not on the body, or does not answer.</summary>
    public const int ProbeOff = 15;

    /// <summary>Flash holds no more: the oldest vitals are thinned or given up.</summary>
    public const int StorageFull = 16;

    /// <summary>The backend does not acknowledge what is sent: nobody far away sees this patient.</summary>
    public const int NotConnected = 17;

    /// <summary>The time of day is not known.</summary>
    public const int ClockUnknown = 18;

    /// <summary>The battery, where a board has one, is nearly empty.</summary>
    public const int BatteryLow = 19;

    /// <summary>How many conditions there are; at most 31, as they stand as bits in an int.</summary>
    public const int Count = 20;

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
            case SpO2VeryLow: return "spo2VeryLow";
            case PulseRateVeryLow: return "pulseRateVeryLow";
            case PulseRateVeryHigh: return "pulseRateVeryHigh";
            case TemperatureVeryLow: return "temperatureVeryLow";
            case TemperatureVeryHigh: return "temperatureVeryHigh";
            case Motion: return "motion";
            case SensorFault: return "sensorFault";
            case ProbeOff: return "probeOff";
            case StorageFull: return "storageFull";
            case NotConnected: return "notConnected";
            case ClockUnknown: return "clockUnknown";
            case BatteryLow: return "batteryLow";
            default: return "unknown";
        }
    }
}
