// Stand-in for nanoFramework's SpiBusConfiguration; see SpiMode.cs.

namespace System.Device.Spi;

/// <summary>How many data lines there are.</summary>
public enum SpiBusConfiguration
{
    /// <summary>One each way.</summary>
    FullDuplex = 0,

    /// <summary>One for both.</summary>
    HalfDuplex = 1,

    /// <summary>One, one way.</summary>
    Simplex = 2,
}
