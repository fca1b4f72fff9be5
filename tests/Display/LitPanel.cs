// The one panel of the tests: the real driver and the real screen over the emulated controller.

using System.Device.Gpio;
using System.Device.Spi;
using Iot.Device.Ili9341;
using Iot.Device.Ili9341.Emulator;
using Pulsegate.Display;
using Pulsegate.Emulation;
using Pulsegate.Platform;
using Pulsegate.Virtual.Display;

namespace Pulsegate.Tests.Display;

/// <summary>A panel that has been switched on, and the screen that draws on it.</summary>
internal sealed class LitPanel
{
    private const int BusId = 250, Pin = 1000, StepCountMax = 200;

    public LitPanel(UnitFacts? facts = null, int utcOffsetMinutes = 0)
    {
        EmulatedSpiBuses.Register(BusId, Panel);
        var driver = new Ili9341(
            SpiDevice.Create(new SpiConnectionSettings(BusId, 1)),
            new GpioController().OpenPin(Pin, PinMode.Output), Ili9341Orientation.Landscape);
        driver.Reset();
        driver.Wake();
        driver.Show();
        Screen = new Screen(new Canvas(driver), Clock, utcOffsetMinutes, facts ?? new UnitFacts());
    }

    /// <summary>The emulated controller.</summary>
    public Ili9341Panel Panel { get; } = new(Pin);

    /// <summary>What draws.</summary>
    public Screen Screen { get; }

    /// <summary>Its time of day.</summary>
    public StandingClock Clock { get; } = new();

    /// <summary>Steps the screen until it is whole.</summary>
    /// <returns>How many steps it took.</returns>
    public int Draw() => Draw(Screen.Step);

    /// <summary>Steps until the screen is whole.</summary>
    /// <param name="step">A step of the screen, and of what goes with it.</param>
    /// <returns>How many steps it took.</returns>
    public int Draw(Action step)
    {
        int steps = 0;
        do
        {
            step();
            steps++;
        }
        while (!Screen.IsDrawn && steps < StepCountMax);
        Assert.IsTrue(Screen.IsDrawn);
        Assert.AreEqual(0, Panel.MistakeCount);
        return steps;
    }

    /// <summary>What an eye sees.</summary>
    public Picture Look() => Picture.Of(Panel);

    /// <summary>A time that stands still.</summary>
    internal sealed class StandingClock : IClock
    {
        public long MonotonicMs => 0;

        public long UtcMs => 1_790_000_000_000;

        public TimeQuality Quality { get; set; } = TimeQuality.Synced;
    }
}
