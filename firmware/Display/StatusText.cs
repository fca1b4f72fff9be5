// What the screen says about a number that is not there, or is in doubt.

using Pulsegate.Vitals;

namespace Pulsegate.Display;

/// <summary>Words for statuses.</summary>
public static class StatusText
{
    /// <summary>A word or two beside the number; empty when there is no doubt.</summary>
    public static string Of(ReadingStatus status)
    {
        switch (status)
        {
            case ReadingStatus.Valid: return "";
            case ReadingStatus.Uncalibrated: return "not calibr.";
            case ReadingStatus.Acquiring: return "wait";
            case ReadingStatus.NoFinger: return "no finger";
            case ReadingStatus.LowPerfusion: return "weak pulse";
            case ReadingStatus.Motion: return "movement";
            case ReadingStatus.AmbientLight: return "too bright";
            case ReadingStatus.SensorFault: return "sensor fault";
            default: return "";
        }
    }

    /// <summary>What to do while there is no alarm.</summary>
    public static string HintOf(ReadingStatus status)
    {
        switch (status)
        {
            case ReadingStatus.Acquiring: return "Hold still. Measuring.";
            case ReadingStatus.NoFinger: return "Put your finger on the sensor.";
            case ReadingStatus.LowPerfusion: return "Warm your hand. Try another finger.";
            case ReadingStatus.Motion: return "Hold your hand still.";
            case ReadingStatus.AmbientLight: return "Keep bright light off the sensor.";
            case ReadingStatus.SensorFault: return "Check the cable.";
            default: return "";
        }
    }
}
