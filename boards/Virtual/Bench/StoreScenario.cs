// The store's figures: five vitals at 1 Hz of SyntheticReadings, a commit a minute, on the littlefs model.
// Arguments and results of plain types, so that it also runs in a room where the firmware counts its own
// instructions.

using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Storage;
using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Bench;

/// <summary>Runs stores without the rest of the gateway, which lets them thin a little every
/// second.</summary>
public static class StoreScenario
{
    /// <summary>What a board with a partition of 256 KB lets the firmware fill.</summary>
    public const int SmallCapacityBytes = 256 * 1024 / 10 * 6;

    /// <summary>What a board with a partition of 2 MB lets the firmware fill.</summary>
    public const int LargeCapacityBytes = 2 * 1024 * 1024 / 10 * 6;

    private const int ReadingsPerCommit = 60;
    private const int CommitMinutesMax = 200_000;
    private const int ThinningCommits = 400;
    private const string Device = "bench";

    /// <summary>Hours of vitals of the benchmark's finger that fit at full resolution: until the store first
    /// thins or gives up something.</summary>
    public static double FullResolutionHours(int capacityBytes)
        => HoursUntil(capacityBytes, new FingerReadings().Next,
            store => store.DecayedReadings + store.DroppedReadings > 0);

    /// <summary>The same of noisier vitals, whose every value wanders.</summary>
    public static double NoisyFullResolutionHours(int capacityBytes)
        => HoursUntil(
            capacityBytes, new SyntheticReadings(1).Next,
            store => store.DecayedReadings + store.DroppedReadings > 0);

    /// <summary>Days of vitals of the benchmark's finger that are kept in some resolution: until the store
    /// first gives up something.</summary>
    public static double DecayedDays(int capacityBytes)
        => HoursUntil(capacityBytes, new FingerReadings().Next, store => store.DroppedReadings > 0) / 24;

    /// <summary>Bytes of RAM that a store takes, and that a start allocates on top.</summary>
    public static long RamBytes()
    {
        var storage = new MemoryStorage(LargeCapacityBytes);
        Open(storage, new HmacSigner(1, new byte[32], new byte[32]), Device, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        SegmentStore store = Open(storage, new HmacSigner(1, new byte[32], new byte[32]), Device, 1);
        long after = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(store);
        return after - before;
    }

    /// <summary>Most instructions for which one commit, or one second between two, holds the acquisition loop
    /// up while the store is thinning: a minute a commit, and a turn of thinning a second as the gateway has
    /// it.</summary>
    public static long WorstCommitInstructions(int capacityBytes, Func<long> instructions)
    {
        SegmentStore store = Open(new LittlefsModel(capacityBytes));
        Append(store, CommitMinutesMax, new SyntheticReadings(1).Next, store => store.DecayedReadings > 0);
        Action<Reading> next = new SyntheticReadings(2).Next;
        long worst = 0;
        for (int minute = 0; minute < ThinningCommits; minute++)
        {
            long before = instructions();
            Append(store, 1, next, _ => true);
            worst = Math.Max(worst, instructions() - before);
            bool isThinning = true;
            for (int second = 1; second < ReadingsPerCommit && isThinning; second++)
            {
                before = instructions();
                isThinning = store.ThinAhead();
                worst = Math.Max(worst, instructions() - before);
            }
        }

        return worst;
    }

    private static double HoursUntil(int capacityBytes, Action<Reading> next, Func<SegmentStore, bool> until)
        => Append(Open(new LittlefsModel(capacityBytes)), CommitMinutesMax, next, until) / 60.0;

    /// <summary>Blocks erased an append, with everything acknowledged at once: appends, cursor and
    /// deletions.</summary>
    public static double ErasesPerAppend(int capacityBytes, int appends)
    {
        var storage = new LittlefsModel(capacityBytes);
        SegmentStore store = Open(storage);
        long before = storage.EraseCount;
        Append(store, appends, until: store =>
        {
            store.Release(store.LastSequence, [], [], 0);
            return false;
        });
        return (double)(storage.EraseCount - before) / appends;
    }

    /// <summary>Instructions that a start takes over a store that is full.</summary>
    public static long RecoveryInstructions(int capacityBytes, Func<long> instructions)
    {
        var storage = new LittlefsModel(capacityBytes);
        SegmentStore store = Open(storage);
        Append(store, CommitMinutesMax, until: store => store.DroppedReadings > 0);
        long before = instructions();
        Open(storage);
        return instructions() - before;
    }

    /// <summary>Bytes that a start reads from a store that is full.</summary>
    public static long RecoveryBytes(int capacityBytes)
    {
        var storage = new LittlefsModel(capacityBytes);
        Append(Open(storage), CommitMinutesMax, until: store => store.DroppedReadings > 0);
        long before = storage.ReadBytes;
        Open(storage);
        return storage.ReadBytes - before;
    }

    /// <summary>What a start takes over a full store in which one byte has flipped, so that every sequence
    /// has to be accounted for: instructions, and bytes read.</summary>
    public static long[] DamagedRecovery(int capacityBytes, Func<long> instructions)
    {
        var storage = new LittlefsModel(capacityBytes);
        Append(Open(storage), CommitMinutesMax, until: store => store.DroppedReadings > 0);
        string name = storage.List()!.Where(file => file.StartsWith('s')).Order().ElementAt(1);
        var content = new byte[storage.Length(name)];
        storage.Read(name, 0, content, 0, content.Length);
        content[content.Length / 2] ^= 1;
        if (!storage.TryDelete(name) || !storage.TryAppend(name, content, 0, content.Length))
        {
            throw new InvalidOperationException("the storage refused");
        }

        long bytes = storage.ReadBytes;
        long before = instructions();
        SegmentStore store = Open(storage);
        return store.CorruptRecordCount == 1 ? [instructions() - before, storage.ReadBytes - bytes]
            : throw new InvalidOperationException("the damage was not found");
    }

    /// <summary>Seals so many minutes of vitals into an empty storage, in no time.</summary>
    /// <returns>The flash that they take, in whole blocks.</returns>
    public static int Fill(IStorage storage, ISigner signer, string device, uint epochUpper, int minutes)
    {
        SegmentStore store = Open(storage, signer, device, epochUpper);
        Append(store, minutes, until: store => store.DroppedReadings > 0
            ? throw new InvalidOperationException("the storage is too small") : false);
        return store.UsedBytes;
    }

    private static int Append(SegmentStore store, int minutesMax, Func<SegmentStore, bool> until)
        => Append(store, minutesMax, new SyntheticReadings(1).Next, until);

    private static int Append(
        SegmentStore store, int minutesMax, Action<Reading> next, Func<SegmentStore, bool> until)
    {
        var encoder = new BatchEncoder(ReadingsPerCommit);
        var reading = new Reading();
        for (int minute = 1; minute <= minutesMax; minute++)
        {
            for (int i = 0; i < ReadingsPerCommit; i++)
            {
                next(reading);
                encoder.Add(reading);
            }

            CborWriter writer = store.Begin(
                RecordKind.Vitals, store.BootId, encoder.FirstMonotonicMs, TimeQuality.Synced,
                1_790_000_000_000 + encoder.FirstMonotonicMs);
            if (writer is null || !encoder.Encode(writer) || !store.TryCommit(encoder.Count))
            {
                throw new InvalidOperationException("the store refused a minute of vitals");
            }

            encoder.Clear();
            if (until(store))
            {
                return minute;
            }

            // As the gateway has it: a turn a second until the next commit.
            for (int second = 1; second < ReadingsPerCommit && store.ThinAhead(); second++)
            {
            }
        }

        return minutesMax;
    }

    private static SegmentStore Open(LittlefsModel storage)
    {
        var key = new byte[32];
        return Open(storage, new HmacSigner(1, key, key), Device, 1);
    }

    private static SegmentStore Open(IStorage storage, ISigner signer, string device, uint epochUpper)
    {
        var store = new SegmentStore(storage, signer, device, ReadingsPerCommit);
        return store.TryOpen(epochUpper)
            ? store : throw new InvalidOperationException("the store does not open");
    }
}
