// Interrupt sources of the MAX30102: status register 1 in bits 0 to 7, status register 2 in bits 8 to 15.

using System;

namespace Iot.Device.Max3010x;

/// <summary>Events that the chip reports in its two status registers.</summary>
[Flags]
public enum Max3010xInterrupts
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Supply came up: after a brown-out every register is at its power-up value.</summary>
    PowerReady = Bits.PowerReady,

    /// <summary>Ambient light is beyond what the chip cancels: it is in the samples.</summary>
    AmbientLightOverflow = Bits.AmbientOverflow,

    /// <summary>A new sample is in the FIFO.</summary>
    NewSample = Bits.NewSample,

    /// <summary>The FIFO holds as many samples as the configuration asked to be told of.</summary>
    FifoAlmostFull = Bits.AlmostFull,

    /// <summary>A die temperature conversion has ended.</summary>
    DieTemperatureReady = Bits.DieTemperatureReady << 8,
}
