// Fake of the board's WifiStation.

namespace Pulsegate.Boards.Esp32;

/// <summary>A network that is there or not.</summary>
public sealed class WifiStation
{
    public bool IsThere { get; set; } = true;

    public string LastError { get; private set; } = "";

    public bool TryConnect()
    {
        LastError = IsThere ? "" : "Wi-Fi: no connection";
        return IsThere;
    }
}
