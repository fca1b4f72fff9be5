// What a board with a display adds to light and sound. A class without a body, so that a board without a
// display does not load the display's assembly.

using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Boards.Esp32;

/// <summary>A display. Used from the acquisition thread once it has begun.</summary>
public abstract class Face
{
    /// <summary>Begins to draw: the settings are known now.</summary>
    /// <param name="configuration">Settings of the unit.</param>
    /// <param name="clock">Time of day.</param>
    /// <param name="device">Device id.</param>
    /// <param name="version">Version of the firmware.</param>
    public abstract void Begin(
        GatewayConfiguration configuration, IClock clock, string device, string version);

    /// <summary>Takes the newest second.</summary>
    public abstract void Show(Reading reading, AlarmSignal alarms, bool isConnected);

    /// <summary>The button for information was pressed.</summary>
    public abstract void ToggleInfo();

    /// <summary>How the self-test went.</summary>
    public abstract void ShowSelfTest(string result);

    /// <summary>Draws a little. Blocks for its transfers: 10 KB at most, 8 ms.</summary>
    /// <param name="pulseCounts">Newest sample of the pulse wave.</param>
    public abstract void Step(int pulseCounts);
}
