// Wiring of the ESP32-WROOM-32. Everything else is shared: boards/Esp32.

using System;
using System.Device.Gpio;
using nanoFramework.Hardware.Esp32;
using Pulsegate.Boards.Esp32;
using PinConfiguration = nanoFramework.Hardware.Esp32.Configuration;

namespace Pulsegate.Boards.Esp32DevKit;

/// <summary>The program that is flashed.</summary>
public static class Program
{
    private const int I2cBusId = 1;

    // 60 % of the 256 KB that 4 MB of flash leave: the rest is for Wi-Fi, certificates and littlefs itself.
    private const int StoreCapacityBytes = 256 * 1024 / 10 * 6;

    // At 100 000 erases a block 256 KB last about 10 years at one append a minute.
    private const int CommitIntervalSeconds = 60;

    /// <summary>Runs the unit for ever. Whatever ends it is recorded, and the unit restarts.</summary>
    public static void Main()
    {
        Indicator indicator = null;
        try
        {
            PinConfiguration.SetPinFunction(Pins.I2cData, DeviceFunction.I2C1_DATA);
            PinConfiguration.SetPinFunction(Pins.I2cClock, DeviceFunction.I2C1_CLOCK);
            PinConfiguration.SetPinFunction(Pins.Piezo, DeviceFunction.PWM1);
            var gpio = new GpioController();
            string intakeNote = IdentityFiles.Take(gpio.OpenPin(Pins.Button, PinMode.InputPullUp));
            indicator = new Indicator(
                gpio, Pins.LightRed, Pins.LightGreen, Pins.LightBlue, Pins.Piezo,
                new Buttons(gpio, Pins.Silence, Pins.Acknowledge, Pins.Info, PinMode.Input),
                null);
            var board = new Board
            {
                Name = "ESP32-WROOM-32", SensorBusId = I2cBusId, StoreCapacityBytes = StoreCapacityBytes,
                CommitIntervalSeconds = CommitIntervalSeconds, Indicator = indicator,
            };
            new Unit(board).Run(intakeNote);
        }
        catch (Exception exception)
        {
            SelfRestart.After(exception, indicator);
        }
    }
}
