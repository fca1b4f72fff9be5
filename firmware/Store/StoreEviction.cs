// Makes room when the partition is full: first what is released, then the oldest records, and says in a
// tombstone what is gone. The order "tombstone, then deletion" lets a cut between the two be finished at the
// next start (StoreRecovery).

using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>Chooses what goes. Not thread-safe: the store's lock is held by every caller.</summary>
internal sealed class StoreEviction
{
    /// <summary>Room that is always kept for the tombstone itself.</summary>
    private const int ReserveBytes = SegmentTable.BlockLength;

    private readonly IStorage _storage;
    private readonly SegmentLog _log;
    private readonly ReleasedSet _released;

    /// <summary>An eviction over a log.</summary>
    public StoreEviction(IStorage storage, SegmentLog log, ReleasedSet released)
    {
        _storage = storage;
        _log = log;
        _released = released;
    }

    /// <summary>What the tombstone for <see cref="FindLost"/> has to say.</summary>
    public LostRange Lost { get; } = new LostRange();

    /// <summary>True when a record of the greatest length fits, with the reserve left.</summary>
    public bool HasRoom()
    {
        bool hasSegment = _log.Table.Count < SegmentTable.CountMax
            || !_log.NeedsSegment(RecordCodec.RecordLengthMax);
        int growthBytes = _log.GrowthOf(RecordCodec.RecordLengthMax) + ReserveBytes;
        return hasSegment && _log.UsedBytes + growthBytes <= _storage.CapacityBytes;
    }

    /// <summary>True when <see cref="DeleteReleasedPrefix"/> has something to delete.</summary>
    public bool HasReleasedPrefix()
    {
        SegmentTable table = _log.Table;
        int i = 0;
        while (i < table.Count && table.Last[i] == 0)
        {
            i++;
        }

        return i < table.Count && i != table.HighWater() && IsFree(i);
    }

    /// <summary>Deletes segments at the beginning that are released or declared lost.</summary>
    public void DeleteReleasedPrefix()
    {
        SegmentTable table = _log.Table;
        int i = 0;
        while (i < table.Count && i != table.HighWater())
        {
            if (table.Last[i] == 0)
            {
                i++;
            }
            else if (!IsFree(i) || !_log.TryDelete(i))
            {
                return;
            }
        }
    }

    /// <summary>Deletes one segment that nobody needs, wherever it stands.</summary>
    /// <returns>False when there is none, or it cannot be deleted.</returns>
    public bool TryDeleteFree()
    {
        SegmentTable table = _log.Table;
        for (int i = 0; i < table.Count - 1; i++)
        {
            if (i != table.HighWater() && (table.Last[i] == 0 || IsFree(i)))
            {
                return _log.TryDelete(i);
            }
        }

        return false;
    }

    /// <summary>Finds the oldest segment that may be given up and gathers what is lost with it.</summary>
    /// <returns>Its index; -1 when there is none.</returns>
    public int FindLost()
    {
        SegmentTable table = _log.Table;
        for (int i = 0; i < table.Count - 1; i++)
        {
            if (table.Last[i] > 0 && i != table.HighWater())
            {
                Lost.Gather(_log, i, _released);
                return i;
            }
        }

        return -1;
    }

    private bool IsFree(int index)
        => _log.Table.AreDropped[index] || _log.Table.UnreleasedRecords[index] == 0
            || _log.Table.Last[index] <= _released.Cumulative;
}
