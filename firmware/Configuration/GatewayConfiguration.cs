// What may be set from outside, from one JSON file. Identity and keys are not here: they are the board's.

using Pulsegate.Alarms;

namespace Pulsegate.Configuration;

/// <summary>The gateway's settings, made with the documented defaults. See docs/configuration.md for the
/// file.</summary>
public sealed class GatewayConfiguration
{
    /// <summary>Shortest and longest commit interval, in seconds. Flash lasts 66 days at one commit a
    /// second.</summary>
    public const int CommitIntervalSecondsMin = 10, CommitIntervalSecondsMax = 300;

    /// <summary>Commit interval where neither board nor file says another.</summary>
    public const int CommitIntervalSecondsDefault = 60;

    /// <summary>Averaging time of SpO2 where the file says none, and the fast one, in seconds.</summary>
    public const int SpO2AveragingSecondsDefault = 8, SpO2AveragingSecondsFast = 4;

    /// <summary>Fewest and most points of a calibration table.</summary>
    public const int CalibrationPointCountMin = 2, CalibrationPointCountMax = 32;

    /// <summary>Host name or address of the broker.</summary>
    public string BrokerHost = "localhost";

    /// <summary>TCP port of the broker, TLS.</summary>
    public int BrokerPort = 8883;

    /// <summary>True to speak MQTT 3.1.1 from the start: for a broker that has no 5 and does not say so.
    /// Where it does say so the link falls back by itself.</summary>
    public bool IsMqtt311;

    /// <summary>Seconds between two sealed batches, 10 to 300.</summary>
    public int CommitIntervalSeconds = CommitIntervalSecondsDefault;

    /// <summary>True to send the last seconds unrecorded on <c>live</c>, for a screen.</summary>
    public bool IsLiveEnabled = true;

    /// <summary>True when this board's sensor has red and infrared swapped, as common clone boards
    /// do.</summary>
    public bool IsRedInfraredSwapped;

    /// <summary>Averaging time of SpO2, seconds: 8, or 4, which follows a fall sooner and is less
    /// steady.</summary>
    public int SpO2AveragingSeconds = SpO2AveragingSecondsDefault;

    /// <summary>Temperature sensor fitted: "tmp117", "max30205" or "none".</summary>
    public string TemperatureSensor = "tmp117";

    /// <summary>True when the temperature probe is on the skin, false in a body's cavity or fold: what may be
    /// shown and how fast it may change differ.</summary>
    public bool IsTemperatureOfSkin;

    /// <summary>What the clock on the wall is ahead of UTC, minutes: for the display and for the night of
    /// <see cref="Sound"/>. Everything that is stored or sent stays in UTC.</summary>
    public int UtcOffsetMinutes;

    /// <summary>How loud alarms sound, by day and by night.</summary>
    public readonly SoundSettings Sound = new SoundSettings();

    /// <summary>Alarm limits and delays.</summary>
    public readonly AlarmLimits Alarms = new AlarmLimits();

    /// <summary>Version of the device's own SpO2 calibration; 0 when there is none and the generic curve is
    /// used.</summary>
    public int CalibrationVersion;

    /// <summary>Ratios of ratios of the calibration table in thousandths, rising; null when there is
    /// none.</summary>
    public int[] CalibrationRatioMilli;

    /// <summary>SpO2 at each ratio in 0.1 %; null when there is none.</summary>
    public int[] CalibrationSpO2Tenths;
}
