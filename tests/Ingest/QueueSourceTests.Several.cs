// Goal: several queues share the devices, each device in its own, an ingest takes from all, and one that does
// not says so. Method: the same real node; which device belongs where was reckoned with Python's hashlib.

using System.Collections.Concurrent;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Queue;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Ingest;

public sealed partial class QueueSourceTests
{
    private const int SeveralCount = 3;

    // int.from_bytes(hashlib.sha256(name).digest()[:4], "big") % 3
    private static readonly string[] ByIndex = ["ward-d", "ward-b", "ward-a"];

    [TestMethod]
    [TestCategory("Slow")]
    public void SeveralQueues_ShareTheDevices_AndAnIngestTakesFromAll()
    {
        Queue.MakeAnew(upCount: SeveralCount);
        TestDevice[] devices =
            [.. ByIndex.Select(name => new TestDevice(_backend, _backend.AddDevice(name)))];
        try
        {
            IngestOptions options = Queue.Forwarder(_backend) with { QueueCount = SeveralCount };
            using Forwarder forwarder = Forwarder.Start(options);
            for (int i = 0; i < SeveralCount; i++)
            {
                for (int sequence = 1; sequence <= i + 1; sequence++)
                {
                    devices[i].Send("vitals", devices[i].Seal(sequence));
                }
            }

            TestBackend.WaitFor(() => forwarder.GetStatistics().Confirmed == 1 + 2 + 3);
            string[] names = QueueLayout.UpNames(SeveralCount);
            uint[] expected = [1, 2, 3];   // told a moment after they are confirmed
            TestBackend.WaitFor(() => names.Select(Queue.CountWaiting).SequenceEqual(expected));

            IngestOptions one = Queue.Ingest(_backend);
            var problems = new ConcurrentQueue<string>();
            using (IngestService.Start(one, problems.Enqueue))
            {
                devices[0].WaitForAck(1);
                TestBackend.WaitFor(() => problems.Any(line => line.Contains("queueCount")));
            }

            Assert.AreEqual(
                "the forwarder of edge-1 uses 3 queues, this ingest takes from 1: set queueCount",
                problems.Single(line => line.Contains("queueCount")));
            using IngestService all = IngestService.Start(one with { QueueCount = SeveralCount });
            Assert.AreEqual(2, devices[1].WaitForAck(2).Cumulative, "the device has sent nothing twice");
            Assert.AreEqual(3, devices[2].WaitForAck(3).Cumulative, "the device has sent nothing twice");
            Assert.AreEqual(1 + 2 + 3, _backend.Scalar("select count(*) from record"));
            TestBackend.WaitFor(() => Queue.CountAll() == 0);
        }
        finally
        {
            Array.ForEach(devices, device => device.Dispose());
        }
    }
}
