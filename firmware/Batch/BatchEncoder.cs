// Collects one Reading a second and writes them as the columns of a batch. Only what was measured in its
// second is a value here; all else is a status, so that nothing is sent twice and nothing is invented.

using System;
using Pulsegate.Vitals;

namespace Pulsegate.Batch;

/// <summary>
/// The readings since the last commit, in RAM. <see cref="Add"/> allocates nothing. When <see cref="Encode"/>
/// says that they do not fit one record, the caller encodes half of them, removes those, and goes on. Not
/// thread-safe: one owner.
/// </summary>
public sealed class BatchEncoder
{
    /// <summary>Most readings a batch can hold.</summary>
    public const int CapacityMax = 300;

    /// <summary>Nominal ms from reading to reading.</summary>
    public const int StepMs = 1000;

    /// <summary>A reading further than this from the first of the batch is not added, so that times stay
    /// small numbers.</summary>
    public const int SpanMsMax = 3_600_000;

    /// <summary>A value beyond this, of either sign, cannot be a vital (see <see cref="Vital"/>) and is kept
    /// as a sensor fault.</summary>
    public const int ValueMax = short.MaxValue;

    private readonly int _capacity;
    private readonly short[] _values;      // those of the first vital, then those of the next
    private readonly byte[] _statuses;     // the same
    private readonly bool[] _discontinuities;
    private readonly int[] _offsetsMs;
    private readonly ColumnWriter _columns;
    private long _firstMonotonicMs;
    private int _count;

    /// <summary>An empty batch for up to <paramref name="capacity"/> readings, 1 to
    /// <see cref="CapacityMax"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is outside.</exception>
    public BatchEncoder(int capacity)
        : this(capacity, new ColumnWriter(capacity))
    {
    }

    /// <summary>The same, with the working memory of the thread that encodes it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is outside, or more than the columns
    /// have.</exception>
    public BatchEncoder(int capacity, ColumnWriter columns)
    {
        if (capacity < 1 || capacity > CapacityMax || capacity > columns.Values.Length)
        {
            throw new ArgumentOutOfRangeException();
        }

        _capacity = capacity;
        _values = new short[Vital.Count * capacity];
        _statuses = new byte[Vital.Count * capacity];
        _discontinuities = new bool[capacity];
        _offsetsMs = new int[capacity];
        _columns = columns;
    }

    /// <summary>Readings held.</summary>
    public int Count => _count;

    /// <summary>Monotonic ms of the first reading held: what the record's header carries. 0 when there is
    /// none.</summary>
    public long FirstMonotonicMs => _count == 0 ? 0 : _firstMonotonicMs + _offsetsMs[0];

    /// <summary>Copies a reading.</summary>
    /// <returns>False, and nothing is kept, when the batch is full, or the reading is not later than the
    /// last, or more than an hour after the first: commit first.</returns>
    public bool Add(Reading reading)
    {
        int count = _count;
        if (count == 0)
        {
            _firstMonotonicMs = reading.MonotonicMs;
        }

        long offsetMs = reading.MonotonicMs - _firstMonotonicMs;
        if (count == _capacity || offsetMs < 0 || offsetMs > SpanMsMax
            || (count > 0 && offsetMs <= _offsetsMs[count - 1]))
        {
            return false;
        }

        for (int vital = 0; vital < Vital.Count; vital++)
        {
            int value = reading.Values[vital];
            byte status = reading.Statuses[vital];
            if (IsFresh(status) && (value > ValueMax || value < -ValueMax))
            {
                status = (byte)ReadingStatus.SensorFault;
            }

            _values[(vital * _capacity) + count] = (short)value;
            _statuses[(vital * _capacity) + count] = status;
        }

        _discontinuities[count] = reading.AfterDiscontinuity;
        _offsetsMs[count] = (int)offsetMs;
        _count = count + 1;
        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => _count = 0;

    /// <summary>Forgets the oldest <paramref name="count"/> readings, after they were committed.</summary>
    public void RemoveFirst(int count)
    {
        if (count >= _count)
        {
            _count = 0;
            return;
        }

        int rest = _count - count;
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            int at = vital * _capacity;
            Array.Copy(_values, at + count, _values, at, rest);
            Array.Copy(_statuses, at + count, _statuses, at, rest);
        }

        Array.Copy(_discontinuities, count, _discontinuities, 0, rest);
        Array.Copy(_offsetsMs, count, _offsetsMs, 0, rest);
        int shiftMs = _offsetsMs[0];
        for (int i = 0; i < rest; i++)
        {
            _offsetsMs[i] -= shiftMs;
        }

        _firstMonotonicMs += shiftMs;
        _count = rest;
    }

    /// <summary>Writes all readings' keys into the open map of <paramref name="writer"/>, whose common header
    /// is already there.</summary>
    /// <returns>False when they do not fit; what was written is worth nothing then.</returns>
    public bool Encode(CborWriter writer) => Encode(writer, _count);

    /// <summary>As <see cref="Encode(CborWriter)"/>, for the oldest <paramref name="count"/> readings
    /// only.</summary>
    public bool Encode(CborWriter writer, int count)
    {
        if (count < 1 || count > _count)
        {
            return false;
        }

        writer.Key(PayloadKey.ReadingCount);
        writer.WriteInt(count);
        writer.Key(PayloadKey.Columns);
        writer.WriteArrayHead(Vital.Count);
        int[] column = _columns.Values;
        short[] values = _values;
        byte[] statuses = _statuses;
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            int valueCount = 0;
            int at = vital * _capacity;
            for (int end = at + count; at < end; at++)
            {
                if (IsFresh(statuses[at]))
                {
                    column[valueCount++] = values[at];
                }
            }

            _columns.Write(writer, valueCount);
        }

        writer.Key(PayloadKey.Statuses);
        writer.WriteArrayHead(Vital.Count);
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            WriteStatuses(writer, statuses, vital * _capacity, count);
        }

        WriteDiscontinuities(writer, _discontinuities, count);
        EncodeTimeOffsets(writer, count);
        return !writer.HasFailed;
    }

    /// <summary>True for the statuses that carry a value in a batch.</summary>
    public static bool IsFresh(byte status)
        => status == (byte)ReadingStatus.Valid || status == (byte)ReadingStatus.Uncalibrated;

    // One status when it never changes; else [status, run length, status, run length, ..., status of the
    // rest].
    internal static void WriteStatuses(CborWriter writer, byte[] statuses, int start, int count)
    {
        int changeCount = 0;
        int end = start + count;
        for (int i = start + 1; i < end; i++)
        {
            changeCount += statuses[i] != statuses[i - 1] ? 1 : 0;
        }

        if (changeCount == 0)
        {
            writer.WriteInt(statuses[start]);
            return;
        }

        writer.WriteArrayHead((2 * changeCount) + 1);
        int runLength = 1;
        for (int i = start + 1; i < end; i++)
        {
            if (statuses[i] != statuses[i - 1])
            {
                writer.WriteInt(statuses[i - 1]);
                writer.WriteInt(runLength);
                runLength = 0;
            }

            runLength++;
        }

        writer.WriteInt(statuses[end - 1]);
    }

    // [readings before the run, length of the run, readings before the next run, ...]
    internal static void WriteDiscontinuities(CborWriter writer, bool[] flags, int count)
    {
        int runCount = 0;
        for (int i = 0; i < count; i++)
        {
            runCount += flags[i] && (i == 0 || !flags[i - 1]) ? 1 : 0;
        }

        if (runCount == 0)
        {
            return;
        }

        writer.Key(PayloadKey.Discontinuities);
        writer.WriteArrayHead(2 * runCount);
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            bool isEnd = flags[i] && (i + 1 == count || !flags[i + 1]);
            bool isStart = flags[i] && (i == 0 || !flags[i - 1]);
            if (isStart)
            {
                writer.WriteInt(length);
                length = 0;
            }

            length++;
            if (isEnd)
            {
                writer.WriteInt(length);
                length = 0;
            }
        }
    }

    private void EncodeTimeOffsets(CborWriter writer, int count)
    {
        int[] column = _columns.Values;
        int firstMs = _offsetsMs[0];
        int off = 0;
        for (int i = 0; i < count; i++)
        {
            column[i] = _offsetsMs[i] - firstMs - (i * StepMs);
            off |= column[i];
        }

        if (off != 0)
        {
            writer.Key(PayloadKey.TimeOffsets);
            _columns.Write(writer, count);
        }
    }
}
