// Stand-in for nanoFramework's GpioPin; see PinMode.cs. Its level is the emulated pin's of the same number.

using Pulsegate.Emulation;

namespace System.Device.Gpio;

/// <summary>One pin.</summary>
public sealed class GpioPin : IDisposable
{
    private PinMode _mode;

    internal GpioPin(int number, PinMode mode)
    {
        PinNumber = number;
        _mode = mode;
    }

    /// <summary>Its number.</summary>
    public int PinNumber { get; }

    /// <summary>What it is for.</summary>
    public PinMode GetPinMode() => _mode;

    /// <summary>Changes what it is for.</summary>
    public void SetPinMode(PinMode value) => _mode = value;

    /// <summary>Its level.</summary>
    public PinValue Read() => EmulatedPins.IsHigh(PinNumber);

    /// <summary>Drives it.</summary>
    public void Write(PinValue value) => EmulatedPins.Set(PinNumber, (bool)value);

    /// <summary>Turns its level over.</summary>
    public void Toggle() => EmulatedPins.Set(PinNumber, !EmulatedPins.IsHigh(PinNumber));

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
    }
}
