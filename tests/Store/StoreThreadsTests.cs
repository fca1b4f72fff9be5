// Goal: appending from one thread while another reads and releases loses nothing. Method: both run to the end
// of a fixed number of records; every sequence is read exactly once, and the readings balance.

using Pulsegate.Store;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed class StoreThreadsTests
{
    [TestMethod]
    public void AppendingAndReleasingAtTheSameTime_KeepsOrderAndBalance()
    {
        const int Count = 1500;
        var storage = new MemoryStorage(256 * 1024);
        SegmentStore store = StoreFixture.Open(storage);
        var appending = new Thread(() =>
        {
            for (int seed = 0; seed < Count; seed++)
            {
                Assert.IsTrue(StoreFixture.TryAppend(store, seed));
                while (store.StoredReadings > 5000)
                {
                    Thread.Yield();
                }
            }
        });
        appending.Start();
        var record = new StoredRecord();
        long after = 0;
        long readings = 0;
        while (after < Count)
        {
            if (store.TryReadNext(after, record))
            {
                Assert.AreEqual(after + 1, record.Sequence);
                after = record.Sequence;
                readings += record.ReadingCount;
                Assert.AreEqual(1, StoreFixture.Release(store, after));
            }
        }

        appending.Join();
        Assert.AreEqual(readings, store.ReleasedReadings);
        Assert.AreEqual(0, store.StoredReadings);
        Assert.AreEqual(0, store.DroppedReadings);
        Assert.AreEqual(1, store.SegmentCount);
    }
}
