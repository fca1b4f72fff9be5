// Why the last call of the driver returned false.

namespace Iot.Device.Max3010x;

/// <summary>Kinds of failure.</summary>
public enum Max3010xError
{
    /// <summary>No failure so far.</summary>
    None,

    /// <summary>The transfer did not end as FullTransfer; the status says how.</summary>
    Bus,

    /// <summary>The controller reported a full transfer but moved fewer bytes than asked for.</summary>
    ShortTransfer,

    /// <summary>Another chip answers at the address.</summary>
    WrongPart,

    /// <summary>The reset bit stayed set.</summary>
    ResetTimeout,

    /// <summary>A register does not hold what was written.</summary>
    Verification,

    /// <summary>The chip lost its supply and with it its settings: initialise again.</summary>
    PowerLost,

    /// <summary>Not initialised, or the last initialisation failed.</summary>
    NotInitialized,

    /// <summary>The conversion has not ended yet, or none was started.</summary>
    NotReady,
}
