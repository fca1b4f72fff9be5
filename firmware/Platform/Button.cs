// The three buttons of a unit.

namespace Pulsegate.Platform;

/// <summary>Buttons, as bits.</summary>
public static class Button
{
    /// <summary>Pauses the sound, or ends the pause.</summary>
    public const int Silence = 1;

    /// <summary>I have seen it.</summary>
    public const int Acknowledge = 2;

    /// <summary>Shows the last alarms and how the unit is, or goes back.</summary>
    public const int Info = 4;
}
