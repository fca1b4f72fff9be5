// The writing side of the store: one record at a time, room made for it before, tombstones for what had to
// go.

using System;
using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>Begins, seals and appends records. Not thread-safe: the store's lock is held by every
/// caller.</summary>
internal sealed class StoreWriter
{
    private readonly SegmentLog _log;
    private readonly RecordSealer _sealer;
    private readonly StoreRecovery _recovery;
    private readonly RecordFinder _finder;
    private readonly StoreEviction _eviction;
    private readonly byte[] _previousMac = new byte[RecordHeader.PreviousMacLength];
    private bool _isBegun;
    private uint _bootId;
    private TimeQuality _quality;
    private long _utcMs;

    /// <summary>A writer over a log that the recovery has filled.</summary>
    public StoreWriter(
        SegmentLog log, RecordSealer sealer, StoreRecovery recovery, RecordFinder finder,
        StoreEviction eviction)
    {
        _log = log;
        _sealer = sealer;
        _recovery = recovery;
        _finder = finder;
        _eviction = eviction;
    }

    /// <summary>Highest sealed sequence.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Readings declared lost since <see cref="Start"/>.</summary>
    public long DroppedReadings { get; private set; }

    /// <summary>Monotonic ms of the record begun last.</summary>
    public long MonotonicMs { get; private set; }

    /// <summary>Takes over what the recovery has found.</summary>
    public void Start()
    {
        _isBegun = false;
        LastSequence = _recovery.LastSequence;
        DroppedReadings = 0;
        MonotonicMs = 0;
        Array.Copy(_recovery.PreviousMac, 0, _previousMac, 0, _previousMac.Length);
    }

    /// <summary>Makes room and starts a record; null when no room can be made.</summary>
    public CborWriter Begin(RecordKind kind, uint bootId, long monotonicMs, TimeQuality quality, long utcMs)
    {
        MonotonicMs = monotonicMs;
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

    /// <summary>Seals and appends what was begun, then declares damage that was found at the start, one range
    /// a commit.</summary>
    public bool TryCommit(int readingCount)
    {
        bool isCommitted = _isBegun && TryAppend(readingCount);
        _isBegun = false;
        if (isCommitted)
        {
            DeclareDamage();
        }

        return isCommitted;
    }

    private void BeginRecord(RecordKind kind)
        => _sealer.Begin(
            _recovery.Epoch, LastSequence + 1, _bootId, kind, MonotonicMs, _quality, _utcMs, _previousMac);

    private bool TryAppend(int readingCount)
    {
        int length = _sealer.Seal(readingCount);
        long sequence = LastSequence + 1;
        if (length == 0 || !_log.TryAppend(_sealer.Buffer, length, _recovery.Epoch, sequence, readingCount))
        {
            return false;
        }

        LastSequence = sequence;
        int macAt = RecordCodec.SegmentHeaderLength + length - RecordCodec.TrailerLength;
        Array.Copy(_sealer.Buffer, macAt, _previousMac, 0, _previousMac.Length);
        int newest = _log.Newest;
        _finder.NoteAppended(_log.Table.Numbers[newest], _log.Table.Ends[newest] - length, sequence);
        return true;
    }

    // Each turn deletes one segment or declares one, so that the number of segments bounds it.
    private bool TryMakeRoom()
    {
        for (int i = 0; i < 2 * SegmentTable.CountMax && !_eviction.HasRoom(); i++)
        {
            if (_eviction.TryDeleteFree())
            {
                continue;
            }

            int victim = _eviction.FindLost();
            LostRange lost = _eviction.Lost;
            if (victim < 0 || _log.Table.AreDropped[victim]
                || !TryDeclare(lost.First, lost.Last, lost.Readings, TombstoneReason.Full, lost.HasMacs))
            {
                return false;
            }

            DroppedReadings += _log.Table.UnreleasedReadings[victim];
            _log.Table.AreDropped[victim] = true;
        }

        return _eviction.HasRoom();
    }

    // Behind a record that has been sealed, and only where there is room: an alarm does not wait for it, and
    // nothing is dropped for it.
    private void DeclareDamage()
    {
        GapList gaps = _recovery.Gaps;
        if (gaps.Count > 0 && _eviction.HasRoom()
            && TryDeclare(gaps.First, gaps.Last, -1, TombstoneReason.Unreadable, false))
        {
            gaps.Remove(gaps.First, gaps.Last);
        }
    }

    private bool TryDeclare(long first, long last, int readings, TombstoneReason reason, bool hasMacs)
    {
        LostRange lost = _eviction.Lost;
        BeginRecord(RecordKind.Tombstone);
        RecordBody.WriteTombstone(
            _sealer.Writer, first, last, readings, reason,
            hasMacs ? lost.MacBefore : null, hasMacs ? lost.MacLast : null);
        return TryAppend(0);
    }
}
