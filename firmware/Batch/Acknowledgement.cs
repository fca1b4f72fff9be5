// The backend's signed acknowledgement, read on the device. (Signatures agreed; the body follows.)

using System;
using Pulsegate.Platform;

namespace Pulsegate.Batch;

/// <summary>One verified acknowledgement. The reader owns and reuses it.</summary>
public sealed class Acknowledgement
{
    /// <summary>Most committed ranges above the cumulative sequence.</summary>
    public const int RangeCountMax = 8;

    /// <summary>Store epoch it speaks of.</summary>
    public long Epoch;

    /// <summary>Every sequence up to this one is committed.</summary>
    public long Cumulative;

    /// <summary>First sequence of each committed range above it.</summary>
    public readonly long[] RangeFirst = new long[RangeCountMax];

    /// <summary>Last sequence of each committed range.</summary>
    public readonly long[] RangeLast = new long[RangeCountMax];

    /// <summary>Ranges in use.</summary>
    public int RangeCount;

    /// <summary>Backfill batches that the backend will take now; -1 when it does not say.</summary>
    public int Credits;

    /// <summary>The backend's UTC in ms.</summary>
    public long UtcMs;

    /// <summary>Reads and verifies an acknowledgement for a device: algorithm pinned, down key, device in kid and payload.</summary>
    public bool TryParse(byte[] text, int length, string device, ISigner signer) => throw new NotImplementedException();
}
