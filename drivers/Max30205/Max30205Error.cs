// Why the last call of the driver returned false.

namespace Iot.Device.Max30205;

/// <summary>Kinds of failure.</summary>
public enum Max30205Error
{
    /// <summary>No failure so far.</summary>
    None,

    /// <summary>The transfer did not end as FullTransfer; the status says how.</summary>
    Bus,

    /// <summary>The controller reported a full transfer but moved fewer bytes than asked for.</summary>
    ShortTransfer,

    /// <summary>The configuration does not hold what was written: another chip, or a bus in
    /// trouble.</summary>
    Verification,

    /// <summary>Nothing has been converted since power-up.</summary>
    NotReady,
}
