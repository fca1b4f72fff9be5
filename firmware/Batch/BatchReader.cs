// The other side of BatchEncoder and SummaryEncoder: the columns of a record of vitals or summaries,
// whatever the bytes are. The unit reads its own records with it to thin them, the backend every unit's.

using System;
using Pulsegate.Vitals;

namespace Pulsegate.Batch;

/// <summary>
/// Collects the keys 11 to 16 of a payload, in order, through <see cref="TryRead"/>; <see
/// cref="TryFinish"/> then says whether they make a batch, and <see cref="TryReadColumn"/> gives its
/// columns one after the other. Allocates nothing after construction. Not thread-safe.
/// </summary>
public sealed class BatchReader
{
    /// <summary>Bytes that statuses and discontinuities take.</summary>
    internal const int FlagCount = (Vital.Count + 1) * BatchEncoder.CapacityMax;

    /// <summary>Where in <see cref="Flags"/> the discontinuities begin.</summary>
    internal const int DiscontinuitiesAt = Vital.Count * BatchEncoder.CapacityMax;

    private const int StepMsMax = 60_000;
    private const int StatusMax = (int)ReadingStatus.Uncalibrated;
    private readonly CborReader _columns = new CborReader();
    private int _columnCount;
    private bool _hasStatuses;

    /// <summary>Readings or summaries in the batch.</summary>
    public int Count;

    /// <summary>Nominal ms from one to the next.</summary>
    public int StepMs;

    /// <summary>Ms of each off the even step.</summary>
    public readonly int[] OffsetsMs;

    /// <summary>True when any is behind lost samples.</summary>
    public bool HasDiscontinuity;

    /// <summary>The column read last.</summary>
    public readonly int[] Column;

    // Statuses of the first vital, of the next, and so on; then 1 for each reading behind lost samples.
    internal readonly byte[] Flags;

    /// <summary>A reader; nothing is read yet.</summary>
    public BatchReader()
        : this(new ColumnWriter(BatchEncoder.CapacityMax), new byte[FlagCount])
    {
    }

    /// <summary>A reader in the working memory of its thread: a batch lasts until anybody else uses
    /// that.</summary>
    /// <param name="columns">For <see cref="BatchEncoder.CapacityMax"/> values.</param>
    /// <param name="flags">At least <see cref="FlagCount"/> bytes.</param>
    internal BatchReader(ColumnWriter columns, byte[] flags)
    {
        Column = columns.Values;
        OffsetsMs = columns.Residuals;
        Flags = flags;
        Reset();
    }

    /// <summary>Forgets what was read.</summary>
    public void Reset()
    {
        Count = 0;
        StepMs = BatchEncoder.StepMs;
        HasDiscontinuity = false;
        _columnCount = 0;
        _hasStatuses = false;
        Array.Clear(OffsetsMs, 0, BatchEncoder.CapacityMax);
        Array.Clear(Flags, 0, FlagCount);
    }

    /// <summary>Reads the value of one of the keys.</summary>
    public bool TryRead(CborReader reader, int key)
    {
        int value;
        switch (key)
        {
            case PayloadKey.ReadingCount:
                bool isRead = reader.TryReadIntWithin(1, BatchEncoder.CapacityMax, out value);
                Count = value;
                return isRead;
            case PayloadKey.StepMs:
                isRead = reader.TryReadIntWithin(1, StepMsMax, out value);
                StepMs = value;
                return isRead;
            case PayloadKey.Columns:
                int start = reader.Position;
                isRead = reader.TrySkip();
                _columns.Reset(reader.Buffer, start, reader.Position - start);
                return isRead && _columns.TryReadArray(out _columnCount);
            case PayloadKey.Statuses:
                return TryReadStatuses(reader);
            case PayloadKey.Discontinuities:
                return TryReadDiscontinuities(reader);
            default:
                return Count > 0 && ColumnReader.TryRead(reader, OffsetsMs, Count);
        }
    }

    /// <summary>True when every key that a batch needs was there, with so many columns.</summary>
    public bool TryFinish(int columnCount) => Count > 0 && _hasStatuses && _columnCount == columnCount;

    /// <summary>Reads the next column, of that many values, into <see cref="Column"/>.</summary>
    public bool TryReadColumn(int count) => ColumnReader.TryRead(_columns, Column, count);

    /// <summary>True when every column has been read and nothing is behind them.</summary>
    public bool IsAtEnd => _columns.IsAtEnd;

    /// <summary>Status of a vital in one of the readings or summaries.</summary>
    public byte StatusOf(int vital, int index) => Flags[(vital * BatchEncoder.CapacityMax) + index];

    /// <summary>How many of the statuses of a vital carry a value.</summary>
    public int FreshCount(int vital)
    {
        int at = vital * BatchEncoder.CapacityMax;
        int count = 0;
        for (int end = at + Count; at < end; at++)
        {
            count += BatchEncoder.IsFresh(Flags[at]) ? 1 : 0;
        }

        return count;
    }

    private bool TryReadStatuses(CborReader reader)
    {
        if (Count == 0 || !reader.TryReadArray(out int vitalCount) || vitalCount != Vital.Count)
        {
            return false;
        }

        for (int vital = 0; vital < Vital.Count; vital++)
        {
            if (!TryReadStatusRuns(reader, vital * BatchEncoder.CapacityMax))
            {
                return false;
            }
        }

        _hasStatuses = true;
        return true;
    }

    private bool TryReadStatusRuns(CborReader reader, int at)
    {
        int itemCount = 1;
        if (!reader.NextIsInt && (!reader.TryReadArray(out itemCount) || (itemCount & 1) == 0))
        {
            return false;
        }

        int end = at + Count;
        for (int item = 0; item < itemCount; item += 2)
        {
            int runLength = end - at;
            if (!reader.TryReadIntWithin(0, StatusMax, out int status)
                || (item + 1 < itemCount && !reader.TryReadIntWithin(1, runLength - 1, out runLength)))
            {
                return false;
            }

            for (int i = 0; i < runLength; i++)
            {
                Flags[at++] = (byte)status;
            }
        }

        return at == end;
    }

    private bool TryReadDiscontinuities(CborReader reader)
    {
        if (!reader.TryReadArray(out int itemCount) || itemCount == 0 || (itemCount & 1) != 0)
        {
            return false;
        }

        int at = 0;
        for (int item = 0; item < itemCount; item += 2)
        {
            if (!reader.TryReadIntWithin(0, Count - at, out int before)
                || !reader.TryReadIntWithin(1, Count - at - before, out int length))
            {
                return false;
            }

            at += before;
            for (int i = 0; i < length; i++)
            {
                Flags[DiscontinuitiesAt + at++] = 1;
            }
        }

        HasDiscontinuity = true;
        return true;
    }
}
