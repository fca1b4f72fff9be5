// ESP32-S3-DevKitC-1 N16R8. Left alone: 26 to 37 (flash and octal PSRAM), 19 and 20 (USB), 43 and 44 (UART0),
// 0, 3, 45 and 46 (strapping).

namespace Pulsegate.Boards.Esp32S3;

/// <summary>Where everything is connected. The wiring table in boards/README.md says the same.</summary>
internal static class Pins
{
    /// <summary>I2C bus of both sensors.</summary>
    public const int I2cData = 8, I2cClock = 9;

    /// <summary>RGB light, common cathode, 330 ohm each.</summary>
    public const int LightRed = 4, LightGreen = 5, LightBlue = 6;

    /// <summary>Passive piezo.</summary>
    public const int Piezo = 7;

    /// <summary>The board's BOOT button, low while pressed. A strapping pin: free once the program
    /// runs.</summary>
    public const int Button = 0;

    /// <summary>Buttons to ground.</summary>
    public const int Silence = 15, Acknowledge = 16, Info = 17;

    /// <summary>Display on SPI.</summary>
    public const int DisplayData = 11, DisplayClock = 12, DisplayBack = 13, DisplaySelect = 10;

    /// <summary>The display's own pins.</summary>
    public const int DisplayDataCommand = 14, DisplayReset = 21;
}
