// What an event record tells. The numbers are part of the wire format and never change.

namespace Pulsegate.Batch;

/// <summary>What happened to the unit.</summary>
public enum EventCode : byte
{
    /// <summary>The unit started.</summary>
    Boot = 1,

    /// <summary>The unit stopped in good order; everything was sealed.</summary>
    Stop = 2,

    /// <summary>UTC became known: ties the boot's monotonic clock to it.</summary>
    TimeAnchor = 3,

    /// <summary>Something about the store, as text.</summary>
    StoreNote = 4,

    /// <summary>The answer to a command, as text.</summary>
    CommandAnswer = 5,

    /// <summary>Readings or alarm changes were lost in RAM because the store would not take them.</summary>
    Loss = 6,

    /// <summary>The self-test of this start: its test event, then its outcome, as text.</summary>
    SelfTest = 7,

    /// <summary>What became of a program update, as text.</summary>
    Update = 8,
}
