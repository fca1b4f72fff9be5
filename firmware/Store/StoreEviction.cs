// Says whether there is room, deletes what nobody needs any longer, and chooses what is thinned, moved on
// or given up next when that is not enough: always the oldest of its generation.

using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>Room, and what goes. Not thread-safe: the store's lock is held by every caller.</summary>
internal sealed class StoreEviction
{
    /// <summary>Room that everything leaves for the one tombstone that gives up the oldest segment whole:
    /// when thinning has not made room fast enough, that always does.</summary>
    public const int LastReserveBytes = SegmentTable.BlockLength;

    /// <summary>Room that records leave: the last reserve, and some for what makes more.</summary>
    private const int ReserveBytes = 2 * SegmentTable.BlockLength;

    /// <summary>Share of the capacity that older generations may fill: summaries and what goes with them,
    /// in eighths; alarms, events and tombstones alone, in eighths.</summary>
    private const int KeptEighths = 5, AlarmEighths = 1;

    private readonly IStorage _storage;
    private readonly SegmentLog _log;
    private readonly ReleasedSet _released;
    private readonly VoidMarks _voids;

    /// <summary>An eviction over a log.</summary>
    public StoreEviction(
        IStorage storage, SegmentLog log, ReleasedSet released, VoidMarks voids, PayloadPeek peek)
    {
        Lost = new LostRange(peek);
        _storage = storage;
        _log = log;
        _released = released;
        _voids = voids;
    }

    /// <summary>What the tombstone for the oldest segment of all has to say.</summary>
    public readonly LostRange Lost;

    /// <summary>True when a record of the greatest length fits, with the reserve left.</summary>
    public bool HasRoom() => HasRoomFor(ReserveBytes);

    /// <summary>True when thinning ought to go on, so that room is there before it is needed: about as much
    /// as a segment's summaries take, and the records that come meanwhile.</summary>
    public bool IsLow() => !HasRoomFor(
        ReserveBytes + (_log.SegmentLength * 3 / 8 / SegmentTable.BlockLength * SegmentTable.BlockLength));

    /// <summary>True when so many bytes can be appended to a generation and so many are left.</summary>
    public bool Fits(int length, int generation, int leftBytes)
    {
        bool hasSegment =
            _log.Table.Count < SegmentTable.CountMax || !_log.NeedsSegment(length, generation);
        return hasSegment
            && _log.UsedBytes + _log.GrowthOf(length, generation) + leftBytes <= _storage.CapacityBytes;
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

    /// <summary>Finds the segment from which something has to go.</summary>
    /// <returns>Its index; -1 when there is none.</returns>
    public int FindVictim()
    {
        SegmentTable table = _log.Table;
        int eighth = _storage.CapacityBytes / 8;
        int alarms = FindOldest(SegmentTable.Alarms);
        int kept = FindOldest(SegmentTable.Kept);
        int log = FindOldest(SegmentTable.Log);
        bool areAlarmsFull = table.AccountedBytes(SegmentTable.Alarms) > AlarmEighths * eighth;
        if (alarms >= 0 && (areAlarmsFull || (kept < 0 && log < 0)))
        {
            return alarms;
        }

        bool isKeptFull = table.AccountedBytes(SegmentTable.Kept) > KeptEighths * eighth;
        return kept >= 0 && (isKeptFull || log < 0) ? kept : log;
    }

    private int FindOldest(int generation)
    {
        SegmentTable table = _log.Table;
        for (int i = 0; i < table.Count; i++)
        {
            if (SegmentTable.GenerationOf(table.Numbers[i]) == generation && table.Last[i] > 0)
            {
                return i != table.HighWater() && i != _log.Newest ? i : -1;
            }
        }

        return -1;
    }

    private bool HasRoomFor(int leftBytes) => Fits(RecordCodec.RecordLengthMax, SegmentTable.Log, leftBytes);

    // A segment whose records are void only because of what another says is taken away by whoever made them
    // so; and that other one stays until then.
    private bool IsFree(int index)
    {
        SegmentTable table = _log.Table;
        if (table.Last[index] <= _released.Cumulative || table.Last[index] <= _voids.All)
        {
            return true;
        }

        for (int i = 0; i <= index; i++)
        {
            if (table.HaveVoids[i])
            {
                return false;
            }
        }

        return table.UnreleasedRecords[index] == 0;
    }
}
