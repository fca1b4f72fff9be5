// One RGB light and a piezo, switched as the beacon says, three buttons, and a display where there is one.

using System.Device.Gpio;
using System.Device.Pwm;
using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Boards.Esp32;

/// <summary>Light, sound, buttons and display. Show sets what is to be seen; Step, every 100 ms from the same
/// thread, makes it flash and sound.</summary>
public sealed class Indicator : IIndicator
{
    /// <summary>Pitch of the piezo, Hz.</summary>
    public const int ToneHz = 2700;

    private const double LoudestDuty = 0.5 / Beacon.VolumeMax;   // a percent of volume, as duty

    private readonly GpioPin _red;
    private readonly GpioPin _green;
    private readonly GpioPin _blue;
    private readonly PwmChannel _piezo;
    private readonly Buttons _buttons;
    private readonly Face _face;   // null on a board without a display
    private Beacon _beacon = new Beacon(new SoundSettings());
    private IClock _clock;         // null: not begun, and no night
    private int _utcOffsetMinutes;
    private int _volume;

    /// <summary>Opens the pins, light blue, no sound. The piezo's pin must have been given the function PWM1
    /// before.</summary>
    public Indicator(
        GpioController gpio, int redPin, int greenPin, int bluePin, int piezoPin, Buttons buttons, Face face)
    {
        _buttons = buttons;
        _face = face;
        _red = gpio.OpenPin(redPin, PinMode.Output);
        _green = gpio.OpenPin(greenPin, PinMode.Output);
        _blue = gpio.OpenPin(bluePin, PinMode.Output);
        _piezo = PwmChannel.CreateFromPin(piezoPin, ToneHz, 0.5);
        SetLight(false, false, true);
    }

    /// <summary>Takes the settings, before the first Show.</summary>
    /// <param name="configuration">Settings of the unit.</param>
    /// <param name="clock">Time of day, for the night and the display.</param>
    /// <param name="device">Device id.</param>
    /// <param name="version">Version of the firmware.</param>
    public void Begin(GatewayConfiguration configuration, IClock clock, string device, string version)
    {
        _beacon = new Beacon(configuration.Sound);
        _utcOffsetMinutes = configuration.UtcOffsetMinutes;
        _clock = clock;
        if (_face != null)
        {
            _face.Begin(configuration, clock, device, version);
        }
    }

    /// <inheritdoc/>
    public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
    {
        _beacon.Show(reading, alarms, isConnected);
        if (_face != null)
        {
            _face.Show(reading, alarms, isConnected);
        }
    }

    /// <inheritdoc/>
    public void Identify(int durationMs) => _beacon.Identify(durationMs);

    /// <inheritdoc/>
    public int TakePressed()
    {
        int pressed = _buttons.TakePressed();
        if ((pressed & Button.Info) != 0 && _face != null)
        {
            _face.ToggleInfo();
        }

        return pressed;
    }

    /// <summary>How the self-test went, for the display.</summary>
    public void ShowSelfTest(string result)
    {
        if (_face != null)
        {
            _face.ShowSelfTest(result);
        }
    }

    /// <summary>One tick of the patterns, and a little of the picture.</summary>
    /// <param name="pulseCounts">Newest sample of the pulse wave.</param>
    public void Step(int pulseCounts)
    {
        _beacon.Step(_clock == null ? -1 : LocalTime.MinuteOfDay(_clock, _utcOffsetMinutes));
        SetLight(_beacon.IsRed, _beacon.IsGreen, _beacon.IsBlue);
        SetVolume(_beacon.Volume);
        if (_face != null)
        {
            _face.Step(pulseCounts);
        }
    }

    /// <summary>The last thing before a restart after a failure: red, no sound.</summary>
    public void ShowFailure()
    {
        SetLight(true, false, false);
        SetVolume(0);
    }

    private void SetLight(bool isRed, bool isGreen, bool isBlue)
    {
        _red.Write(isRed ? PinValue.High : PinValue.Low);
        _green.Write(isGreen ? PinValue.High : PinValue.Low);
        _blue.Write(isBlue ? PinValue.High : PinValue.Low);
    }

    // A piezo is loudest at half duty; how loud it is below that has not been measured.
    private void SetVolume(int percent)
    {
        if (percent == _volume)
        {
            return;
        }

        _volume = percent;
        if (percent == 0)
        {
            _piezo.Stop();
        }
        else
        {
            _piezo.DutyCycle = percent * LoudestDuty;
            _piezo.Start();
        }
    }
}
