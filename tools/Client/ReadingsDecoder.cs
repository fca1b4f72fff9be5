// The columns of a batch, put together again into readings or summaries. The columns themselves are read by
// the same code that the unit thins its records with.

namespace Pulsegate.Client;

/// <summary>Collects the keys of a batch, then makes its readings or summaries.</summary>
internal sealed class ReadingsDecoder
{
    private readonly BatchReader _batch = new();

    /// <summary>True when the device said that samples were lost.</summary>
    public bool HasDiscontinuity => _batch.HasDiscontinuity;

    /// <summary>Reads the value of one of the batch's keys.</summary>
    public bool TryRead(CborReader reader, int key) => _batch.TryRead(reader, key);

    /// <summary>Puts the readings together.</summary>
    public bool TryDecode(long firstMonotonicMs, long? firstUtcMs, out List<DecodedReading> readings)
    {
        readings = new List<DecodedReading>(_batch.Count);
        if (!_batch.TryFinish(Vital.Count))
        {
            return false;
        }

        var values = new int?[_batch.Count][];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new int?[Vital.Count];
        }

        for (int vital = 0; vital < Vital.Count; vital++)
        {
            if (!_batch.TryReadColumn(_batch.FreshCount(vital)))
            {
                return false;
            }

            int next = 0;
            for (int i = 0; i < _batch.Count; i++)
            {
                bool isFresh = BatchEncoder.IsFresh(_batch.StatusOf(vital, i));
                values[i][vital] = isFresh ? _batch.Column[next++] : null;
            }
        }

        for (int i = 0; i < _batch.Count; i++)
        {
            readings.Add(new DecodedReading(
                firstMonotonicMs + OffsetMs(i), firstUtcMs + OffsetMs(i), values[i], StatusesOf(i)));
        }

        return _batch.IsAtEnd;
    }

    /// <summary>Puts the summaries together.</summary>
    public bool TryDecode(long firstMonotonicMs, long? firstUtcMs, out List<DecodedSummary> summaries)
    {
        int count = _batch.Count;
        summaries = new List<DecodedSummary>(count);
        if (!_batch.TryFinish(SummaryEncoder.ColumnCount) || count > SummaryEncoder.CapacityMax)
        {
            return false;
        }

        var vitals = new SummarizedVital[count][];
        for (int i = 0; i < count; i++)
        {
            vitals[i] = new SummarizedVital[Vital.Count];
        }

        for (int vital = 0; vital < Vital.Count; vital++)
        {
            if (!TryReadVital(vital, vitals))
            {
                return false;
            }
        }

        if (!TryReadColumn(count, out int[] readingCounts)
            || Array.Exists(readingCounts, n => n is < 1 or > ushort.MaxValue))
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            summaries.Add(new DecodedSummary(
                firstMonotonicMs + OffsetMs(i), firstUtcMs + OffsetMs(i), _batch.StepMs, readingCounts[i],
                vitals[i]));
        }

        return _batch.IsAtEnd;
    }

    private bool TryReadVital(int vital, SummarizedVital[][] vitals)
    {
        if (!TryReadColumn(_batch.Count, out int[] counts)
            || Array.Exists(counts, n => n is < 0 or > ushort.MaxValue))
        {
            return false;
        }

        int meanCount = counts.Count(n => n > 0);
        if (!TryReadColumn(meanCount, out int[] means) || !TryReadColumn(meanCount, out int[] below)
            || !TryReadColumn(meanCount, out int[] above) || below.Concat(above).Any(n => n < 0))
        {
            return false;
        }

        int next = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            byte status = _batch.StatusOf(vital, i);
            vitals[i][vital] = counts[i] == 0
                ? new SummarizedVital(0, null, null, null, status)
                : new SummarizedVital(
                    counts[i], means[next], (int)((long)means[next] - below[next]),
                    (int)((long)means[next] + above[next]), status);
            next += counts[i] > 0 ? 1 : 0;
        }

        return true;
    }

    private bool TryReadColumn(int count, out int[] column)
    {
        bool isRead = _batch.TryReadColumn(count);
        column = isRead ? _batch.Column[..count] : [];
        return isRead;
    }

    private long OffsetMs(int i) => ((long)i * _batch.StepMs) + _batch.OffsetsMs[i];

    private byte[] StatusesOf(int i)
        => [.. Enumerable.Range(0, Vital.Count).Select(vital => _batch.StatusOf(vital, i))];
}
