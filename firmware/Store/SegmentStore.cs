// Sealed records on flash. (Signatures agreed; the body follows.)

using System;
using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>The segment store. Appends from one thread, reads and releases from another: every public member takes the store's lock.</summary>
public sealed class SegmentStore
{
    /// <summary>A store over a folder, sealing for one device.</summary>
    public SegmentStore(IStorage storage, ISigner signer, string device, int commitIntervalSeconds)
    {
    }

    /// <summary>Epoch of this store: upper half from provisioning, lower half the count of stores this unit has begun.</summary>
    public long Epoch => throw new NotImplementedException();

    /// <summary>Highest sealed sequence; 0 when there is none.</summary>
    public long LastSequence => throw new NotImplementedException();

    /// <summary>Reads the unreleased record with the lowest sequence above <paramref name="afterSequence"/>.</summary>
    public bool TryReadNext(long afterSequence, StoredRecord record) => throw new NotImplementedException();

    /// <summary>Reads one record.</summary>
    public bool TryRead(long sequence, StoredRecord record) => throw new NotImplementedException();

    /// <summary>The backend has committed everything up to <paramref name="cumulative"/> and the ranges above it.</summary>
    /// <returns>Records newly released.</returns>
    public int Release(long cumulative, long[] rangeFirst, long[] rangeLast, int rangeCount)
        => throw new NotImplementedException();
}
