// The screen on an ILI9341 at the SPI bus. Only boards that have one compile this.

using System.Device.Gpio;
using System.Device.Spi;
using System.Threading;
using Iot.Device.Ili9341;
using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Display;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Boards.Esp32;

/// <summary>A panel of 320 by 240. SPI has no acknowledgement: whether one is there cannot be
/// told.</summary>
public sealed class PanelFace : Face
{
    private const int ResetPulseMs = 1;   // at least 10 µs (ILI9341, 15.4)

    private readonly Canvas _canvas;
    private readonly UnitFacts _facts = new UnitFacts { SelfTest = "is running" };
    private Screen _screen;   // null: not begun

    /// <summary>Resets the panel, blackens it and switches it on; blocks for 0.4 s.</summary>
    /// <param name="gpio">Controller of the two pins.</param>
    /// <param name="busId">SPI bus, whose pins have been given their function.</param>
    /// <param name="selectPin">Chip select.</param>
    /// <param name="dataCommandPin">D/CX.</param>
    /// <param name="resetPin">Reset, low while it holds.</param>
    public PanelFace(GpioController gpio, int busId, int selectPin, int dataCommandPin, int resetPin)
    {
        GpioPin reset = gpio.OpenPin(resetPin, PinMode.Output);
        reset.Write(PinValue.Low);
        Thread.Sleep(ResetPulseMs);
        reset.Write(PinValue.High);
        Thread.Sleep(Ili9341.ResetMs);
        var panel = new Ili9341(
            SpiDevice.Create(
                new SpiConnectionSettings(busId, selectPin) { ClockFrequency = Ili9341.ClockFrequencyHz }),
            gpio.OpenPin(dataCommandPin, PinMode.Output), Ili9341Orientation.Landscape);
        panel.Wake();
        Thread.Sleep(Ili9341.WakeMs);
        panel.Show();
        _canvas = new Canvas(panel);
    }

    /// <inheritdoc/>
    public override void Begin(
        GatewayConfiguration configuration, IClock clock, string device, string version)
    {
        _facts.Device = device;
        _facts.Version = version;
        _screen = new Screen(_canvas, clock, configuration.UtcOffsetMinutes, _facts);
    }

    /// <inheritdoc/>
    public override void Show(Reading reading, AlarmSignal alarms, bool isConnected)
    {
        _screen.Show(reading, alarms, isConnected);
    }

    /// <inheritdoc/>
    public override void ToggleInfo() => _screen.ToggleInfo();

    /// <inheritdoc/>
    public override void ShowSelfTest(string result) => _facts.SelfTest = result;

    /// <inheritdoc/>
    public override void Step(int pulseCounts)
    {
        _screen.TakePulse(pulseCounts);
        _screen.Step();
    }
}
