// Stand-in for nanoFramework's DataFlow; see SpiMode.cs.

namespace System.Device.Spi;

/// <summary>Order of the bits in a byte.</summary>
public enum DataFlow
{
    /// <summary>The most significant bit first.</summary>
    MsbFirst = 0,

    /// <summary>The least significant bit first.</summary>
    LsbFirst = 1,
}
