// ESP32-DevKitC with an ESP32-WROVER-E module. Left alone: 6 to 11 (flash), 16 and 17 (PSRAM), 1 and 3
// (UART0), 0, 2, 5, 12 and 15 (strapping).

namespace Pulsegate.Boards.Esp32Wrover;

/// <summary>Where everything is connected. The wiring table in boards/README.md says the same.</summary>
internal static class Pins
{
    /// <summary>I2C bus of both sensors.</summary>
    public const int I2cData = 21, I2cClock = 22;

    /// <summary>RGB light, common cathode, 330 ohm each.</summary>
    public const int LightRed = 25, LightGreen = 26, LightBlue = 27;

    /// <summary>Passive piezo.</summary>
    public const int Piezo = 4;

    /// <summary>The board's BOOT button, low while pressed. A strapping pin: free once the program
    /// runs.</summary>
    public const int Button = 0;

    /// <summary>Buttons to ground, with 10 kohm each to 3.3 V: these pins have no pull-up.</summary>
    public const int Silence = 34, Acknowledge = 35, Info = 39;

    /// <summary>Display on SPI.</summary>
    public const int DisplayData = 23, DisplayClock = 18, DisplayBack = 19, DisplaySelect = 13;

    /// <summary>The display's own pins.</summary>
    public const int DisplayDataCommand = 32, DisplayReset = 33;
}
