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
    private long _epoch;
    private uint _bootId;
    private long _monotonicMs;
    private int _quality;
    private long _utcMs;
    private int _previousMacAt;
    private long _first;
    private long _last;
    private int _readings;
    private int _reason;
    private int _givenUpKind;
    private int _runCount;
    private int _macBeforeAt;

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
    public long Epoch => _epoch;

    /// <summary>Boot counter.</summary>
    public uint BootId => _bootId;

    /// <summary>Monotonic ms.</summary>
    public long MonotonicMs => _monotonicMs;

    /// <summary>Time quality.</summary>
    public int Quality => _quality;

    /// <summary>UTC in ms; 0 when not known.</summary>
    public long UtcMs => _utcMs;

    /// <summary>Where the 8 bytes of the previous MAC lie in the buffer; -1 when the payload has
    /// none.</summary>
    public int PreviousMacAt => _previousMacAt;

    /// <summary>Summary, tombstone: first sequence; 0 when it is neither.</summary>
    public long First => _first;

    /// <summary>Summary, tombstone: last sequence.</summary>
    public long Last => _last;

    /// <summary>Tombstone: readings; 0 when not known.</summary>
    public int Readings => _readings;

    /// <summary>Tombstone: reason.</summary>
    public int Reason => _reason;

    /// <summary>Tombstone: the one kind of records given up; 0 when it is not one kind.</summary>
    public int GivenUpKind => _givenUpKind;

    /// <summary>Summary, tombstone: how many runs its range consists of, those left out between not
    /// counted.</summary>
    public int RunCount => _runCount;

    /// <summary>Summary, tombstone: where the 8 bytes of the MAC before its range lie; -1 when it has
    /// none.</summary>
    public int MacBeforeAt => _macBeforeAt;

    /// <summary>Reads a payload.</summary>
    /// <returns>False when it is not one.</returns>
    public bool TryRead(byte[] buffer, int at, int length)
    {
        _epoch = 0;
        _bootId = 0;
        _previousMacAt = -1;
        _first = 0;
        _last = 0;
        _readings = 0;
        _reason = 0;
        _givenUpKind = 0;
        _runCount = 0;
        _runsAt = -1;
        _macBeforeAt = -1;
        _monotonicMs = 0;
        _quality = 0;
        _utcMs = 0;
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

        _runCount = _runCount == 0 && _first > 0 ? 1 : _runCount;
        return true;
    }

    /// <summary>Goes through the runs of sequences that the summary or tombstone read last speaks of:
    /// <see cref="TryNextRun"/> gives the first.</summary>
    /// <param name="buffer">The buffer it was read from, unchanged.</param>
    public void StartRuns(byte[] buffer)
    {
        _runFirst = _first > 0 && _last >= _first ? _first : 0;
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
        last = _last;
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
                _epoch = (long)epoch;
                return isRead;
            case PayloadKey.BootId:
                isRead = _reader.TryReadInt(out value);
                _bootId = (uint)value;
                return isRead;
            case PayloadKey.MonotonicMs:
                isRead = _reader.TryReadInt(out value);
                _monotonicMs = value;
                return isRead;
            case PayloadKey.TimeQuality:
                isRead = _reader.TryReadIntWithin(0, 255, out int quality);
                _quality = quality;
                return isRead;
            case PayloadKey.UtcMs:
                isRead = _reader.TryReadInt(out value);
                _utcMs = value;
                return isRead;
            case PayloadKey.PreviousMac:
                _previousMacAt = ReadMac();
                return _previousMacAt >= 0;
            case PayloadKey.TombstoneFirst:
                isRead = _reader.TryReadInt(out value);
                _first = value;
                return isRead;
            case PayloadKey.TombstoneLast:
                isRead = _reader.TryReadInt(out value);
                _last = value;
                return isRead;
            case PayloadKey.TombstoneReadings:
                isRead = _reader.TryReadIntWithin(0, int.MaxValue, out int readings);
                _readings = readings;
                return isRead;
            case PayloadKey.TombstoneReason:
                isRead = _reader.TryReadIntWithin(0, 255, out int reason);
                _reason = reason;
                return isRead;
            case PayloadKey.TombstoneMacBefore:
                _macBeforeAt = ReadMac();
                return _macBeforeAt >= 0;
            case PayloadKey.TombstoneKind:
                isRead = _reader.TryReadIntWithin(0, 255, out int kind);
                _givenUpKind = kind;
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

        _runCount = (count + 1) / 2;
        _runsLength = _reader.Position - _runsAt;
        return true;
    }

    private int ReadMac()
        => _reader.TryReadBytes(out int offset, out int length) && length == RecordHeader.PreviousMacLength
            ? offset : -1;
}
