// Thins readings, or summaries, to one summary an interval: mean, extremes, number of values and worst
// status of each vital. What it gives says less than what it took, and nothing else.

using Pulsegate.Vitals;

namespace Pulsegate.Batch;

/// <summary>
/// The intervals of one summary record. <see cref="TryAdd"/> takes batches, <see cref="Encode"/> writes. An
/// interval ends at a multiple of its length on the monotonic clock. Allocates nothing after construction.
/// Not thread-safe.
/// </summary>
public sealed partial class SummaryEncoder
{
    /// <summary>Ms of an interval of each of the two kinds.</summary>
    public const int FineStepMs = 10_000, CoarseStepMs = 60_000;

    /// <summary>Most intervals in a record.</summary>
    public const int CapacityMax = 60;

    /// <summary>Columns of a vital: number of values, mean, mean less minimum, maximum less mean.</summary>
    public const int ColumnsPerVital = 4;

    /// <summary>Columns of a record: those of each vital, then the number of readings.</summary>
    public const int ColumnCount = (ColumnsPerVital * Vital.Count) + 1;

    private readonly long[][] _sums = new long[Vital.Count][];
    private readonly int[][] _minima = new int[Vital.Count][];
    private readonly int[][] _maxima = new int[Vital.Count][];
    private readonly int[][] _valueCounts = new int[Vital.Count][];
    private readonly byte[][] _statuses = new byte[Vital.Count][];
    private readonly int[] _readingCounts = new int[CapacityMax];
    private readonly int[] _offsetsMs = new int[CapacityMax];
    private readonly bool[] _discontinuities = new bool[CapacityMax];
    private readonly int[] _column = new int[CapacityMax];
    private readonly int[] _means = new int[CapacityMax];
    private readonly int[] _counts = new int[CapacityMax];
    private readonly int[] _intervals = new int[BatchEncoder.CapacityMax];
    private readonly ColumnWriter _columnWriter = new ColumnWriter(CapacityMax);

    // How much a status takes away from an interval, by its number: a value without calibration least, a
    // fault most.
    private readonly byte[] _ranks = { 0, 3, 4, 5, 6, 7, 8, 2, 1 };

    private long _firstInterval;
    private int _stepMs;
    private int _count;

    /// <summary>An encoder without intervals.</summary>
    public SummaryEncoder()
    {
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            _sums[vital] = new long[CapacityMax];
            _minima[vital] = new int[CapacityMax];
            _maxima[vital] = new int[CapacityMax];
            _valueCounts[vital] = new int[CapacityMax];
            _statuses[vital] = new byte[CapacityMax];
        }
    }

    /// <summary>Monotonic ms at the end of the first interval.</summary>
    public long FirstMonotonicMs => _firstInterval * _stepMs;

    /// <summary>Begins anew.</summary>
    /// <param name="stepMs">Length of an interval: <see cref="FineStepMs"/> or
    /// <see cref="CoarseStepMs"/>.</param>
    public void Reset(int stepMs)
    {
        _stepMs = stepMs;
        _count = 0;
        for (int i = 0; i < CapacityMax; i++)
        {
            _readingCounts[i] = 0;
            _discontinuities[i] = false;
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                _sums[vital][i] = 0;
                _minima[vital][i] = int.MaxValue;
                _maxima[vital][i] = int.MinValue;
                _valueCounts[vital][i] = 0;
                _statuses[vital][i] = 0;
            }
        }
    }

    /// <summary>Adds a batch whose keys have been read.</summary>
    /// <param name="batch">The batch: read up to its columns.</param>
    /// <param name="firstMonotonicMs">Its key 7.</param>
    /// <param name="isSummary">True when it holds summaries.</param>
    /// <param name="fits">False when it is well formed and its times lie outside of what this record can
    /// hold: nothing was added.</param>
    /// <returns>False when it is not well formed; what is here is worth nothing then.</returns>
    public bool TryAdd(BatchReader batch, long firstMonotonicMs, bool isSummary, out bool fits)
    {
        fits = true;
        if (!batch.TryFinish(isSummary ? ColumnCount : Vital.Count)
            || (isSummary && batch.Count > CapacityMax))
        {
            return false;
        }

        fits = TryPlace(batch, firstMonotonicMs);
        if (!fits)
        {
            return true;
        }

        for (int vital = 0; vital < Vital.Count; vital++)
        {
            AddStatuses(batch, vital);
            if (!(isSummary ? TryAddSummaries(batch, vital) : TryAddReadings(batch, vital)))
            {
                return false;
            }
        }

        if (isSummary && !batch.TryReadColumn(batch.Count))
        {
            return false;
        }

        for (int i = 0; i < batch.Count; i++)
        {
            _readingCounts[_intervals[i]] += isSummary ? batch.Column[i] : 1;
            _discontinuities[_intervals[i]] |= batch.Discontinuities[i];
        }

        return batch.IsAtEnd;
    }

    /// <summary>Writes the keys 11 to 16 into the open map of <paramref name="writer"/>, whose common
    /// header is there. What is here is worth nothing afterwards.</summary>
    public void Encode(CborWriter writer)
    {
        int count = Compact();
        writer.Key(PayloadKey.ReadingCount);
        writer.WriteInt(count);
        writer.Key(PayloadKey.StepMs);
        writer.WriteInt(_stepMs);
        writer.Key(PayloadKey.Columns);
        writer.WriteArrayHead(ColumnCount);
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            WriteVital(writer, vital, count);
        }

        _columnWriter.Write(writer, _readingCounts, count);
        writer.Key(PayloadKey.Statuses);
        writer.WriteArrayHead(Vital.Count);
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            BatchEncoder.WriteStatuses(writer, _statuses[vital], count);
        }

        BatchEncoder.WriteDiscontinuities(writer, _discontinuities, count);
        int off = 0;
        for (int i = 0; i < count; i++)
        {
            off |= _offsetsMs[i];
        }

        if (off != 0)
        {
            writer.Key(PayloadKey.TimeOffsets);
            _columnWriter.Write(writer, _offsetsMs, count);
        }
    }

    // Moves the intervals that hold anything together, and notes how far each then is off the even step.
    private int Compact()
    {
        int count = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_readingCounts[i] == 0)
            {
                continue;
            }

            _offsetsMs[count] = (i - count) * _stepMs;
            _readingCounts[count] = _readingCounts[i];
            _discontinuities[count] = _discontinuities[i];
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                _sums[vital][count] = _sums[vital][i];
                _minima[vital][count] = _minima[vital][i];
                _maxima[vital][count] = _maxima[vital][i];
                _valueCounts[vital][count] = _valueCounts[vital][i];
                _statuses[vital][count] = _statuses[vital][i];
            }

            count++;
        }

        return count;
    }

    private void WriteVital(CborWriter writer, int vital, int count)
    {
        _columnWriter.Write(writer, _valueCounts[vital], count);
        int meanCount = 0;
        for (int i = 0; i < count; i++)
        {
            int valueCount = _valueCounts[vital][i];
            if (valueCount > 0)
            {
                long sum = _sums[vital][i];
                int half = sum >= 0 ? valueCount / 2 : -(valueCount / 2);
                _counts[meanCount] = i;
                _means[meanCount] = (int)((sum + half) / valueCount);
                _column[meanCount] = _means[meanCount];
                meanCount++;
            }
        }

        _columnWriter.Write(writer, _column, meanCount);
        for (int i = 0; i < meanCount; i++)
        {
            _column[i] = _means[i] - _minima[vital][_counts[i]];
        }

        _columnWriter.Write(writer, _column, meanCount);
        for (int i = 0; i < meanCount; i++)
        {
            _column[i] = _maxima[vital][_counts[i]] - _means[i];
        }

        _columnWriter.Write(writer, _column, meanCount);
    }
}
