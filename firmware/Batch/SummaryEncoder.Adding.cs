// What a batch of readings, or of summaries, adds to the intervals.

namespace Pulsegate.Batch;

public sealed partial class SummaryEncoder
{
    // The interval of each reading; false when one lies outside.
    private bool TryPlace(BatchReader batch, long firstMonotonicMs)
    {
        long first = _firstInterval;
        int last = _count;
        for (int i = 0; i < batch.Count; i++)
        {
            long atMs = firstMonotonicMs + ((long)i * batch.StepMs) + batch.OffsetsMs[i];
            long interval = (atMs + _stepMs - 1) / _stepMs;
            if (_count == 0 && i == 0)
            {
                first = interval;
            }

            if (atMs < 0 || interval < first || interval >= first + CapacityMax)
            {
                return false;
            }

            int at = (int)(interval - first);
            _intervals[i] = (byte)at;
            last = at >= last ? at + 1 : last;
        }

        _firstInterval = first;
        _count = last;
        return true;
    }

    private void AddStatuses(BatchReader batch, int vital)
    {
        byte[] flags = batch.Flags;
        byte[] worst = _statuses;
        int from = vital * BatchEncoder.CapacityMax;
        for (int i = 0; i < batch.Count; i++)
        {
            int cell = (vital * CapacityMax) + _intervals[i];
            byte status = flags[from + i];
            worst[cell] = _ranks[status] > _ranks[worst[cell]] ? status : worst[cell];
        }
    }

    private bool TryAddReadings(BatchReader batch, int vital)
    {
        if (!batch.TryReadColumn(batch.FreshCount(vital)))
        {
            return false;
        }

        int next = 0;
        byte[] flags = batch.Flags;
        int from = vital * BatchEncoder.CapacityMax;
        for (int i = 0; i < batch.Count; i++)
        {
            if (BatchEncoder.IsFresh(flags[from + i]))
            {
                int cell = (vital * CapacityMax) + _intervals[i];
                int value = batch.Column[next++];
                if (_valueCounts[cell] == ushort.MaxValue || !TryNoteExtreme(cell, value))
                {
                    return false;
                }

                _sums[cell] += value;
                _valueCounts[cell] = (ushort)(_valueCounts[cell] + 1);
            }
        }

        return true;
    }

    private bool TryAddSummaries(BatchReader batch, int vital)
    {
        if (!batch.TryReadColumn(batch.Count))
        {
            return false;
        }

        int meanCount = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            int cell = (vital * CapacityMax) + _intervals[i];
            int valueCount = batch.Column[i];
            if (valueCount < 0 || valueCount > ushort.MaxValue - _valueCounts[cell])
            {
                return false;
            }

            _counts[i] = (ushort)valueCount;
            _valueCounts[cell] = (ushort)(_valueCounts[cell] + valueCount);
            meanCount += valueCount > 0 ? 1 : 0;
        }

        return TryAddMeans(batch, vital, meanCount) && TryAddExtremes(batch, vital, meanCount, -1)
            && TryAddExtremes(batch, vital, meanCount, 1);
    }

    private bool TryAddMeans(BatchReader batch, int vital, int meanCount)
    {
        if (!batch.TryReadColumn(meanCount))
        {
            return false;
        }

        int next = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            if (_counts[i] > 0)
            {
                int mean = batch.Column[next++];
                if (mean > BatchEncoder.ValueMax || mean < -BatchEncoder.ValueMax)
                {
                    return false;
                }

                _means[i] = (short)mean;
                _sums[(vital * CapacityMax) + _intervals[i]] += mean * _counts[i];
            }
        }

        return true;
    }

    private bool TryAddExtremes(BatchReader batch, int vital, int meanCount, int sign)
    {
        if (!batch.TryReadColumn(meanCount))
        {
            return false;
        }

        int next = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            if (_counts[i] > 0
                && !TryNoteExtreme(
                    (vital * CapacityMax) + _intervals[i], _means[i] + (sign * batch.Column[next++])))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryNoteExtreme(int cell, int value)
    {
        if (value > BatchEncoder.ValueMax || value < -BatchEncoder.ValueMax)
        {
            return false;
        }

        if (value < _minima[cell])
        {
            _minima[cell] = (short)value;
        }

        if (value > _maxima[cell])
        {
            _maxima[cell] = (short)value;
        }

        return true;
    }
}
