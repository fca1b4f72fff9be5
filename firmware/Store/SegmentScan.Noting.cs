// What the scan makes of each record it comes to.

using Pulsegate.Batch;

namespace Pulsegate.Store;

internal sealed partial class SegmentScan
{
    private void NoteRecord(int index)
    {
        SegmentReader reader = _log.Reader;
        byte[] buffer = reader.Buffer;
        long sequence = RecordCodec.Sequence(buffer, reader.RecordAt);
        int kind = RecordCodec.Kind(buffer, reader.RecordAt);
        int readingCount = RecordCodec.ReadingCount(buffer, reader.RecordAt);
        bool isLog = GenerationOf(index) == SegmentTable.Log;
        if (!isLog && sequence > 0 && (sequence <= LastSequence || sequence >= _limit))
        {
            _log.Table.AreTorn[index] = true;
            return;
        }

        if (sequence <= 0 || sequence > RecordCodec.SequenceMax || sequence < LastSequence
            || (_log.Table.AreHeadless[index] && !IsOfEpoch()))
        {
            _log.NoteDamage(_log.Table.Numbers[index], reader.RecordOffset);
            return;
        }

        if (sequence == LastSequence)
        {
            Supersede(sequence);
        }

        // Below the first record as well: what the cursor does not name and no tombstone declares may have
        // been given up with the only word about it. Of a lost cursor's range the backend has all, and no
        // harm is done. What has moved on leaves gaps that others have declared.
        long missing = _released.NextUnreleased(LastSequence + 1);
        if (missing < sequence && (isLog || _damagedBytes > 0))
        {
            Gaps.Add(missing, sequence - 1);
        }

        _hasDamage |= _damagedBytes > 0;
        _damagedBytes = 0;
        _beforeLast = LastSequence;
        LastSequence = sequence;
        _lastReadingCount = readingCount;
        _lastKind = kind;
        _newestOffset = reader.RecordOffset;
        _log.NoteRecord(index, sequence, kind, readingCount, _released.Contains(sequence));
        bool isSummary = kind == (int)RecordKind.Summary || kind == (int)RecordKind.CoarseSummary;
        if (kind == (int)RecordKind.Tombstone || (isSummary && isLog))
        {
            NoteDeclaration(kind);   // what a summary replaced is gone before it moves on
        }

        if (!isSummary)
        {
            _ownIndex = index;
            _ownOffset = reader.RecordOffset;
        }
    }

    // Without a segment header only the payload says which epoch a record belongs to.
    private bool IsOfEpoch()
    {
        SegmentReader reader = _log.Reader;
        int payloadLength = RecordCodec.PayloadLength(reader.Buffer, reader.RecordAt);
        return _peek.TryRead(reader.Buffer, reader.RecordAt + RecordCodec.HeaderLength, payloadLength)
            && _peek.Epoch == _epoch;
    }

    // An append that was reported as failed had reached the flash after all, and the sequence was used again:
    // the later record stands.
    private void Supersede(long sequence)
    {
        SegmentTable table = _log.Table;
        for (int i = 0; i < table.Count; i++)
        {
            if (table.Last[i] != sequence)
            {
                continue;
            }

            bool wasOnly = table.First[i] == sequence;
            table.First[i] = wasOnly ? 0 : table.First[i];
            table.Last[i] = wasOnly ? 0 : _beforeLast;
            if (!_released.Contains(sequence))
            {
                _log.Count(i, _lastKind, _lastReadingCount, -1);
            }
        }

        LastSequence = _beforeLast;
    }

    private void NoteDeclaration(int kind)
    {
        SegmentReader reader = _log.Reader;
        int payloadLength = RecordCodec.PayloadLength(reader.Buffer, reader.RecordAt);
        if (_peek.TryRead(reader.Buffer, reader.RecordAt + RecordCodec.HeaderLength, payloadLength))
        {
            _hasDamage |= _peek.Reason == (int)TombstoneReason.Unreadable;
            _voids.Note(kind, LastSequence, _peek);
            _peek.StartRuns(reader.Buffer);
            while (_peek.TryNextRun(out long first, out long last))
            {
                Gaps.Remove(first, last);
            }
        }
    }
}
