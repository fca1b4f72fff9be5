// Goal: the memory that encoding, thinning and a start share never holds anything that is still needed.
// Method: a store is filled until it thins and gives up records, damaged and started again, twice: once with
// memory of its own for the batches, once with the shared one, which is spoilt between any two calls and,
// except during a start, at every call of the storage. Both must leave the same files.

using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Virtual.Bench;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed class SharedMemoryTests
{
    private const int ReadingsPerCommit = 60;
    private const int Minutes = 4000;
    private const int DamagedAfterMinutes = 3000;
    private const int CapacityBytes = 52 * 1024;

    [TestMethod]
    public void MemorySpoiltBetweenCalls_ChangesNothing()
    {
        var plain = new MemoryStorage(CapacityBytes);
        var shared = new MemoryStorage(CapacityBytes);
        (long decayed, long dropped) = Run(plain, isShared: false);
        Assert.AreEqual((decayed, dropped), Run(shared, isShared: true));
        Assert.IsGreaterThan(0, decayed, "nothing was thinned");
        Assert.IsGreaterThan(0, dropped, "nothing was given up");
        CollectionAssert.AreEqual(plain.Files.Keys.ToArray(), shared.Files.Keys.ToArray());
        foreach ((string name, byte[] content) in plain.Files)
        {
            CollectionAssert.AreEqual(content, shared.Files[name], name);
        }
    }

    private static (long Decayed, long Dropped) Run(MemoryStorage files, bool isShared)
    {
        var storage = new WatchedStorage(files);
        SegmentStore store = Open(storage, isShared);
        var source = new SyntheticReadings(1);
        var reading = new Reading();
        long decayed = 0;
        for (int minute = 0; minute < Minutes; minute++)
        {
            if (minute == DamagedAfterMinutes)
            {
                decayed = store.DecayedReadings;
                byte[] middle = files.Files.ElementAt(files.Files.Count / 2).Value;
                middle[middle.Length / 2] ^= 1;
                store = Open(storage, isShared);
            }

            BatchEncoder encoder = isShared
                ? new BatchEncoder(ReadingsPerCommit, store.Columns) : new BatchEncoder(ReadingsPerCommit);
            for (int i = 0; i < ReadingsPerCommit; i++)
            {
                source.Next(reading);
                Assert.IsTrue(encoder.Add(reading));
                storage.AtCall();
            }

            CborWriter? writer = store.Begin(
                RecordKind.Vitals, store.BootId, encoder.FirstMonotonicMs, TimeQuality.Synced,
                BatchSample.UtcMs + encoder.FirstMonotonicMs);
            storage.AtCall();
            Assert.IsTrue(writer is not null && encoder.Encode(writer));
            storage.AtCall();
            Assert.IsTrue(store.TryCommit(ReadingsPerCommit));
            for (bool isThinning = true; isThinning; isThinning = store.ThinAhead())
            {
                storage.AtCall();
            }
        }

        return (decayed, store.DroppedReadings);
    }

    private static SegmentStore Open(WatchedStorage storage, bool isShared)
    {
        storage.AtCall = () => { };
        SegmentStore store = StoreFixture.Open(storage);
        if (isShared)
        {
            storage.AtCall = () =>
            {
                Array.Fill(store.Columns.Values, -1);
                Array.Fill(store.Columns.Residuals, -1);
            };
        }

        return store;
    }

    private sealed class WatchedStorage(IStorage storage) : IStorage
    {
        public Action AtCall { get; set; } = () => { };

        public int CapacityBytes => storage.CapacityBytes;

        public string[] List() => Called().List();

        public int Length(string name) => Called().Length(name);

        public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
            => Called().Read(name, fileOffset, buffer, bufferOffset, count);

        public bool TryAppend(string name, byte[] data, int offset, int count)
            => Called().TryAppend(name, data, offset, count);

        public bool TryWrite(string name, byte[] data, int offset, int count)
            => Called().TryWrite(name, data, offset, count);

        public bool TryDelete(string name) => Called().TryDelete(name);

        private IStorage Called()
        {
            AtCall();
            return storage;
        }
    }
}
