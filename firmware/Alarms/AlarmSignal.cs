// How the alarms stand for somebody in the room.

namespace Pulsegate.Alarms;

/// <summary>What is to be seen and heard now. The <see cref="Annunciator"/> owns and reuses it.</summary>
public sealed class AlarmSignal
{
    /// <summary>What the banner names, by <see cref="AlarmCondition"/>; -1 for nothing.</summary>
    public int Condition = -1;

    /// <summary>The conditions that are raised or latched, a bit each.</summary>
    public int Raised;

    /// <summary>Priority that the light shows, by <see cref="AlarmPriority"/> number: of everything that is
    /// raised, also while it is silenced or acknowledged, and of what is latched.</summary>
    public byte LightPriority;

    /// <summary>Priority that sounds, by <see cref="AlarmPriority"/> number; 0 for silence.</summary>
    public byte SoundPriority;

    /// <summary>True when nobody has answered in time: as loud as it goes.</summary>
    public bool IsUnattended;

    /// <summary>True when everything that is raised has been acknowledged.</summary>
    public bool IsAcknowledged;

    /// <summary>True when nothing is raised any more and something of high priority was, which nobody has
    /// acknowledged.</summary>
    public bool IsLatched;

    /// <summary>True while the sound is paused.</summary>
    public bool IsAudioPaused;

    /// <summary>How long the pause lasts yet, ms.</summary>
    public int PauseLeftMs;
}
