// The columns of a batch, put together again into readings. Keys come in rising order, so the number of
// readings and the columns are known before the statuses; the columns are read once the statuses have said
// how many values each holds.

using Pulsegate.Batch;
using Pulsegate.Vitals;

namespace Pulsegate.Ingest.Format;

/// <summary>Collects the keys of a batch, then makes its readings.</summary>
internal sealed class ReadingsDecoder
{
    private const int StepMsMax = 60_000;
    private static readonly int StatusMax = (int)Enum.GetValues<ReadingStatus>().Max();
    private readonly CborReader _columns = new();
    private byte[][]? _statuses;
    private bool _hasColumns;
    private int[]? _offsetsMs;
    private int _count;
    private int _stepMs = BatchEncoder.StepMs;

    /// <summary>True when the device said that samples were lost.</summary>
    public bool HasDiscontinuity { get; private set; }

    /// <summary>Reads the value of one of the batch's keys.</summary>
    public bool TryRead(CborReader reader, int key)
    {
        switch (key)
        {
            case PayloadKey.ReadingCount:
                return reader.TryReadIntWithin(1, BatchEncoder.CapacityMax, out _count);
            case PayloadKey.StepMs:
                return reader.TryReadIntWithin(1, StepMsMax, out _stepMs);
            case PayloadKey.Columns:
                int start = reader.Position;
                _hasColumns = reader.TrySkip();
                _columns.Reset(reader.Buffer, start, reader.Position - start);
                return _hasColumns;
            case PayloadKey.Statuses:
                return TryReadStatuses(reader);
            case PayloadKey.Discontinuities:
                return TryReadDiscontinuities(reader);
            default:
                _offsetsMs = new int[_count];
                return _count > 0 && ColumnReader.TryRead(reader, _offsetsMs, _count);
        }
    }

    /// <summary>Puts the readings together.</summary>
    public bool TryDecode(long firstMonotonicMs, long? firstUtcMs, out List<DecodedReading> readings)
    {
        readings = new List<DecodedReading>(_count);
        if (_statuses is null || !_hasColumns || !_columns.TryReadArray(out int columnCount)
            || columnCount != Vital.Count)
        {
            return false;
        }

        var columns = new int[Vital.Count][];
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            int valueCount = _statuses[vital].Count(BatchEncoder.IsFresh);
            columns[vital] = new int[valueCount];
            if (!ColumnReader.TryRead(_columns, columns[vital], valueCount))
            {
                return false;
            }
        }

        if (!_columns.IsAtEnd)
        {
            return false;
        }

        var next = new int[Vital.Count];
        for (int i = 0; i < _count; i++)
        {
            var values = new int?[Vital.Count];
            var statuses = new byte[Vital.Count];
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                statuses[vital] = _statuses[vital][i];
                values[vital] = BatchEncoder.IsFresh(statuses[vital]) ? columns[vital][next[vital]++] : null;
            }

            long sinceFirstMs = ((long)i * _stepMs) + (_offsetsMs?[i] ?? 0);
            readings.Add(new DecodedReading(firstMonotonicMs + sinceFirstMs, firstUtcMs + sinceFirstMs,
                values, statuses));
        }

        return true;
    }

    private bool TryReadStatuses(CborReader reader)
    {
        if (_count == 0 || !reader.TryReadArray(out int vitalCount) || vitalCount != Vital.Count)
        {
            return false;
        }

        _statuses = new byte[Vital.Count][];
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            _statuses[vital] = new byte[_count];
            if (!TryReadStatusRuns(reader, _statuses[vital]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadStatusRuns(CborReader reader, byte[] statuses)
    {
        int itemCount = 1;
        if (!reader.NextIsInt && (!reader.TryReadArray(out itemCount) || (itemCount & 1) == 0))
        {
            return false;
        }

        int filled = 0;
        for (int item = 0; item < itemCount; item += 2)
        {
            int runLength = statuses.Length - filled;
            if (!reader.TryReadIntWithin(0, StatusMax, out int status)
                || (item + 1 < itemCount && !reader.TryReadIntWithin(1, runLength - 1, out runLength)))
            {
                return false;
            }

            Array.Fill(statuses, (byte)status, filled, runLength);
            filled += runLength;
        }

        return filled == statuses.Length;
    }

    private bool TryReadDiscontinuities(CborReader reader)
    {
        if (!reader.TryReadArray(out int itemCount) || itemCount == 0 || (itemCount & 1) != 0)
        {
            return false;
        }

        int left = _count;
        for (int item = 0; item < itemCount; item += 2)
        {
            if (!reader.TryReadIntWithin(0, left, out int before)
                || !reader.TryReadIntWithin(1, left - before, out int length))
            {
                return false;
            }

            left -= before + length;
        }

        HasDiscontinuity = true;
        return true;
    }
}
