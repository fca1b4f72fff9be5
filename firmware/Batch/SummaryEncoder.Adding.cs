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

            _intervals[i] = (int)(interval - first);
            last = _intervals[i] >= last ? _intervals[i] + 1 : last;
        }

        _firstInterval = first;
        _count = last;
        return true;
    }

    private void AddStatuses(BatchReader batch, int vital)
    {
        byte[] statuses = batch.Statuses[vital];
        byte[] worst = _statuses[vital];
        for (int i = 0; i < batch.Count; i++)
        {
            int interval = _intervals[i];
            worst[interval] = _ranks[statuses[i]] > _ranks[worst[interval]] ? statuses[i] : worst[interval];
        }
    }

    private bool TryAddReadings(BatchReader batch, int vital)
    {
        if (!batch.TryReadColumn(batch.FreshCount(vital)))
        {
            return false;
        }

        int next = 0;
        byte[] statuses = batch.Statuses[vital];
        for (int i = 0; i < batch.Count; i++)
        {
            if (BatchEncoder.IsFresh(statuses[i]))
            {
                int value = batch.Column[next++];
                _sums[vital][_intervals[i]] += value;
                _valueCounts[vital][_intervals[i]]++;
                NoteExtreme(vital, _intervals[i], value);
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
            int valueCount = batch.Column[i];
            if (valueCount < 0 || valueCount > ushort.MaxValue)
            {
                return false;
            }

            _counts[i] = valueCount;
            _valueCounts[vital][_intervals[i]] += valueCount;
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
                _means[i] = batch.Column[next++];
                _sums[vital][_intervals[i]] += (long)_means[i] * _counts[i];
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
            if (_counts[i] > 0)
            {
                NoteExtreme(vital, _intervals[i], _means[i] + (sign * batch.Column[next++]));
            }
        }

        return true;
    }

    private void NoteExtreme(int vital, int interval, int value)
    {
        if (value < _minima[vital][interval])
        {
            _minima[vital][interval] = value;
        }

        if (value > _maxima[vital][interval])
        {
            _maxima[vital][interval] = value;
        }
    }
}
