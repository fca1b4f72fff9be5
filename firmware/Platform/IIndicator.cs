// What a board owes the firmware: something to see, hear and press. It must never block and never fail
// upwards: an alarm is shown before anything that can wait is done.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Platform;

/// <summary>Local light, sound, display and buttons.</summary>
public interface IIndicator
{
    /// <summary>Shows the newest second. Called once a second and at once when the alarm state changes;
    /// returns within some ms.</summary>
    /// <param name="reading">The vitals with their statuses; the indicator shows no number where there is
    /// none.</param>
    /// <param name="alarms">How the alarms stand: light and sound have priorities of their own.</param>
    /// <param name="isConnected">True while the backend acknowledges what is sent.</param>
    void Show(Reading reading, AlarmSignal alarms, bool isConnected);

    /// <summary>Shows which unit this is, by light and sound; an alarm goes before it. Returns at
    /// once.</summary>
    /// <param name="durationMs">How long.</param>
    void Identify(int durationMs);

    /// <summary>Buttons pressed since the last call, <see cref="Button"/> bits; 0 on a board without
    /// buttons.</summary>
    int TakePressed();
}
