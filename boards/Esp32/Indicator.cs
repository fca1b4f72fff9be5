// One RGB light and a piezo, switched as the beacon says.

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
    /// <summary>Pitch of the piezo, Hz.</summary>
    public const int ToneHz = 2700;

    private readonly GpioPin _red;
    private readonly GpioPin _green;
    private readonly GpioPin _blue;
    private readonly PwmChannel _piezo;
    private readonly Beacon _beacon;
    private bool _isSounding;

    /// <summary>Opens the pins, light blue, no sound. The piezo's pin must have been given the function PWM1
    /// before.</summary>
    public Indicator(GpioController gpio, int redPin, int greenPin, int bluePin, int piezoPin)
    {
        _beacon = new Beacon(new SoundSettings());
        _red = gpio.OpenPin(redPin, PinMode.Output);
        _green = gpio.OpenPin(greenPin, PinMode.Output);
        _blue = gpio.OpenPin(bluePin, PinMode.Output);
        _piezo = PwmChannel.CreateFromPin(piezoPin, ToneHz, 0.5);
        SetLight(false, false, true);
    }

    /// <inheritdoc/>
    public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
    {
        _beacon.Show(reading, alarms, isConnected);
    }

    /// <inheritdoc/>
    public void Identify(int durationMs) => _beacon.Identify(durationMs);

    /// <inheritdoc/>
    public int TakePressed() => 0;

    /// <summary>One tick of the patterns.</summary>
    public void Step()
    {
        _beacon.Step(-1);
        SetLight(_beacon.IsRed, _beacon.IsGreen, _beacon.IsBlue);
        SetSound(_beacon.Volume > 0);
    }

    /// <summary>The last thing before a restart after a failure: red, no sound.</summary>
    public void ShowFailure()
    {
        SetLight(true, false, false);
        SetSound(false);
    }

    private void SetLight(bool isRed, bool isGreen, bool isBlue)
    {
        _red.Write(isRed ? PinValue.High : PinValue.Low);
        _green.Write(isGreen ? PinValue.High : PinValue.Low);
        _blue.Write(isBlue ? PinValue.High : PinValue.Low);
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
