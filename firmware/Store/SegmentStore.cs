// Sealed records on flash: appended in one piece, found again by scanning after any cut, released when the
// backend has committed them. docs/store-format.md says where every bit lies and why.

using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>
/// The segment store. Appends (<see cref="Begin"/>, <see cref="TryCommit"/>) come from one thread, reads and
/// releases from another: every public member takes the store's lock, and holds it while the flash works.
/// </summary>
public sealed partial class SegmentStore
{
    private const int CursorIntervalSecondsMin = 60;
    private const int SegmentCountMin = 3;

    private readonly object _lock = new object();
    private readonly IStorage _storage;
    private readonly SegmentLog _log;
    private readonly StoreWriter _writer;
    private readonly StoreRecovery _recovery;
    private readonly ReleasedSet _released = new ReleasedSet();
    private readonly ReleasedSet _before = new ReleasedSet();
    private readonly VoidMarks _voids = new VoidMarks();
    private readonly RecordFinder _finder;
    private readonly StoreEviction _eviction;
    private readonly long _cursorIntervalMs;
    private StoreCondition _condition;
    private bool _isCursorDirty;
    private long _cursorSavedMs;
    private long _releasedReadings;

    /// <summary>A store over a folder, sealing for one device. Nothing is read before
    /// <see cref="TryOpen"/>.</summary>
    /// <param name="storage">The folder.</param>
    /// <param name="signer">Signs each record with the up key.</param>
    /// <param name="device">Device id.</param>
    /// <param name="commitIntervalSeconds">Seconds from commit to commit; the released cursor is not written
    /// more often, nor more often than once a minute.</param>
    public SegmentStore(IStorage storage, ISigner signer, string device, int commitIntervalSeconds)
    {
        _storage = storage;
        _log = new SegmentLog(storage);
        var sealer = new RecordSealer(signer, device);
        var peek = new PayloadPeek();
        _recovery = new StoreRecovery(storage, _log, _released, _voids, peek, Columns, sealer.Buffer);
        _finder = new RecordFinder(_log, sealer, _released, _voids);
        _eviction = new StoreEviction(storage, _log, _released, _voids, peek);
        var thinner = new RecordThinner(_log, sealer, _released, _voids, Columns);
        _writer = new StoreWriter(
            _log, sealer, _recovery, _finder, _eviction, thinner, _released, _voids, Columns);
        int seconds = commitIntervalSeconds > CursorIntervalSecondsMin
            ? commitIntervalSeconds : CursorIntervalSecondsMin;
        _cursorIntervalMs = seconds * 1000L;
    }

    /// <summary>Working memory of the thread that appends, which thins in it; a batch may be encoded in it
    /// between <see cref="Begin"/> and <see cref="TryCommit"/>. Nothing in it outlasts a call of
    /// either.</summary>
    public readonly ColumnWriter Columns = new ColumnWriter(BatchEncoder.CapacityMax);

    /// <summary>How the store stands.</summary>
    public StoreCondition Condition => _condition;

    /// <summary>Epoch of this store: upper half from provisioning, lower half the count of stores this unit
    /// has begun.</summary>
    public long Epoch => _recovery.Epoch;

    /// <summary>Number of this boot, counted durably; never the same twice within an epoch.</summary>
    public uint BootId => _recovery.BootId;

    /// <summary>Highest sealed sequence; 0 when there is none. After damage at the end of the log it stands
    /// above those that may have been there.</summary>
    public long LastSequence
    {
        get
        {
            lock (_lock)
            {
                return _writer.LastSequence;
            }
        }
    }

    /// <summary>Highest sealed sequence when this boot began: what the boot event tells.</summary>
    public long LastSealedBeforeBoot => _recovery.LastSequence;

    /// <summary>True when neither identity nor records were found: the first start of a unit, or its
    /// partition was wiped.</summary>
    public bool WasWiped => _recovery.WasWiped;

    /// <summary>Finds out what the folder holds and where it ends. Blocks for reading all of it (at most some
    /// seconds for 2 MB).</summary>
    /// <param name="epochUpper">Upper half of the epoch, from provisioning.</param>
    /// <returns>False when <see cref="Condition"/> is then not Open: nothing can be stored, which is a
    /// technical alarm.</returns>
    public bool TryOpen(uint epochUpper)
    {
        lock (_lock)
        {
            _isCursorDirty = false;
            _releasedReadings = 0;
            _cursorSavedMs = 0;
            _finder.Forget();
            bool isTooSmall = _storage.CapacityBytes < SegmentCountMin * _log.SegmentLength;
            _condition = isTooSmall ? StoreCondition.TooSmall : _recovery.Run(epochUpper);
            _writer.Start();
            return _condition == StoreCondition.Open;
        }
    }

    /// <summary>
    /// Starts a record. The writer that it gives has the common header in it (sequence, epoch, previous MAC);
    /// the caller writes the body and then calls <see cref="TryCommit"/>, from the same thread. When the
    /// partition is full in spite of <see cref="ThinAhead"/> this first deletes what is released, then thins
    /// the oldest vitals, then gives up the oldest summaries, then the oldest alarms.
    /// </summary>
    /// <param name="kind">Kind of the record.</param>
    /// <param name="bootId">Boot counter to write: <see cref="BootId"/>.</param>
    /// <param name="monotonicMs">Monotonic ms of the first sample, or of the record.</param>
    /// <param name="quality">Time quality.</param>
    /// <param name="utcMs">UTC at <paramref name="monotonicMs"/>; not written when unsynced.</param>
    /// <returns>Null when the store is not open or no room can be made.</returns>
    public CborWriter Begin(RecordKind kind, uint bootId, long monotonicMs, TimeQuality quality, long utcMs)
    {
        lock (_lock)
        {
            return _condition == StoreCondition.Open
                ? _writer.Begin(kind, bootId, monotonicMs, quality, utcMs) : null;
        }
    }

    /// <summary>
    /// Seals what was begun and appends it: durable when true. Blocks for signing and for one append (some
    /// 100 ms when it erases), now and then for the cursor or a tombstone as well.
    /// </summary>
    /// <param name="readingCount">Readings that the record stands for.</param>
    /// <returns>False when the payload did not fit (<see cref="CborWriter.HasFailed"/>), or signing or the
    /// flash failed. Nothing is consumed then, and the caller may begin again with the same
    /// content.</returns>
    public bool TryCommit(int readingCount)
    {
        lock (_lock)
        {
            if (!_writer.TryCommit(readingCount))
            {
                return false;
            }

            if (_isCursorDirty && _writer.MonotonicMs - _cursorSavedMs >= _cursorIntervalMs)
            {
                SaveCursor();
            }

            return true;
        }
    }

    /// <summary>A little of what makes room before it is needed; does nothing while there is enough. Blocks
    /// for one append at most. From the thread that appends, between two appends.</summary>
    /// <returns>True while there is more to do.</returns>
    public bool ThinAhead()
    {
        lock (_lock)
        {
            return _condition == StoreCondition.Open && _writer.ThinAhead();
        }
    }

    /// <summary>Writes the released cursor now when it has changed: for a clean stop.</summary>
    public bool TryFlush()
    {
        lock (_lock)
        {
            return _condition == StoreCondition.Open && (!_isCursorDirty || SaveCursor());
        }
    }

    /// <summary>Reads the unreleased record with the lowest sequence above <paramref name="afterSequence"/>.
    /// What is damaged is counted and passed over. Blocks for about one read a record, and for one
    /// MAC.</summary>
    public bool TryReadNext(long afterSequence, StoredRecord record)
    {
        lock (_lock)
        {
            return _condition == StoreCondition.Open && _finder.TryReadNext(afterSequence, record);
        }
    }

    /// <summary>Reads one record. The newest is found at once, any other by reading its segment up to
    /// it.</summary>
    public bool TryRead(long sequence, StoredRecord record)
    {
        lock (_lock)
        {
            return _condition == StoreCondition.Open && _finder.TryRead(sequence, record);
        }
    }

    /// <summary>The backend has committed everything up to <paramref name="cumulative"/> and the ranges above
    /// it. The caller has checked that the acknowledgement speaks of <see cref="Epoch"/>. Segments at the
    /// beginning that are released whole are deleted; the newest record always stays.</summary>
    /// <returns>Records newly released.</returns>
    public int Release(long cumulative, long[] rangeFirst, long[] rangeLast, int rangeCount)
    {
        lock (_lock)
        {
            if (_condition != StoreCondition.Open)
            {
                return 0;
            }

            _before.CopyFrom(_released);
            _released.AddCumulative(Sealed(cumulative));
            for (int i = 0; i < rangeCount; i++)
            {
                _released.AddRange(rangeFirst[i], Sealed(rangeLast[i]));
            }

            _writer.NoteReleased(_before);
            int records = _finder.CountReleased(_before);
            _releasedReadings += _finder.ReleasedReadings;
            _isCursorDirty |= records > 0 || _released.Highest != _before.Highest;
            // The cursor first: a start that finds neither would have to declare what the backend has.
            if (_eviction.HasReleasedPrefix() && (!_isCursorDirty || SaveCursor()))
            {
                _eviction.DeleteReleasedPrefix();
            }

            return records;
        }
    }

    /// <summary>True when the backend has said, under its key, that it has committed this record.</summary>
    public bool IsReleased(long sequence)
    {
        lock (_lock)
        {
            return _condition == StoreCondition.Open && _released.Contains(sequence);
        }
    }

    // A sequence that was never sealed cannot have been committed.
    private long Sealed(long sequence) => sequence < _writer.LastSequence ? sequence : _writer.LastSequence;

    private bool SaveCursor()
    {
        if (!_recovery.TrySaveCursor())
        {
            return false;
        }

        _isCursorDirty = false;
        _cursorSavedMs = _writer.MonotonicMs;
        return true;
    }
}
