// How the store stands. Anything but Open is a technical alarm: readings are then not kept.

namespace Pulsegate.Store;

/// <summary>Condition of the store.</summary>
public enum StoreCondition : byte
{
    /// <summary>Not opened yet.</summary>
    Closed = 0,

    /// <summary>In use.</summary>
    Open = 1,

    /// <summary>The folder could not be read or written.</summary>
    StorageFailed = 2,

    /// <summary>The folder was written by a newer firmware, and is left as it is.</summary>
    NewerFormat = 3,

    /// <summary>The partition is too small for two segments.</summary>
    TooSmall = 4,
}
