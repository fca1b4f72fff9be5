// What the store counts: for the balance of readings, for health, for what a start has to say.

namespace Pulsegate.Store;

public sealed partial class SegmentStore
{
    /// <summary>Flash bytes a minute of vitals takes at most, all overhead in.</summary>
    private const int BudgetBytesPerMinute = 260;

    /// <summary>Damaged places found and passed over, and records whose MAC was wrong.</summary>
    public int CorruptRecordCount => _log.DamageCount;

    /// <summary>Files in the folder that are not the store's, and were left alone.</summary>
    public int ForeignFileCount => _recovery.ForeignFileCount;

    /// <summary>Segments that the storage did not let us read at the start.</summary>
    public int ReadFailureCount => _recovery.ReadFailureCount;

    /// <summary>Segment files.</summary>
    public int SegmentCount => _log.Table.Count;

    /// <summary>Flash in use, in whole blocks, of <see cref="IStorage.CapacityBytes"/>.</summary>
    public int UsedBytes
    {
        get
        {
            lock (_lock)
            {
                return _log.UsedBytes;
            }
        }
    }

    /// <summary>Readings in flash that are not released.</summary>
    public long StoredReadings
    {
        get
        {
            lock (_lock)
            {
                long readings = 0;
                for (int i = 0; i < _log.Table.Count; i++)
                {
                    readings += _log.Table.UnreleasedReadings[i];
                }

                return readings;
            }
        }
    }

    /// <summary>Readings released since <see cref="TryOpen"/>.</summary>
    public long ReleasedReadings
    {
        get
        {
            lock (_lock)
            {
                return _releasedReadings + _writer.ReleasedUncounted;
            }
        }
    }

    /// <summary>Readings that only summaries stand for: those in flash at <see cref="TryOpen"/>, and those
    /// thinned since, less what was given up.</summary>
    public long DecayedReadings
    {
        get
        {
            lock (_lock)
            {
                return _writer.DecayedReadings;
            }
        }
    }

    /// <summary>Minutes of vitals at full resolution that an empty store takes, at the rate of the
    /// budget.</summary>
    public int CapacityMinutes => _storage.CapacityBytes / BudgetBytesPerMinute;

    /// <summary>Minutes of vitals at full resolution that fit before the oldest are thinned, at the rate of
    /// the budget: what released records would give free is not counted.</summary>
    public int FreeMinutes
    {
        get
        {
            lock (_lock)
            {
                int free = _storage.CapacityBytes - _log.UsedBytes;
                return free > 0 ? free / BudgetBytesPerMinute : 0;
            }
        }
    }

    /// <summary>Blocks of flash that appends have erased since the start, as littlefs does it.</summary>
    public int EraseCount => _log.EraseCount;

    /// <summary>Readings declared lost since <see cref="TryOpen"/>.</summary>
    public long DroppedReadings
    {
        get
        {
            lock (_lock)
            {
                return _writer.DroppedReadings;
            }
        }
    }
}
