// What a board owes the firmware: time. Monotonic always, UTC when somebody trustworthy has said what it is.

namespace Pulsegate.Platform;

/// <summary>How well UTC is known. Sent with every record; the backend places readings by it.</summary>
public enum TimeQuality : byte
{
    /// <summary>UTC is not known: only the boot id and monotonic milliseconds mean anything.</summary>
    Unsynced = 0,

    /// <summary>UTC is at least the build date or the last persisted time, and may be behind by the time
    /// without power.</summary>
    Estimated = 1,

    /// <summary>UTC was set from the network since this boot.</summary>
    Synced = 2,
}

/// <summary>The board's clocks. Never blocks; reading it allocates nothing.</summary>
public interface IClock
{
    /// <summary>Milliseconds since the unit started; never goes back; resolution 10 ms on nanoCLR.</summary>
    long MonotonicMs { get; }

    /// <summary>UTC in milliseconds since 1970-01-01; meaningful only when <see cref="Quality"/> is not
    /// Unsynced.</summary>
    long UtcMs { get; }

    /// <summary>How well <see cref="UtcMs"/> is known.</summary>
    TimeQuality Quality { get; }
}
