// Fills an ILI9341 with one colour after the other.
// On an ESP32 map the pins first: Configuration.SetPinFunction(23, DeviceFunction.SPI1_MOSI) and (18,
// DeviceFunction.SPI1_CLOCK).

using System.Device.Gpio;
using System.Device.Spi;
using System.Threading;
using Iot.Device.Ili9341;

namespace Iot.Device.Ili9341.Sample;

/// <summary>The sample.</summary>
public static class Program
{
    private const int ChipSelectPin = 5, DataCommandPin = 16;

    /// <summary>Runs for as long as the board has power.</summary>
    public static void Main()
    {
        var settings = new SpiConnectionSettings(1, ChipSelectPin)
        {
            ClockFrequency = Ili9341.ClockFrequencyHz,
        };
        GpioPin dataCommand = new GpioController().OpenPin(DataCommandPin, PinMode.Output);
        var display = new Ili9341(SpiDevice.Create(settings), dataCommand, Ili9341Orientation.Landscape);
        display.Reset();
        Thread.Sleep(Ili9341.ResetMs);
        display.Wake();
        Thread.Sleep(Ili9341.WakeMs);
        display.Show();
        for (int i = 0; true; i++)
        {
            display.Fill(0, 0, Ili9341.Width, Ili9341.Height,
                Ili9341.ColorOf((i & 1) * 255, (i & 2) * 127, (i & 4) * 63));
            Thread.Sleep(1000);
        }
    }
}
