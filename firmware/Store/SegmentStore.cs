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
        _w = new CborWriter(new byte[4096], 0, 4096);
    }
    CborWriter _w;
    public bool IsOpen => true; public bool IsNewEpoch => true; public bool TryOpen(uint u) => true; public uint BootId => 1;
    public int StoredReadings => 0; public int ReleasedReadings => 0; public int DroppedReadings => 0; public int CorruptRecordCount => 0;
    public bool TryWriteCursor() => true; public CborWriter Begin(RecordKind k, long m, TimeQuality q, long u) { _w.Reset(); _w.OpenMap(); return _w; }
    public bool TryCommit(int n) => true;


    /// <summary>Epoch of this store: upper half from provisioning, lower half the count of stores this unit has begun.</summary>
    public long Epoch => throw new NotImplementedException();

    /// <summary>Highest sealed sequence; 0 when there is none.</summary>
    public long LastSequence => 0;

    /// <summary>Reads the unreleased record with the lowest sequence above <paramref name="afterSequence"/>.</summary>
    public bool TryReadNext(long afterSequence, StoredRecord record) => throw new NotImplementedException();

    /// <summary>Reads one record.</summary>
    public bool TryRead(long sequence, StoredRecord record) => throw new NotImplementedException();

    /// <summary>The backend has committed everything up to <paramref name="cumulative"/> and the ranges above it.</summary>
    /// <returns>Records newly released.</returns>
    public int Release(long cumulative, long[] rangeFirst, long[] rangeLast, int rangeCount)
        => throw new NotImplementedException();
}
