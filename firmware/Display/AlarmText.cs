// What the screen calls each alarm and what it asks the patient to do. docs/patient-guide.md uses the same
// words.

using Pulsegate.Alarms;

namespace Pulsegate.Display;

/// <summary>Words for alarms. They ask for nothing but what any care plan allows.</summary>
public static class AlarmText
{
    /// <summary>Glyphs of the longest title.</summary>
    public const int TitleLengthMax = 17;

    /// <summary>Glyphs of a row of a hint; a hint takes two at most.</summary>
    public const int HintRowLength = 22;

    private const string CallForHelp = "Call for help now.";

    private static readonly string[] Titles =
    {
        "OXYGEN LOW", "PULSE SLOW", "PULSE FAST", "WEAK SIGNAL", "POOR SIGNAL", "TEMPERATURE LOW",
        "TEMPERATURE HIGH", "NO SIGNAL", "OXYGEN VERY LOW", "PULSE VERY SLOW", "PULSE VERY FAST", "VERY COLD",
        "HIGH FEVER", "MOVEMENT", "SENSOR FAULT", "PROBE OFF", "MEMORY FULL", "NOT CONNECTED",
        "CLOCK NOT SET",
        "BATTERY LOW",
    };

    private static readonly string[] Hints =
    {
        "Breathe calmly. Follow your care plan.", "Sit or lie down. Follow your care plan.",
        "Sit down and rest. Follow your care plan.", "Warm your hand. Try another finger.",
        "Hold still. Move the sensor a little.", "Cover up. Follow your care plan.",
        "Rest. Follow your care plan.", "Put your finger on the sensor. Hold still.", CallForHelp,
        CallForHelp,
        CallForHelp, "Warm up. Call for help.", "Call your nurse or doctor.", "Hold your hand still.",
        "Check the cable. Call your service number.", "Put the temperature probe back on.",
        "Old readings are kept shortened.", "Your readings are kept and sent later.",
        "Readings are kept. Check the connection.", "Connect the charger.",
    };

    /// <summary>The alarm's name, in capitals.</summary>
    public static string TitleOf(int condition) => Titles[condition];

    /// <summary>What to do.</summary>
    public static string HintOf(int condition) => Hints[condition];
}
