// Somebody at the bed of a simulated unit: presses buttons, seldom when all is quiet and often when there is
// an alarm. What the unit then decides must be found in its records.

using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Simulation;

/// <summary>Presses by a stream of its own, so that what else is drawn stays what it was.</summary>
internal sealed class SimulatedNurse(Random random) : IIndicator
{
    // One step in so many, a second each.
    private const int IdleSteps = 3600, AlarmSteps = 150;
    private bool _hasAlarm;

    /// <summary>Buttons pressed in the newest step, by <see cref="Button"/>; 0 once somebody has
    /// looked.</summary>
    public int Pressed { get; set; }

    /// <summary>A unit has just been given power: nothing is to be seen or pressed.</summary>
    public void Begin()
    {
        _hasAlarm = false;
        Pressed = 0;
    }

    /// <inheritdoc/>
    public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
        => _hasAlarm = alarms.LightPriority > (byte)AlarmPriority.None;

    /// <inheritdoc/>
    public void Identify(int durationMs)
    {
    }

    /// <inheritdoc/>
    public int TakePressed()
    {
        bool isPressing = random.Next(_hasAlarm ? AlarmSteps : IdleSteps) == 0;
        Pressed = isPressing ? random.Next(Button.Silence, (Button.Silence | Button.Acknowledge) + 1) : 0;
        return Pressed;
    }
}
