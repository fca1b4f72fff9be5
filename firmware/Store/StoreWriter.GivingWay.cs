// What gives way when room is short: vitals to summaries, the oldest of those to a tombstone. A summary or
// a tombstone is durable before anything of what it replaces is deleted.

using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Store;

internal sealed partial class StoreWriter
{
    /// <summary>Most bytes of a tombstone's record without runs.</summary>
    private const int TombstoneLengthMax = 256;

    // One turn of the next records of the oldest segment giving way: vitals to 10 s summaries, those to 60 s,
    // which move on with the alarms, events and tombstones; from there 60 s summaries are given up, and the
    // rest moves on once more.
    private bool TryGiveWay()
    {
        int victim = _eviction.FindVictim();
        if (victim < 0)
        {
            return false;
        }

        int generation = SegmentTable.GenerationOf(_log.Table.Numbers[victim]);
        if (generation == SegmentTable.Alarms)
        {
            return TryGiveUpOldest();
        }

        bool isLog = generation == SegmentTable.Log;
        int first = (int)(isLog ? RecordKind.Vitals : RecordKind.CoarseSummary);
        int count = 0;
        if (!_thinner.IsWalked(victim))
        {
            count = _thinner.Gather(victim, first, isLog);
            if (_thinner.IsGap)
            {
                return TryDeclareGap(victim);
            }
        }

        if (count == 0 && isLog && _thinner.IsWalked(victim))
        {
            count = _thinner.Gather(victim, (int)RecordKind.Summary, true);
        }

        if (count == RecordThinner.UnderWay)
        {
            return true;
        }

        if (count == 0)
        {
            return _thinner.HasFailed && !_thinner.IsWalked(victim)
                ? TryGiveUpUnread(victim) : TryMoveOn(victim, generation + 1);
        }

        return isLog && !_thinner.IsBroken ? TryThin(victim) : TryGiveUp(victim);
    }

    private bool TryThin(int victim)
    {
        bool isFine = _thinner.Kind == (int)RecordKind.Vitals;
        _sealer.Begin(
            _recovery.Epoch, _lastSequence + 1, _thinner.BootId,
            isFine ? RecordKind.Summary : RecordKind.CoarseSummary, _thinner.Summary.FirstMonotonicMs,
            (TimeQuality)_thinner.Quality, _thinner.UtcMs, _previousMac);
        _thinner.Summary.Encode(_sealer.Writer);
        WriteGathered(isFine ? TombstoneReason.Decayed10s : TombstoneReason.Decayed60s);
        if (_sealer.Writer.HasFailed && _thinner.RecordCount > 1)
        {
            _thinner.Halve();
            return true;
        }

        int length = RecordCodec.Overhead + _sealer.Writer.Length;
        return !_sealer.Writer.HasFailed
            && _eviction.Fits(length, SegmentTable.Log, StoreEviction.LastReserveBytes)
            ? TryAppendGathered(victim, true) : TryGiveUp(victim);
    }

    private bool TryGiveUp(int victim)
    {
        BeginRecord(RecordKind.Tombstone);
        WriteGathered(_thinner.IsBroken ? TombstoneReason.Unreadable : TombstoneReason.Full);
        RecordBody.WriteKind(_sealer.Writer, (RecordKind)_thinner.Kind);
        return FitsTombstone(StoreEviction.LastReserveBytes)
            ? TryAppendGathered(victim, false) : TryGiveUpOldest();
    }

    private void WriteGathered(TombstoneReason reason)
    {
        RecordBody.WriteTombstone(
            _sealer.Writer, _thinner.First, _thinner.Last, _thinner.Readings, reason, _thinner.MacBefore,
            _thinner.MacLast);
        RecordBody.WriteRuns(_sealer.Writer, _runs, _thinner.FillRuns(_runs));
    }

    private bool TryAppendGathered(int victim, bool isThinned)
    {
        int readings = _thinner.Readings;
        bool isVitals = _thinner.Kind == (int)RecordKind.Vitals;
        if (!TryAppend(isThinned ? readings : 0))
        {
            return false;
        }

        _voids.Raise(_thinner.Kind, _thinner.Last);
        _thinner.Accept();
        SegmentTable table = _log.Table;
        table.HaveVoids[victim] = true;
        _log.Count(victim, _thinner.Kind, readings, -1);
        table.UnreleasedRecords[victim] -= _thinner.RecordCount - 1;
        _decayedReadings += isThinned == isVitals ? (isThinned ? readings : -readings) : 0;
        _droppedReadings += isThinned ? 0 : readings;
        return true;
    }

    private bool TryDeclareGap(int victim)
    {
        if (!_eviction.Fits(TombstoneLengthMax, SegmentTable.Log, 0))
        {
            return TryGiveUpOldest();
        }

        bool isDeclared = TryDeclare(
            _thinner.First, _thinner.Last, -1, TombstoneReason.Unreadable, false);
        if (isDeclared)
        {
            _gapNumber = _log.Table.Numbers[victim];
            _thinner.Accept();
        }

        return isDeclared;
    }

    // What is left in a segment is copied as it is, one record a turn; only when all of it lies there is the
    // segment deleted. Until then a start takes the copies for what they are.
    private bool TryMoveOn(int victim, int generation)
    {
        SegmentTable table = _log.Table;
        int number = table.Numbers[victim];
        int length = _finder.CopyNextUnreleased(victim, _sealer.Buffer);
        if (length <= 0)
        {
            return length == 0 ? TryDeleteCleared(victim) : TryGiveUpUnread(victim);
        }

        if (!_eviction.Fits(length, generation, StoreEviction.LastReserveBytes))
        {
            return TryGiveUpOldest();
        }

        if (!_log.TryAppend(_sealer.Buffer, length, _recovery.Epoch, generation))
        {
            return false;
        }

        // A new segment of an older generation has taken its place before this one.
        victim = table.IndexOf(number);
        int at = RecordCodec.SegmentHeaderLength;
        table.First[victim] = RecordCodec.Sequence(_sealer.Buffer, at) + 1;
        _log.Count(
            victim, RecordCodec.Kind(_sealer.Buffer, at),
            RecordCodec.ReadingCount(_sealer.Buffer, at), -1);
        return true;
    }

    // What is still counted was released while the storage did not let it be counted, or lay in a hole that
    // has been declared.
    private bool TryDeleteCleared(int victim)
    {
        int readings = _log.Table.UnreleasedReadings[victim];
        bool hadGap = _gapNumber == _log.Table.Numbers[victim];
        if (!_log.TryDelete(victim))
        {
            return false;
        }

        _droppedReadings += hadGap ? readings : 0;
        _releasedUncounted += hadGap ? 0 : readings;
        return true;
    }

    // The oldest segment of all goes whole. Nothing that lies before its end is anywhere else, so that the
    // tombstone may speak for everything up to there.
    private bool TryGiveUpOldest()
    {
        SegmentTable table = _log.Table;
        if (table.HighWater() == 0 || _log.Newest == 0)
        {
            return false;
        }

        LostRange lost = _eviction.Lost;
        lost.Gather(_log, 0, _released, _voids);
        if (!TryDeclare(lost.First, lost.Last, lost.Readings, TombstoneReason.Full, lost.HasMacs))
        {
            return false;
        }

        _voids.RaiseAll(lost.Last);
        NoteDropped(0);
        _log.TryDelete(0);
        _thinner.Drop();
        return true;
    }

    // The storage gives nothing of a segment, for the second time: what lies between its neighbours is
    // declared.
    private bool TryGiveUpUnread(int victim)
    {
        if (_unreadNumber != _log.Table.Numbers[victim])
        {
            _unreadNumber = _log.Table.Numbers[victim];
            return false;
        }

        if (victim == 0)
        {
            return TryGiveUpOldest();
        }

        SegmentTable table = _log.Table;
        long first = table.Last[victim - 1] + 1;
        if (!TryDeclare(first, table.Last[victim], -1, TombstoneReason.Unreadable, false))
        {
            return false;
        }

        NoteDropped(victim);
        return _log.TryDelete(victim);
    }

    private void NoteDropped(int index)
    {
        SegmentTable table = _log.Table;
        _droppedReadings += table.UnreleasedReadings[index] + table.UnreleasedSummarised[index];
        _decayedReadings -= table.UnreleasedSummarised[index];
        table.UnreleasedRecords[index] = 0;
        table.UnreleasedReadings[index] = 0;
        table.UnreleasedSummarised[index] = 0;
    }
}
