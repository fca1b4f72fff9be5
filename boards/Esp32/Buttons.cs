// Three buttons to ground. A press is kept until somebody asks, however short it was; a contact that bounces
// is one press, for a button counts again only once it was seen let go.

using System.Device.Gpio;
using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>Buttons for silence, acknowledgement and information. Press and question may come from two
/// threads.</summary>
public sealed class Buttons
{
    private const int Count = 3;

    private readonly GpioPin[] _pins = new GpioPin[Count];
    private readonly object _lock = new object();
    private int _fallen;        // pins that fell since the last question
    private int _armed = (1 << Count) - 1;

    /// <summary>Opens the pins.</summary>
    /// <param name="gpio">Their controller.</param>
    /// <param name="silencePin">For <see cref="Button.Silence"/>.</param>
    /// <param name="acknowledgePin">For <see cref="Button.Acknowledge"/>.</param>
    /// <param name="infoPin">For <see cref="Button.Info"/>.</param>
    /// <param name="mode">InputPullUp, or Input where the pins need resistors of their own.</param>
    public Buttons(GpioController gpio, int silencePin, int acknowledgePin, int infoPin, PinMode mode)
    {
        int[] numbers = { silencePin, acknowledgePin, infoPin };
        for (int i = 0; i < Count; i++)
        {
            _pins[i] = gpio.OpenPin(numbers[i], mode);
            _pins[i].ValueChanged += NoteChange;
        }
    }

    /// <summary>Buttons pressed since the last call, <see cref="Button"/> bits. Call it every 100
    /// ms.</summary>
    public int TakePressed()
    {
        int fallen;
        lock (_lock)
        {
            fallen = _fallen;
            _fallen = 0;
        }

        int down = 0;
        for (int i = 0; i < Count; i++)
        {
            down |= _pins[i].Read() == PinValue.Low ? 1 << i : 0;
        }

        // The bits lie in the order of the pins.
        int pressed = (fallen | down) & _armed;
        _armed = (_armed & ~pressed) | ~(fallen | down);
        return pressed & (Button.Silence | Button.Acknowledge | Button.Info);
    }

    private void NoteChange(object sender, PinValueChangedEventArgs change)
    {
        if (change.ChangeType != PinEventTypes.Falling)
        {
            return;
        }

        for (int i = 0; i < Count; i++)
        {
            if (_pins[i] != null && _pins[i].PinNumber == change.PinNumber)
            {
                lock (_lock)
                {
                    _fallen |= 1 << i;
                }
            }
        }
    }
}
