// The status that every value carries. No value is shown, stored or sent without it.

namespace Pulsegate.Vitals;

/// <summary>Why a value is what it is, or why there is none. The numbers are part of the wire format and
/// never change.</summary>
public enum ReadingStatus : byte
{
    /// <summary>Measured now, by the documented method. Carries a value.</summary>
    Valid = 0,

    /// <summary>A finger is on, and not enough signal has been seen yet. No value.</summary>
    Acquiring = 1,

    /// <summary>Nothing is on the sensor. No value.</summary>
    NoFinger = 2,

    /// <summary>The pulse is too small to be measured honestly. No value.</summary>
    LowPerfusion = 3,

    /// <summary>The signal is disturbed by movement. No value.</summary>
    Motion = 4,

    /// <summary>Ambient light or saturation drowns the signal. No value.</summary>
    AmbientLight = 5,

    /// <summary>The sensor does not answer, or answers nonsense. No value.</summary>
    SensorFault = 6,

    /// <summary>The last value is up to 10 s old; it is shown with its age, and not stored or sent
    /// again.</summary>
    Stale = 7,

    /// <summary>As Valid, but computed with a generic curve: no calibration of this device exists. Carries a
    /// value.</summary>
    Uncalibrated = 8,
}
