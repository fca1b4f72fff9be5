// What somebody at the bed sees and hears: the real beacon and the real screen over an emulated panel.

using Iot.Device.Ili9341;
using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Tests.Display;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

/// <summary>An indicator with buttons, stepped by its owner every 100 ms.</summary>
internal sealed class BedsideFace : IIndicator
{
    private const int BannerTop = 176;
    private readonly LitPanel _panel = new();
    private readonly Beacon _beacon = new(new SoundSettings());

    /// <summary>Buttons that are taken next.</summary>
    public int Pressed { get; set; }

    /// <summary>True when the screen is whole.</summary>
    public bool IsDrawn => _panel.Screen.IsDrawn;

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
        _panel.Screen.PulseLevel = reading.IsFresh(Vital.PulseRate) ? 60 : -1;
        _panel.Screen.Show(reading, alarms, isConnected);
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
        _panel.Screen.Step();
    }

    /// <summary>Steps until the screen is whole.</summary>
    /// <returns>How many steps it took.</returns>
    public int Draw() => _panel.Draw(Step);

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
        byte[] pixels = _panel.Look().Pixels;
        int row = pixels.Length / Ili9341.Height;
        return pixels[(from * row)..(to * row)];
    }
}
