// Stand-in for nanoFramework's GpioController; see PinMode.cs.

namespace System.Device.Gpio;

/// <summary>The board's pins.</summary>
public sealed class GpioController : IDisposable
{
    /// <summary>Opens a pin as an input.</summary>
    public GpioPin OpenPin(int pinNumber) => new GpioPin(pinNumber, PinMode.Input);

    /// <summary>Opens a pin.</summary>
    public GpioPin OpenPin(int pinNumber, PinMode mode) => new GpioPin(pinNumber, mode);

    /// <summary>Closes the controller.</summary>
    public void Dispose()
    {
    }
}
