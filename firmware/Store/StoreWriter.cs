// The writing side of the store: one record at a time, and room made for it before. What gives way is thinned
// first, and speaks up: a summary or a tombstone is durable before anything of what it replaces is deleted.

using System;
using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>Begins, seals and appends records. Not thread-safe: the store's lock is held by every
/// caller.</summary>
internal sealed partial class StoreWriter
{
    /// <summary>Most deletions and turns of thinning for one record: more than three segments
    /// take.</summary>
    private const int TurnCountMax = 4000;

    private readonly SegmentLog _log;
    private readonly RecordSealer _sealer;
    private readonly StoreRecovery _recovery;
    private readonly RecordFinder _finder;
    private readonly StoreEviction _eviction;
    private readonly RecordThinner _thinner;
    private readonly VoidMarks _voids;
    private readonly int[] _runs;   // lengths on their way into a record
    private readonly byte[] _previousMac = new byte[RecordHeader.PreviousMacLength];
    private readonly ReleasedSet _released;
    private bool _isBegun;
    private bool _isLow;
    private int _unreadNumber;
    private int _gapNumber;
    private uint _bootId;
    private TimeQuality _quality;
    private long _utcMs;
    private long _lastSequence;
    private long _droppedReadings;
    private long _releasedUncounted;
    private long _decayedReadings;
    private long _monotonicMs;

    /// <summary>A writer over a log that the recovery has filled.</summary>
    public StoreWriter(
        SegmentLog log, RecordSealer sealer, StoreRecovery recovery, RecordFinder finder,
        StoreEviction eviction, RecordThinner thinner, ReleasedSet released, VoidMarks voids,
        ColumnWriter columns)
    {
        _runs = columns.Values;
        _released = released;
        _thinner = thinner;
        _voids = voids;
        _log = log;
        _sealer = sealer;
        _recovery = recovery;
        _finder = finder;
        _eviction = eviction;
    }

    /// <summary>Highest sealed sequence.</summary>
    public long LastSequence => _lastSequence;

    /// <summary>Readings declared lost since <see cref="Start"/>.</summary>
    public long DroppedReadings => _droppedReadings;

    /// <summary>Readings released since <see cref="Start"/> that could not be counted then.</summary>
    public long ReleasedUncounted => _releasedUncounted;

    /// <summary>Readings that summaries stand for: those in flash at <see cref="Start"/>, and those thinned
    /// since, less what was given up.</summary>
    public long DecayedReadings => _decayedReadings;

    /// <summary>Monotonic ms of the record begun last.</summary>
    public long MonotonicMs => _monotonicMs;

    /// <summary>Takes over what the recovery has found.</summary>
    public void Start()
    {
        _isBegun = false;
        _isLow = false;
        _lastSequence = _recovery.LastSequence;
        _droppedReadings = 0;
        _decayedReadings = 0;
        _releasedUncounted = 0;
        for (int i = 0; i < _log.Table.Count; i++)
        {
            _decayedReadings += _log.Table.UnreleasedSummarised[i];
        }

        _monotonicMs = 0;
        _thinner.Forget();
        Array.Copy(_recovery.PreviousMac, 0, _previousMac, 0, _previousMac.Length);
    }

    /// <summary>Makes room and starts a record; null when no room can be made.</summary>
    public CborWriter Begin(RecordKind kind, uint bootId, long monotonicMs, TimeQuality quality, long utcMs)
    {
        _monotonicMs = monotonicMs;
        _bootId = bootId;
        _quality = quality;
        _utcMs = utcMs;
        _isBegun = TryMakeRoom();
        if (!_isBegun)
        {
            return null;
        }

        BeginRecord(kind);
        return _sealer.Writer;
    }

    /// <summary>Seals and appends what was begun, then declares damage that was found at the start.</summary>
    public bool TryCommit(int readingCount)
    {
        bool isCommitted = _isBegun && TryAppend(readingCount);
        _isBegun = false;
        if (isCommitted)
        {
            DeclareDamage();
            _isLow = true;
            ThinAhead();
        }

        return isCommitted;
    }

    /// <summary>One turn of thinning while room is short, so that no record has to wait for a whole segment.
    /// After a turn that failed it waits for the next record.</summary>
    public bool ThinAhead()
    {
        _isLow = _isLow && !_isBegun && _eviction.IsLow() && (_eviction.TryDeleteFree() || TryGiveWay());
        return _isLow;
    }

    /// <summary>What is released now and was not before is not thinned.</summary>
    public void NoteReleased(ReleasedSet before)
    {
        if (_finder.FirstNewlyReleased(before, _thinner.First, _thinner.Last) > 0)
        {
            _thinner.Drop();
        }
    }

    private void BeginRecord(RecordKind kind)
        => _sealer.Begin(
            _recovery.Epoch, _lastSequence + 1, _bootId, kind, _monotonicMs, _quality, _utcMs, _previousMac);

    private bool TryAppend(int readingCount)
    {
        int length = _sealer.Seal(readingCount);
        long sequence = _lastSequence + 1;
        if (length == 0 || !_log.TryAppend(_sealer.Buffer, length, _recovery.Epoch, SegmentTable.Log))
        {
            return false;
        }

        _lastSequence = sequence;
        int macAt = RecordCodec.SegmentHeaderLength + length - RecordCodec.TrailerLength;
        Array.Copy(_sealer.Buffer, macAt, _previousMac, 0, _previousMac.Length);
        int newest = _log.Newest;
        _finder.NoteAppended(_log.Table.Numbers[newest], _log.Table.Ends[newest] - length, sequence);
        return true;
    }

    // Each turn deletes a segment, or takes at least one record out of the oldest.
    private bool TryMakeRoom()
    {
        for (int i = 0; i < TurnCountMax && !_eviction.HasRoom(); i++)
        {
            if (!_eviction.TryDeleteFree() && !TryGiveWay())
            {
                return false;
            }
        }

        return _eviction.HasRoom();
    }

    // Behind a record that has been sealed, and only where there is room: an alarm does not wait for it, and
    // nothing is dropped for it.
    private void DeclareDamage()
    {
        GapList gaps = _recovery.Gaps;
        if (gaps.Count == 0 || !_eviction.HasRoom())
        {
            return;
        }

        int runLengthCount = gaps.FillRuns(_runs);
        BeginRecord(RecordKind.Tombstone);
        RecordBody.WriteTombstone(
            _sealer.Writer, gaps.First, gaps.Last, -1, TombstoneReason.Unreadable, null, null);
        RecordBody.WriteRuns(_sealer.Writer, _runs, runLengthCount);
        if (FitsTombstone(0) && TryAppend(0))
        {
            gaps.Remove(gaps.First, gaps.Last);
        }
    }

    // Of the flash that is ours a block more than all may be taken by what gives up a segment: foreign
    // files may have come, and without the tombstone nothing would ever be free again.
    private bool TryDeclare(long first, long last, int readings, TombstoneReason reason, bool hasMacs)
    {
        LostRange lost = _eviction.Lost;
        BeginRecord(RecordKind.Tombstone);
        RecordBody.WriteTombstone(
            _sealer.Writer, first, last, readings, reason,
            hasMacs ? lost.MacBefore : null, hasMacs ? lost.MacLast : null);
        return TryAppend(0);
    }

    private bool FitsTombstone(int leftBytes)
        => _eviction.Fits(RecordCodec.Overhead + _sealer.Writer.Length, SegmentTable.Log, leftBytes);
}
