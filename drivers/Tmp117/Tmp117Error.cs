// Why the last call of the driver returned false.

namespace Iot.Device.Tmp117;

/// <summary>Kinds of failure.</summary>
public enum Tmp117Error
{
    /// <summary>No failure so far.</summary>
    None,

    /// <summary>The transfer did not end as FullTransfer; the status says how.</summary>
    Bus,

    /// <summary>The controller reported a full transfer but moved fewer bytes than asked for.</summary>
    ShortTransfer,

    /// <summary>Another chip answers at the address.</summary>
    WrongPart,

    /// <summary>A register does not hold what was written.</summary>
    Verification,

    /// <summary>Nothing has been converted since power-up, or since the one-shot was started.</summary>
    NotReady,
}
