namespace Pulsegate.Virtual.Display;

/// <summary>What light and piezo of a unit do: now, and as a pattern measured over the last
/// seconds.</summary>
/// <param name="IsRed">The red part of the light is on.</param>
/// <param name="IsGreen">The green part is on.</param>
/// <param name="IsBlue">The blue part is on.</param>
/// <param name="Volume">What sounds, percent; 0 for silence.</param>
/// <param name="Color">Name of the colour while the light is lit.</param>
/// <param name="FlashesPerMinute">How often it goes on, a minute; 0 for steady or dark.</param>
/// <param name="LitPercent">Share of time in which it is lit.</param>
public sealed record BeaconView(
    bool IsRed, bool IsGreen, bool IsBlue, int Volume, string Color, int FlashesPerMinute, int LitPercent)
{
    /// <summary>A unit without power.</summary>
    public static BeaconView Off { get; } = new(false, false, false, 0, "dark", 0, 0);
}
