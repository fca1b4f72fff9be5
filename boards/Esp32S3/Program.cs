// Wiring of the ESP32-S3-DevKitC-1 N16R8. Everything else is shared: boards/Esp32.

using System;
using System.Device.Gpio;
using nanoFramework.Hardware.Esp32;
using Pulsegate.Boards.Esp32;
using Pulsegate.Signing;
using PinConfiguration = nanoFramework.Hardware.Esp32.Configuration;

namespace Pulsegate.Boards.Esp32S3;

/// <summary>The program that is flashed.</summary>
public static class Program
{
    private const int I2cBusId = 1, SpiBusId = 1;

    // 60 % of the 3 MB that 16 MB of flash leave: the rest is for Wi-Fi, certificates and littlefs itself.
    private const int StoreCapacityBytes = 3 * 1024 * 1024 / 10 * 6;

    // 3 MB keep 80 h at full resolution at two appends a minute as well, and a power cut takes half as much.
    private const int CommitIntervalSeconds = 30;

    /// <summary>Runs the newest program that has not failed: an update, or this one. Never returns.</summary>
    public static void Main()
    {
        try
        {
            ProgramLoader.Start("Esp32S3", "Pulsegate.Boards.Esp32S3.Program", Es256SignerMaker.Over);
        }
        catch (Exception exception)
        {
            SelfRestart.After(exception, null);
        }

        RunUnit();
    }

    /// <summary>Runs the unit for ever. Whatever ends it is recorded, and the unit restarts.</summary>
    public static void RunUnit()
    {
        Indicator indicator = null;
        try
        {
            PinConfiguration.SetPinFunction(Pins.I2cData, DeviceFunction.I2C1_DATA);
            PinConfiguration.SetPinFunction(Pins.I2cClock, DeviceFunction.I2C1_CLOCK);
            PinConfiguration.SetPinFunction(Pins.Piezo, DeviceFunction.PWM1);
            PinConfiguration.SetPinFunction(Pins.DisplayData, DeviceFunction.SPI1_MOSI);
            PinConfiguration.SetPinFunction(Pins.DisplayClock, DeviceFunction.SPI1_CLOCK);
            PinConfiguration.SetPinFunction(Pins.DisplayBack, DeviceFunction.SPI1_MISO);
            var gpio = new GpioController();
            string intakeNote = IdentityFiles.Take(gpio.OpenPin(Pins.Button, PinMode.InputPullUp));
            indicator = new Indicator(
                gpio, Pins.LightRed, Pins.LightGreen, Pins.LightBlue, Pins.Piezo,
                new Buttons(gpio, Pins.Silence, Pins.Acknowledge, Pins.Info, PinMode.InputPullUp),
                new PanelFace(
                    gpio, SpiBusId, Pins.DisplaySelect, Pins.DisplayDataCommand, Pins.DisplayReset));
            var board = new Board
            {
                Name = "ESP32-S3-DevKitC-1 N16R8", SensorBusId = I2cBusId, StoreCapacityBytes =
                    StoreCapacityBytes,
                CommitIntervalSeconds = CommitIntervalSeconds, Indicator = indicator,
                KeyPairs = Es256SignerMaker.Over, UpdateSlots =
                    ProgramLoader.OpenSlots("Esp32S3", Es256SignerMaker.Over),
            };
            new Unit(board).Run(intakeNote);
        }
        catch (Exception exception)
        {
            SelfRestart.After(exception, indicator);
        }
    }
}
