// Thins readings, or summaries, to one summary an interval: mean, extremes, number of values and worst
// status of each vital. What it gives says less than what it took, and nothing else.

using System;
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

    private const int CellCount = Vital.Count * CapacityMax;

    // Of each vital and interval: those of the first vital, then those of the next. Not more values come into
    // an interval than a sum of them can hold.
    private readonly int[] _sums = new int[CellCount];
    private readonly short[] _minima = new short[CellCount];
    private readonly short[] _maxima = new short[CellCount];
    private readonly ushort[] _valueCounts = new ushort[CellCount];
    private readonly byte[] _statuses = new byte[CellCount];
    private readonly int[] _readingCounts = new int[CapacityMax];
    private readonly bool[] _discontinuities = new bool[CapacityMax];

    // Of what is being added: interval of each, and of summaries number and mean of their values.
    private readonly byte[] _intervals = new byte[BatchEncoder.CapacityMax];
    private readonly ushort[] _counts = new ushort[CapacityMax];
    private readonly short[] _means = new short[CapacityMax];
    private readonly ColumnWriter _columns;

    // How much a status takes away from an interval, by its number: a value without calibration least, a
    // fault most.
    private readonly byte[] _ranks = { 0, 3, 4, 5, 6, 7, 8, 2, 1 };

    private long _firstInterval;
    private int _stepMs;
    private int _count;

    /// <summary>An encoder without intervals.</summary>
    public SummaryEncoder()
        : this(new ColumnWriter(CapacityMax))
    {
    }

    /// <summary>The same, with the working memory of its thread.</summary>
    public SummaryEncoder(ColumnWriter columns)
    {
        _columns = columns;
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
        Array.Clear(_readingCounts, 0, CapacityMax);
        Array.Clear(_discontinuities, 0, CapacityMax);
        Array.Clear(_sums, 0, CellCount);
        Array.Clear(_valueCounts, 0, CellCount);
        Array.Clear(_statuses, 0, CellCount);
        for (int cell = 0; cell < CellCount; cell++)
        {
            _minima[cell] = short.MaxValue;
            _maxima[cell] = short.MinValue;
        }
    }

    /// <summary>Adds a batch whose keys have been read.</summary>
    /// <param name="batch">The batch: read up to its columns.</param>
    /// <param name="firstMonotonicMs">Its key 7.</param>
    /// <param name="isSummary">True when it holds summaries.</param>
    /// <param name="fits">False when it is well formed and its times lie outside of what this record can
    /// hold: nothing was added.</param>
    /// <returns>False when it is not well formed, or holds what is no vital (<see
    /// cref="BatchEncoder.ValueMax"/>); what is here is worth nothing then.</returns>
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
            if (batch.Flags[BatchReader.DiscontinuitiesAt + i] != 0)
            {
                _discontinuities[_intervals[i]] = true;
            }
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

        int[] column = _columns.Values;
        Array.Copy(_readingCounts, 0, column, 0, count);
        _columns.Write(writer, count);
        writer.Key(PayloadKey.Statuses);
        writer.WriteArrayHead(Vital.Count);
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            BatchEncoder.WriteStatuses(writer, _statuses, vital * CapacityMax, count);
        }

        BatchEncoder.WriteDiscontinuities(writer, _discontinuities, count);
        int off = 0;
        for (int i = 0; i < count; i++)
        {
            column[i] = (_intervals[i] - i) * _stepMs;
            off |= column[i];
        }

        if (off != 0)
        {
            writer.Key(PayloadKey.TimeOffsets);
            _columns.Write(writer, count);
        }
    }

    // Moves the intervals that hold anything together, and notes where each was.
    private int Compact()
    {
        int count = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_readingCounts[i] == 0)
            {
                continue;
            }

            _intervals[count] = (byte)i;
            _readingCounts[count] = _readingCounts[i];
            _discontinuities[count] = _discontinuities[i];
            for (int first = 0; first < CellCount; first += CapacityMax)
            {
                _sums[first + count] = _sums[first + i];
                _minima[first + count] = _minima[first + i];
                _maxima[first + count] = _maxima[first + i];
                _valueCounts[first + count] = _valueCounts[first + i];
                _statuses[first + count] = _statuses[first + i];
            }

            count++;
        }

        return count;
    }

    private void WriteVital(CborWriter writer, int vital, int count)
    {
        int first = vital * CapacityMax;
        int[] column = _columns.Values;
        for (int i = 0; i < count; i++)
        {
            column[i] = _valueCounts[first + i];
        }

        _columns.Write(writer, count);
        for (int part = 0; part < ColumnsPerVital - 1; part++)
        {
            int meanCount = 0;
            for (int cell = first; cell < first + count; cell++)
            {
                if (_valueCounts[cell] > 0)
                {
                    int mean = MeanOf(cell);
                    column[meanCount++] = part == 0 ? mean
                        : part == 1 ? mean - _minima[cell] : _maxima[cell] - mean;
                }
            }

            _columns.Write(writer, meanCount);
        }
    }

    private int MeanOf(int cell)
    {
        int half = _valueCounts[cell] / 2;
        int sum = _sums[cell];
        return (sum + (sum >= 0 ? half : -half)) / _valueCounts[cell];
    }
}
