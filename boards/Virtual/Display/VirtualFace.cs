// Panel, light, piezo and buttons of a virtual unit: the firmware's screen over the real driver and the
// emulated controller, its beacon as it is. What is seen here is what the firmware has drawn.

using System.Device.Gpio;
using System.Device.Spi;
using Iot.Device.Ili9341;
using Iot.Device.Ili9341.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Display;
using Pulsegate.Emulation;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Display;

/// <summary>The face of a unit from one start to the next. All members are for the thread of the acquisition
/// loop, but <see cref="Press"/> and <see cref="Light"/>, which anybody may use.</summary>
public sealed class VirtualFace : IIndicator, IDisposable
{
    private const int BusCount = 200, FirstPin = 512;   // of the process's emulated buses and pins
    private const int StepMs = Beacon.TickMs;
    private const int WakeStep = 1 + (Ili9341.ResetMs / StepMs);
    private const int ShowStep = WakeStep + 1 + (Ili9341.WakeMs / StepMs);

    private static int _lastId;
    private readonly Ili9341Panel _panel;
    private readonly Ili9341 _driver;
    private readonly Screen _screen;
    private readonly UnitFacts _facts;
    private readonly Beacon _beacon;
    private readonly BeaconWatch _watch = new();
    private readonly IClock _clock;
    private readonly int _utcOffsetMinutes;
    private BeaconView _light = BeaconView.Off;
    private int _pressed;
    private int _step;

    /// <summary>A face that has just been given power.</summary>
    /// <param name="configuration">Settings of the unit.</param>
    /// <param name="clock">Time of day.</param>
    /// <param name="device">Device id.</param>
    public VirtualFace(GatewayConfiguration configuration, IClock clock, string device)
    {
        _clock = clock;
        _utcOffsetMinutes = configuration.UtcOffsetMinutes;
        _beacon = new Beacon(configuration.Sound);
        int id = (Interlocked.Increment(ref _lastId) - 1) % BusCount + 1;
        _panel = new Ili9341Panel(FirstPin + id);
        EmulatedSpiBuses.Register(id, _panel);
        _driver = new Ili9341(
            SpiDevice.Create(new SpiConnectionSettings(id, 0)),
            new GpioController().OpenPin(FirstPin + id, PinMode.Output), Ili9341Orientation.Landscape);
        _facts = new UnitFacts
        {
            Device = device, Version = Recorder.FirmwareVersion, SelfTest = "is running",
        };
        _screen = new Screen(new Canvas(_driver), clock, _utcOffsetMinutes, _facts);
    }

    /// <summary>Light and sound as of the newest tick.</summary>
    public BeaconView Light => Volatile.Read(ref _light);

    /// <summary>Rises with every pixel that is drawn.</summary>
    public long PixelCount => _panel.PixelCount;

    /// <summary>What an eye sees of the panel.</summary>
    public Picture Look() => Picture.Of(_panel);

    /// <summary>Somebody presses.</summary>
    /// <param name="buttons">By <see cref="Button"/>.</param>
    public void Press(int buttons) => Interlocked.Or(ref _pressed, buttons);

    /// <inheritdoc/>
    public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
    {
        _screen.Show(reading, alarms, isConnected);
        _beacon.Show(reading, alarms, isConnected);
    }

    /// <summary>Tells how the self-test of this start has ended; what does not fit into the row is
    /// cut.</summary>
    public void ShowSelfTest(SelfTest test)
        => _facts.SelfTest = test.HasPassed ? "passed" : "FAILED " + test.Failures();

    /// <inheritdoc/>
    public void Identify(int durationMs) => _beacon.Identify(durationMs);

    /// <inheritdoc/>
    public int TakePressed()
    {
        int pressed = Interlocked.Exchange(ref _pressed, 0);
        if ((pressed & Button.Info) != 0)
        {
            _screen.ToggleInfo();
        }

        return pressed;
    }

    /// <summary>One tick: starts the panel as its data sheet asks, draws a little, moves light and sound
    /// on.</summary>
    /// <param name="pulseCounts">Newest sample of the pulse wave.</param>
    public void Step(int pulseCounts)
    {
        switch (_step++)
        {
            case 0:
                _driver.Reset();
                break;
            case WakeStep:
                _driver.Wake();
                break;
            case ShowStep:
                _driver.Show();
                break;
            case > ShowStep:
                _screen.TakePulse(pulseCounts);
                _screen.Step();
                break;
        }

        _beacon.Step(LocalTime.MinuteOfDay(_clock, _utcOffsetMinutes));
        Volatile.Write(ref _light, _watch.Look(_beacon));
    }

    /// <inheritdoc/>
    public void Dispose() => _driver.Dispose();
}
