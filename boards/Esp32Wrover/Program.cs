// Wiring of the ESP32-WROVER-E N8R8. Everything else is shared: boards/Esp32.

using System;
using System.Device.Gpio;
using nanoFramework.Hardware.Esp32;
using Pulsegate.Boards.Esp32;
using Pulsegate.Signing;
using PinConfiguration = nanoFramework.Hardware.Esp32.Configuration;

namespace Pulsegate.Boards.Esp32Wrover;

/// <summary>The program that is flashed.</summary>
public static class Program
{
    private const int I2cBusId = 1;

    // 60 % of the 2 MB that 8 MB of flash leave: the rest is for Wi-Fi, certificates and littlefs itself.
    private const int StoreCapacityBytes = 2 * 1024 * 1024 / 10 * 6;

    /// <summary>Runs the unit for ever. Whatever ends it is recorded, and the unit restarts.</summary>
    public static void Main()
    {
        Indicator indicator = null;
        try
        {
            PinConfiguration.SetPinFunction(Pins.I2cData, DeviceFunction.I2C1_DATA);
            PinConfiguration.SetPinFunction(Pins.I2cClock, DeviceFunction.I2C1_CLOCK);
            PinConfiguration.SetPinFunction(Pins.Piezo, DeviceFunction.PWM1);
            indicator = new Indicator(
                new GpioController(), Pins.LightRed, Pins.LightGreen, Pins.LightBlue, Pins.Piezo);
            new Unit("ESP32-WROVER-E N8R8", I2cBusId, StoreCapacityBytes, indicator, Es256SignerMaker.Over).Run();
        }
        catch (Exception exception)
        {
            SelfRestart.After(exception, indicator);
        }
    }
}
