// How the picture lies on the panel.

namespace Iot.Device.Ili9341;

/// <summary>Landscape, 320 by 240, with the connector of the usual breakout to the left or to the
/// right.</summary>
public enum Ili9341Orientation
{
    /// <summary>Connector to the right.</summary>
    Landscape = 0,

    /// <summary>Turned by half a turn.</summary>
    LandscapeTurned = 1,
}
