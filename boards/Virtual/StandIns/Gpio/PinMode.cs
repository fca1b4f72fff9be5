// Stand-in for System.Device.Gpio of nanoFramework: same names, shapes and results, so that drivers compile
// unchanged. Also in the device subset: compiled for the real nanoCLR it carries driver and emulator there.

namespace System.Device.Gpio;

/// <summary>What a pin is for.</summary>
public enum PinMode
{
    /// <summary>Input.</summary>
    Input = 0,

    /// <summary>Input, pulled to ground.</summary>
    InputPullDown = 1,

    /// <summary>Input, pulled to the supply.</summary>
    InputPullUp = 2,

    /// <summary>Output.</summary>
    Output = 3,

    /// <summary>Output that only pulls to ground.</summary>
    OutputOpenDrain = 4,

    /// <summary>Output that only pulls to ground, pulled to the supply.</summary>
    OutputOpenDrainPullUp = 5,

    /// <summary>Output that only pulls to the supply.</summary>
    OutputOpenSource = 6,

    /// <summary>Output that only pulls to the supply, pulled to ground.</summary>
    OutputOpenSourcePullDown = 7,
}
