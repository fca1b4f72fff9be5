// One record at a time: whether it belongs to what is being gathered, and what it adds; and the runs that
// they come to.

using System;
using Pulsegate.Batch;

namespace Pulsegate.Store;

internal sealed partial class RecordThinner
{
    /// <summary>Lengths of the runs of sequences that they speak for, from the first on: in, out, in, and so
    /// on.</summary>
    /// <returns>How many there are.</returns>
    public int FillRuns(int[] runs)
    {
        int count = 0;
        long at = First;
        bool isIn = true;
        while (RecordCount > 0 && at <= Last && count < RunLengthCountMax)
        {
            long next = isIn ? _sequences.NextUnreleased(at) : _sequences.NextReleased(at);
            runs[count++] = (int)(next - at);
            at = next;
            isIn = !isIn;
        }

        return count;
    }

    private bool IsWanted(int index, int kind, long sequence)
        => RecordCodec.Kind(_log.Reader.Buffer, _log.Reader.RecordAt) == kind
            && sequence >= _log.Table.First[index] && sequence <= _log.Table.Last[index]
            && !_voids.IsVoid(kind, sequence) && !_released.Contains(sequence);

    // False when the record belongs to the next summary; spoilt, when it was found malformed after others
    // had been added: then those have to be gathered again without it.
    private bool TryTake(long sequence, int kind, bool isThinning, out bool isSpoilt)
    {
        isSpoilt = false;
        SegmentReader reader = _log.Reader;
        byte[] buffer = reader.Buffer;
        int payloadAt = reader.RecordAt + RecordCodec.HeaderLength;
        int payloadLength = RecordCodec.PayloadLength(buffer, reader.RecordAt);
        int readings = RecordCodec.ReadingCount(buffer, reader.RecordAt);
        bool isRight = _peek.TryRead(buffer, payloadAt, payloadLength)
            && (!isThinning || IsVerified(payloadAt, payloadLength));
        if (RecordCount > 0 && (!isRight || Readings + readings > ushort.MaxValue
            || _sequences.Count + _peek.RunCount + 1 > RunCountMax || (isThinning && !IsAlike())))
        {
            return false;
        }

        if (isRight && isThinning)
        {
            if (RecordCount == 0)
            {
                BeginSummary(kind);
            }

            isRight = Summary.TryAdd(
                _batch, _peek.MonotonicMs, kind != (int)RecordKind.Vitals, out bool fits);
            isSpoilt = !isRight && RecordCount > 0;
            if (isSpoilt || (!fits && RecordCount > 0))
            {
                return false;
            }

            isRight &= fits;
        }

        IsBroken = !isRight;
        NoteTaken(sequence, isRight, payloadAt, payloadLength);
        Readings += readings;
        return true;
    }

    private void BeginSummary(int kind)
    {
        bool isFine = kind == (int)RecordKind.Vitals;
        Summary.Reset(isFine ? SummaryEncoder.FineStepMs : SummaryEncoder.CoarseStepMs);
        BootId = _peek.BootId;
        Quality = _peek.Quality;
        _utcOffsetMs = _peek.UtcMs - _peek.MonotonicMs;
    }

    // One boot, one clock: what follows a step of UTC is another summary.
    private bool IsAlike()
    {
        long step = _peek.UtcMs - _peek.MonotonicMs - _utcOffsetMs;
        return _peek.BootId == BootId && _peek.Quality == Quality
            && (Quality == 0 || (step <= UtcSlackMs && step >= -UtcSlackMs));
    }

    private bool IsVerified(int payloadAt, int payloadLength)
    {
        SegmentReader reader = _log.Reader;
        byte keyVersion = RecordCodec.KeyVersion(reader.Buffer, reader.RecordAt);
        return _sealer.TryVerify(
            reader.Buffer, payloadAt, payloadLength, keyVersion, reader.Buffer, payloadAt + payloadLength,
            out bool isRight) && isRight;
    }

    private void NoteTaken(long sequence, bool isRight, int payloadAt, int payloadLength)
    {
        byte[] buffer = _log.Reader.Buffer;
        if (RecordCount == 0)
        {
            First = sequence;
            CopyMac(_peek.PreviousMacAt);
        }

        if (isRight && _peek.First > 0)
        {
            _peek.StartRuns(buffer);
            while (_peek.TryNextRun(out long first, out long last))
            {
                _sequences.AddRange(first, last);
            }

            if (_peek.First < First)
            {
                First = _peek.First;
                CopyMac(_peek.MacBeforeAt);
            }
        }

        _sequences.AddRange(sequence, sequence);
        Last = sequence;
        Array.Copy(buffer, payloadAt + payloadLength, MacLast, 0, MacLast.Length);
        RecordCount++;
    }

    private void CopyMac(int at)
    {
        if (at >= 0)
        {
            Array.Copy(_log.Reader.Buffer, at, MacBefore, 0, MacBefore.Length);
        }
    }
}
