// The colours of the screen, 5 bits of red, 6 of green, 5 of blue. Chosen so that no two that mean different
// things differ in hue alone: priorities differ in lightness too, and every colour comes with words.

namespace Pulsegate.Display;

/// <summary>Colours.</summary>
internal static class Palette
{
    /// <summary>Background.</summary>
    public const int Black = 0x0000;

    /// <summary>Numbers and words.</summary>
    public const int White = 0xFFFF;

    /// <summary>What is old or in doubt.</summary>
    public const int Grey = 0x8C71;

    /// <summary>High priority: dark red under white words.</summary>
    public const int Red = 0xB000;

    /// <summary>Medium priority: yellow under black words.</summary>
    public const int Yellow = 0xFFE0;

    /// <summary>Low priority: pale blue under black words.</summary>
    public const int Cyan = 0x867F;

    /// <summary>Oxygen.</summary>
    public const int Blue = 0x5D7F;

    /// <summary>Pulse.</summary>
    public const int Green = 0x9FF3;
}
