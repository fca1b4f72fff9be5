// Records handed to the link and not yet acknowledged by the backend: a small table, so that memory on the
// device and what a reconnect repeats are both bounded.

using Pulsegate.Batch;

namespace Pulsegate.Uplink;

/// <summary>Why a record was sent, in rising order of the right to keep its place.</summary>
internal enum SendClass : byte
{
    /// <summary>The slot is free.</summary>
    None = 0,

    /// <summary>From the backlog, paced by credits.</summary>
    Backfill = 1,

    /// <summary>Sealed while connected, or the newest at the connection's start.</summary>
    Live = 2,

    /// <summary>An alarm, whenever sealed.</summary>
    Alarm = 3,
}

/// <summary>The in-flight window. Not thread-safe.</summary>
internal sealed class InFlight
{
    /// <summary>Most records tracked. When full, backfill waits; a live record or an alarm takes the place of
    /// a lesser one.</summary>
    public const int CountMax = 8;

    public readonly long[] Sequence = new long[CountMax];
    public readonly SendClass[] Class = new SendClass[CountMax];
    public readonly long[] SentMs = new long[CountMax];
    public readonly int[] AttemptCount = new int[CountMax];
    public readonly int[] Token = new int[CountMax];

    /// <summary>Slots in use.</summary>
    public int Count;

    /// <summary>Slots in use by backfill.</summary>
    public int BackfillCount;

    /// <summary>Slot of a record; -1 when it is not in flight.</summary>
    public int IndexOf(long sequence)
    {
        for (int i = 0; i < CountMax; i++)
        {
            if (Class[i] != SendClass.None && Sequence[i] == sequence)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Slot of the record that was published last under a token; -1 when none was.</summary>
    public int IndexOfToken(int token)
    {
        for (int i = 0; i < CountMax; i++)
        {
            if (Class[i] != SendClass.None && Token[i] == token)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>A free slot; -1 when there is none.</summary>
    public int FindFree()
    {
        for (int i = 0; i < CountMax; i++)
        {
            if (Class[i] == SendClass.None)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The slot that is given up first, of those with a class up to <paramref name="highest"/>:
    /// lowest class, then longest sent; -1 when there is none.</summary>
    public int FindLeast(SendClass highest)
    {
        int least = -1;
        for (int i = 0; i < CountMax; i++)
        {
            if (Class[i] == SendClass.None || Class[i] > highest)
            {
                continue;
            }

            if (least < 0 || IsLess(i, least))
            {
                least = i;
            }
        }

        return least;
    }

    /// <summary>Takes a free slot for a record just sent.</summary>
    public void Add(int slot, long sequence, SendClass sendClass, int token, long nowMs)
    {
        Token[slot] = token;
        Sequence[slot] = sequence;
        Class[slot] = sendClass;
        SentMs[slot] = nowMs;
        AttemptCount[slot] = 1;
        Count++;
        BackfillCount += sendClass == SendClass.Backfill ? 1 : 0;
    }

    /// <summary>Frees a slot in use.</summary>
    public void Remove(int slot)
    {
        Count--;
        BackfillCount -= Class[slot] == SendClass.Backfill ? 1 : 0;
        Class[slot] = SendClass.None;
    }

    /// <summary>Frees the slots of all records that an acknowledgement names.</summary>
    public void RemoveCommitted(Acknowledgement acknowledgement)
    {
        for (int i = 0; i < CountMax; i++)
        {
            if (Class[i] != SendClass.None && IsCommitted(acknowledgement, Sequence[i]))
            {
                Remove(i);
            }
        }
    }

    private bool IsLess(int slot, int other)
    {
        if (Class[slot] != Class[other])
        {
            return Class[slot] < Class[other];
        }

        return SentMs[slot] < SentMs[other]
            || (SentMs[slot] == SentMs[other] && Sequence[slot] < Sequence[other]);
    }

    private static bool IsCommitted(Acknowledgement acknowledgement, long sequence)
    {
        if (sequence <= acknowledgement.Cumulative)
        {
            return true;
        }

        for (int i = 0; i < acknowledgement.RangeCount; i++)
        {
            if (sequence >= acknowledgement.RangeFirst[i] && sequence <= acknowledgement.RangeLast[i])
            {
                return true;
            }
        }

        return false;
    }
}
