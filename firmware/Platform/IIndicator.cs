// What a board owes the firmware: something to see and hear. It must never block and never fail upwards: an
// alarm is shown before anything that can wait is done.

using Pulsegate.Vitals;

namespace Pulsegate.Platform;

/// <summary>Local light, sound and display.</summary>
public interface IIndicator
{
    /// <summary>Shows the newest second. Called once a second and at once when the alarm state changes;
    /// returns within some ms.</summary>
    /// <param name="reading">The vitals with their statuses; the indicator shows no number where there is
    /// none.</param>
    /// <param name="alarmPriority">Highest priority now raised, by <see cref="Alarms.AlarmPriority"/> number;
    /// 0 is none.</param>
    /// <param name="isConnected">True while the backend acknowledges what is sent.</param>
    void Show(Reading reading, byte alarmPriority, bool isConnected);

    /// <summary>Shows which unit this is, by light and sound; an alarm goes before it. Returns at
    /// once.</summary>
    /// <param name="durationMs">How long.</param>
    void Identify(int durationMs);
}
