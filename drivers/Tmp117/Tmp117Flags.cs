// Status flags of the TMP117's configuration register (SNOSD82D, section 7.6).

using System;

namespace Iot.Device.Tmp117;

/// <summary>What happened since the flags were last read.</summary>
[Flags]
public enum Tmp117Flags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A conversion has ended.</summary>
    DataReady = Bits.DataReady,

    /// <summary>A result was below the low limit.</summary>
    LowAlert = Bits.LowAlert,

    /// <summary>A result was above the high limit.</summary>
    HighAlert = Bits.HighAlert,
}
