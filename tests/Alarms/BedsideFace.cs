// What somebody at the bed sees and hears: the real beacon and the real screen over an emulated panel.

using System.Device.Gpio;
using System.Device.Spi;
using Iot.Device.Ili9341;
using Iot.Device.Ili9341.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Emulation;
using Pulsegate.Platform;
using Pulsegate.Virtual.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

/// <summary>An indicator with buttons, stepped by its owner every 100 ms.</summary>
internal sealed class BedsideFace : IIndicator
{
    private const int BusId = 251, Pin = 1001;
    private const int BannerTop = 176;
    private readonly Ili9341Panel _panel = new(Pin);
    private readonly Beacon _beacon = new(new SoundSettings());
    private readonly Screen _screen;

    public BedsideFace()
    {
        EmulatedSpiBuses.Register(BusId, _panel);
        var driver = new Ili9341(
            SpiDevice.Create(new SpiConnectionSettings(BusId, 1)),
            new GpioController().OpenPin(Pin, PinMode.Output),
            Ili9341Orientation.Landscape);
        driver.Reset();
        driver.Wake();
        driver.Show();
        _screen = new Screen(new Canvas(driver), new FixedClock(), 0, new UnitFacts());
    }

    /// <summary>Buttons that are taken next.</summary>
    public int Pressed { get; set; }

    /// <summary>True when the screen is whole.</summary>
    public bool IsDrawn => _screen.IsDrawn;

    /// <summary>True while the piezo sounds.</summary>
    public bool IsSounding => _beacon.Volume > 0;

    /// <summary>Colour of the light now; black while it is dark.</summary>
    public string Colour => (_beacon.IsRed, _beacon.IsGreen, _beacon.IsBlue) switch
    {
        (false, false, false) => "black",
        (true, false, false) => "red",
        (true, true, false) => "yellow",
        (false, true, true) => "cyan",
        (false, true, false) => "green",
        (false, false, true) => "blue",
        _ => "white",
    };

    /// <inheritdoc/>
    public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
    {
        _beacon.Show(reading, alarms, isConnected);
        _screen.PulseLevel = reading.IsFresh(Vital.PulseRate) ? 60 : -1;
        _screen.Show(reading, alarms, isConnected);
    }

    /// <inheritdoc/>
    public void Identify(int durationMs) => _beacon.Identify(durationMs);

    /// <inheritdoc/>
    public int TakePressed()
    {
        int pressed = Pressed;
        Pressed = 0;
        return pressed;
    }

    /// <summary>One tick of light, sound and screen.</summary>
    public void Step()
    {
        _beacon.Step(-1);
        _screen.Step();
    }

    /// <summary>Steps until the screen is whole.</summary>
    /// <returns>How many steps it took.</returns>
    public int Draw()
    {
        int steps = 0;
        do
        {
            Step();
            steps++;
        }
        while (!_screen.IsDrawn && steps < 200);
        Assert.IsTrue(_screen.IsDrawn);
        return steps;
    }

    /// <summary>Colours other than black, and whether it sounds, over the next so many ticks.</summary>
    public (string Colours, bool IsHeard) Watch(int ticks)
    {
        var colours = new SortedSet<string>();
        bool isHeard = false;
        for (int i = 0; i < ticks; i++)
        {
            Step();
            isHeard |= IsSounding;
            colours.Add(Colour);
        }

        colours.Remove("black");
        return (string.Join(' ', colours), isHeard);
    }

    /// <summary>Everything above the banner.</summary>
    public byte[] Top() => Rows(0, BannerTop);

    /// <summary>The banner.</summary>
    public byte[] Banner() => Rows(BannerTop, Ili9341.Height);

    private byte[] Rows(int from, int to)
    {
        byte[] pixels = Picture.Of(_panel).Pixels;
        int row = pixels.Length / Ili9341.Height;
        return pixels[(from * row)..(to * row)];
    }

    private sealed class FixedClock : IClock
    {
        public long MonotonicMs => 0;

        public long UtcMs => 1_790_000_000_000;

        public TimeQuality Quality => TimeQuality.Synced;
    }
}
