// The few keys of a stored payload that the store itself needs: whose it is, what came before it, which
// sequences a summary or a tombstone speaks of, and, to thin it, the batch in it.

using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>Reads some keys of a payload. Allocates nothing after construction. Not thread-safe.</summary>
internal sealed class PayloadPeek
{
    private const int EntryCountMax = 64;
    private readonly CborReader _reader = new CborReader();
    private readonly BatchReader _batch;
    private int _runsAt;
    private int _runsLength;
    private int _runLengthCount;
    private long _runFirst;

    /// <summary>A reader that passes over batches.</summary>
    public PayloadPeek()
    {
    }

    /// <summary>A reader that reads the batches, too.</summary>
    public PayloadPeek(BatchReader batch)
    {
        _batch = batch;
    }

    /// <summary>Epoch; 0 when the payload has none.</summary>
    public long Epoch;

    /// <summary>Boot counter.</summary>
    public uint BootId;

    /// <summary>Monotonic ms.</summary>
    public long MonotonicMs;

    /// <summary>Time quality.</summary>
    public int Quality;

    /// <summary>UTC in ms; 0 when not known.</summary>
    public long UtcMs;

    /// <summary>Where the 8 bytes of the previous MAC lie in the buffer; -1 when the payload has
    /// none.</summary>
    public int PreviousMacAt;

    /// <summary>Summary, tombstone: first sequence; 0 when it is neither.</summary>
    public long First;

    /// <summary>Summary, tombstone: last sequence.</summary>
    public long Last;

    /// <summary>Tombstone: readings; 0 when not known.</summary>
    public int Readings;

    /// <summary>Tombstone: reason.</summary>
    public int Reason;

    /// <summary>Tombstone: the one kind of records given up; 0 when it is not one kind.</summary>
    public int GivenUpKind;

    /// <summary>Summary, tombstone: how many runs its range consists of, those left out between not
    /// counted.</summary>
    public int RunCount;

    /// <summary>Summary, tombstone: where the 8 bytes of the MAC before its range lie; -1 when it has
    /// none.</summary>
    public int MacBeforeAt;

    /// <summary>Reads a payload.</summary>
    /// <returns>False when it is not one.</returns>
    public bool TryRead(byte[] buffer, int at, int length)
    {
        Epoch = 0;
        BootId = 0;
        PreviousMacAt = -1;
        First = 0;
        Last = 0;
        Readings = 0;
        Reason = 0;
        GivenUpKind = 0;
        RunCount = 0;
        _runsAt = -1;
        MacBeforeAt = -1;
        MonotonicMs = 0;
        Quality = 0;
        UtcMs = 0;
        if (_batch != null)
        {
            _batch.Reset();
        }

        _reader.Reset(buffer, at, length);
        if (!_reader.TryReadMap(out int count) || count > EntryCountMax)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (!_reader.TryReadInt(out long key) || !TryReadValue(key))
            {
                return false;
            }
        }

        RunCount = RunCount == 0 && First > 0 ? 1 : RunCount;
        return true;
    }

    /// <summary>Goes through the runs of sequences that the summary or tombstone read last speaks of:
    /// <see cref="TryNextRun"/> gives the first.</summary>
    /// <param name="buffer">The buffer it was read from, unchanged.</param>
    public void StartRuns(byte[] buffer)
    {
        _runFirst = First > 0 && Last >= First ? First : 0;
        _runLengthCount = 0;
        if (_runFirst > 0 && _runsAt >= 0)
        {
            _reader.Reset(buffer, _runsAt, _runsLength);
            _reader.TryReadArray(out _runLengthCount);
        }
    }

    /// <summary>Gives the next run.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryNextRun(out long first, out long last)
    {
        first = _runFirst;
        last = Last;
        if (first == 0 || _runsAt < 0)
        {
            _runFirst = 0;
            return first > 0;
        }

        // A run, and how many sequences there are between it and the next.
        int between = 0;
        if (_runLengthCount <= 0 || !_reader.TryReadIntWithin(1, int.MaxValue, out int length)
            || (_runLengthCount > 1 && !_reader.TryReadIntWithin(1, int.MaxValue, out between)))
        {
            return false;
        }

        _runLengthCount -= 2;
        last = first + length - 1;
        _runFirst = last + 1 + between;
        return true;
    }

    private bool TryReadValue(long key)
    {
        long value;
        bool isRead;
        if (_batch != null && key >= PayloadKey.ReadingCount && key <= PayloadKey.TimeOffsets)
        {
            return _batch.TryRead(_reader, (int)key);
        }

        switch (key)
        {
            case PayloadKey.Epoch:
                isRead = _reader.TryReadUnsigned(out ulong epoch);
                Epoch = (long)epoch;
                return isRead;
            case PayloadKey.BootId:
                isRead = _reader.TryReadInt(out value);
                BootId = (uint)value;
                return isRead;
            case PayloadKey.MonotonicMs:
                isRead = _reader.TryReadInt(out value);
                MonotonicMs = value;
                return isRead;
            case PayloadKey.TimeQuality:
                isRead = _reader.TryReadIntWithin(0, 255, out int quality);
                Quality = quality;
                return isRead;
            case PayloadKey.UtcMs:
                isRead = _reader.TryReadInt(out value);
                UtcMs = value;
                return isRead;
            case PayloadKey.PreviousMac:
                PreviousMacAt = ReadMac();
                return PreviousMacAt >= 0;
            case PayloadKey.TombstoneFirst:
                isRead = _reader.TryReadInt(out value);
                First = value;
                return isRead;
            case PayloadKey.TombstoneLast:
                isRead = _reader.TryReadInt(out value);
                Last = value;
                return isRead;
            case PayloadKey.TombstoneReadings:
                isRead = _reader.TryReadIntWithin(0, int.MaxValue, out int readings);
                Readings = readings;
                return isRead;
            case PayloadKey.TombstoneReason:
                isRead = _reader.TryReadIntWithin(0, 255, out int reason);
                Reason = reason;
                return isRead;
            case PayloadKey.TombstoneMacBefore:
                MacBeforeAt = ReadMac();
                return MacBeforeAt >= 0;
            case PayloadKey.TombstoneKind:
                isRead = _reader.TryReadIntWithin(0, 255, out int kind);
                GivenUpKind = kind;
                return isRead;
            case PayloadKey.TombstoneRuns:
                return TryReadRuns();
            default:
                return _reader.TrySkip();
        }
    }

    private bool TryReadRuns()
    {
        _runsAt = _reader.Position;
        if (!_reader.TryReadArray(out int count))
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (!_reader.TryReadInt(out _))
            {
                return false;
            }
        }

        RunCount = (count + 1) / 2;
        _runsLength = _reader.Position - _runsAt;
        return true;
    }

    private int ReadMac()
        => _reader.TryReadBytes(out int offset, out int length) && length == RecordHeader.PreviousMacLength
            ? offset : -1;
}
