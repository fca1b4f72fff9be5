namespace Pulsegate.Field.Wire;

/// <summary>Flags of a packet. Source: nf-interpreter, src/CLR/Include/WireProtocol.h, July 2026.</summary>
[Flags]
public enum WireFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Needs no answer.</summary>
    NonCritical = 0x0001,

    /// <summary>Answers the packet whose sequence it names.</summary>
    Reply = 0x0002,

    /// <summary>The other side could not read a header.</summary>
    BadHeader = 0x0004,

    /// <summary>The other side could not read a payload.</summary>
    BadPayload = 0x0008,

    /// <summary>Not to be kept for a repeated question.</summary>
    NoCaching = 0x2000,

    /// <summary>Refused.</summary>
    Nack = 0x4000,

    /// <summary>Accepted.</summary>
    Ack = 0x8000,
}
