// One RGB light and a piezo. Colours, flash rates and pulse patterns follow the idea of IEC 60601-1-8 (red
// fast, yellow slow, steady for low priority; ten, three and one pulse); no conformity is claimed.

using System.Device.Gpio;
using System.Device.Pwm;
using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Boards.Esp32;

/// <summary>Light and sound. Show sets what is to be seen; Step, every 100 ms from the same thread, makes it
/// flash and sound.</summary>
public sealed class Indicator : IIndicator
{
    /// <summary>Time of one step of the patterns, ms.</summary>
    public const int TickMs = 100;

    /// <summary>Pitch of the piezo, Hz.</summary>
    public const int ToneHz = 2700;

    // One character a tick: 1 is on. The sound patterns begin with an alarm and repeat at their length.
    private const string HighLight = "11000";
    private const string MediumLight = "11111111110000000000";
    private const string Steady = "1";
    private const string Offline = "11111111111111111110";
    private const string HighSound = "1101101100001101100000001101101100001101100000000000000000";
    private const string MediumSound =
        "110011001100000000000000000000000000000000000000000000000000000000000000000";
    private const string LowSound =
        "11000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000";
    private const string Silence = "0";
    private const string IdentifyLight = "10";
    private const string IdentifySound = "1000000000";

    private readonly GpioPin _red;
    private readonly GpioPin _green;
    private readonly GpioPin _blue;
    private readonly PwmChannel _piezo;
    private string _light = Steady;
    private string _sound = Silence;
    private bool _isRed;
    private bool _isGreen;
    private bool _isBlue = true;
    private byte _priority;
    private int _tick;
    private bool _isSounding;
    private int _identifyTicksLeft;

    /// <summary>Opens the pins, light blue, no sound. The piezo's pin must have been given the function PWM1
    /// before.</summary>
    public Indicator(GpioController gpio, int redPin, int greenPin, int bluePin, int piezoPin)
    {
        _red = gpio.OpenPin(redPin, PinMode.Output);
        _green = gpio.OpenPin(greenPin, PinMode.Output);
        _blue = gpio.OpenPin(bluePin, PinMode.Output);
        _piezo = PwmChannel.CreateFromPin(piezoPin, ToneHz, 0.5);
        SetLight(true);
    }

    /// <inheritdoc/>
    public void Show(Reading reading, byte alarmPriority, bool isConnected)
    {
        bool isMeasuring = reading.IsFresh(Vital.PulseRate);
        if (alarmPriority != _priority)
        {
            _priority = alarmPriority;
            _tick = 0;
        }

        switch ((AlarmPriority)alarmPriority)
        {
            case AlarmPriority.High:
                SetPattern(HighLight, HighSound, true, false, false);
                break;
            case AlarmPriority.Medium:
                SetPattern(MediumLight, MediumSound, true, true, false);
                break;
            case AlarmPriority.Low:
                SetPattern(Steady, LowSound, true, true, false);
                break;
            default:
                // Green while a pulse is measured, blue while it is not; a wink every 2 s says that the
                // backend is not reached.
                SetPattern(isConnected ? Steady : Offline, Silence, false, isMeasuring, !isMeasuring);
                break;
        }
    }

    /// <inheritdoc/>
    public void Identify(int durationMs)
    {
        _identifyTicksLeft = durationMs / TickMs;
    }

    /// <summary>One tick of the patterns.</summary>
    public void Step()
    {
        _identifyTicksLeft -= _identifyTicksLeft > 0 ? 1 : 0;
        if (_identifyTicksLeft > 0 && _priority == 0)
        {
            SetPattern(IdentifyLight, IdentifySound, true, true, true);   // until the next Show
        }

        SetLight(_light[_tick % _light.Length] == '1');
        SetSound(_sound[_tick % _sound.Length] == '1');
        _tick = _tick == int.MaxValue ? 0 : _tick + 1;
    }

    /// <summary>The last thing before a restart after a failure: red, no sound.</summary>
    public void ShowFailure()
    {
        SetPattern(Steady, Silence, true, false, false);
        SetLight(true);
        SetSound(false);
    }

    private void SetPattern(string light, string sound, bool isRed, bool isGreen, bool isBlue)
    {
        _light = light;
        _sound = sound;
        _isRed = isRed;
        _isGreen = isGreen;
        _isBlue = isBlue;
    }

    private void SetLight(bool isOn)
    {
        _red.Write(isOn && _isRed ? PinValue.High : PinValue.Low);
        _green.Write(isOn && _isGreen ? PinValue.High : PinValue.Low);
        _blue.Write(isOn && _isBlue ? PinValue.High : PinValue.Low);
    }

    private void SetSound(bool isOn)
    {
        if (isOn == _isSounding)
        {
            return;
        }

        _isSounding = isOn;
        if (isOn)
        {
            _piezo.Start();
        }
        else
        {
            _piezo.Stop();
        }
    }
}
