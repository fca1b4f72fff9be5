// Goal: between edge and ingest nothing is lost, and nothing that nobody has signed for is believed. Method:
// a real broker with TLS, a real RabbitMQ node, real PostgreSQL; each test begins with empty queues.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Batch;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Queue;
using Pulsegate.Tests.Mosquitto;
using Pulsegate.Tests.Provisioning;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed partial class QueueSourceTests
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(3);
    private static TestQueue? _queue;
    private TestBackend _backend = null!;

    private static TestQueue Queue => _queue!;

    [ClassInitialize]
    public static void StartQueue(TestContext context)
    {
        _ = context;
        SharedPostgres.RequireInstalled();
        _queue = new TestQueue();
    }

    [ClassCleanup]
    public static void StopQueue() => _queue?.Dispose();

    [TestInitialize]
    public void Prepare()
    {
        Queue.MakeAnew();
        _backend = new TestBackend(new PostgresTestSink(), Queue.StationFolder);
    }

    [TestCleanup]
    public void Cleanup() => _backend?.Dispose();

    [TestMethod]
    [TestCategory("Slow")]
    public void ABatchGoesThroughTheQueue_AndItsAcknowledgementBackToItsEdge()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using Forwarder forwarder = Forwarder.Start(Queue.Forwarder(_backend));
        using IngestService ingest = IngestService.Start(Queue.Ingest(_backend));

        Assert.AreEqual(0, device.Send("vitals", device.Seal(1)));
        Assert.AreEqual(1, device.WaitForAck(1).Cumulative);
        device.Send("health", device.Sign(RecordKind.Health, writer =>
        {
            RecordBody.WriteCounters(writer, 2);
            RecordBody.WriteCounter(writer, "a", 1);
            RecordBody.WriteCounter(writer, "bb", 2);
        }));
        device.Send("vitals", device.Seal(2));
        device.WaitForAck(2);

        Assert.AreEqual(20, _backend.Scalar("select count(*) from reading"));
        Assert.AreEqual(2, ingest.GetStatistics().Committed);
        TestBackend.WaitFor(() => Queue.CountAll() == 0);   // let go of, after the commit
        Assert.AreEqual(1, _backend.Scalar("select count(*) from device_message"));
        Assert.AreEqual(0, _backend.Scalar("select count(*) from quarantine"));
        Assert.IsTrue(forwarder.Stop(TimeSpan.FromSeconds(60)));
        ForwarderStatistics statistics = forwarder.GetStatistics();
        Assert.AreEqual(statistics.Received, statistics.Confirmed);
        Assert.IsTrue(statistics.Received >= 3 && statistics.Answered >= 2, statistics.ToString());
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void WhatAnIngestHadTakenAndNotCommitted_IsHandedToTheNextOne()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using Forwarder forwarder = Forwarder.Start(Queue.Forwarder(_backend));
        for (int sequence = 1; sequence <= 5; sequence++)
        {
            device.Send("vitals", device.Seal(sequence));
        }

        TestBackend.WaitFor(() => forwarder.GetStatistics().Confirmed == 5);
        Queue.Use(async channel =>
        {
            using var taken = new CountdownEvent(5);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, _) =>
            {
                taken.Signal();
                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync(QueueLayout.Up, autoAck: false, consumer);
            TestWait.For(() => taken.IsSet, "five messages");
        });

        using IngestService ingest = IngestService.Start(Queue.Ingest(_backend));
        Assert.AreEqual(5, device.WaitForAck(5).Cumulative, "the device has sent nothing twice");
        Assert.AreEqual(5, _backend.Scalar("select count(*) from record"));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void AQueueThatNoLongerAnswers_KeepsNobodyFromEnding()
    {
        _backend.AddDevice("ward-a");
        Forwarder forwarder = Forwarder.Start(Queue.Forwarder(_backend));
        IngestService ingest = IngestService.Start(Queue.Ingest(_backend));
        Queue.Stall();
        try
        {
            Task[] ends = [Task.Run(forwarder.Dispose), Task.Run(ingest.Dispose)];
            Assert.IsTrue(Task.WaitAll(ends, EndLimit), string.Join(", ", ends.Select(end => end.Status)));
        }
        finally
        {
            Queue.Resume();
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void AFullQueue_StopsTheForwarder_AndLosesNothing()
    {
        Queue.MakeAnew(upBytesMax: 10_000);
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using Forwarder forwarder = Forwarder.Start(Queue.Forwarder(_backend));
        long count = 0;   // the queue says that it is full a moment after it is
        TestBackend.WaitFor(() =>
        {
            device.Send("vitals", device.Seal(++count));
            return forwarder.GetStatistics() is { Retried: > 0, Waiting: > 0 };
        });

        using IngestService ingest = IngestService.Start(Queue.Ingest(_backend));
        Assert.AreEqual(count, device.WaitForAck(count).Cumulative, "the device has sent nothing twice");
        Assert.AreEqual(count, _backend.Scalar("select count(*) from record"));
        Assert.AreEqual(0, _backend.Scalar("select count(*) from incident"));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void WhatSomebodyPutsIntoTheQueue_IsPutAside_AndIsInNobodysWay()
    {
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        byte[] batch = device.Seal(1);
        Queue.Use(async channel =>
        {
            async Task Publish(Dictionary<string, object?>? headers, byte[] body)
                => await channel.BasicPublishAsync(
                    "", QueueLayout.Up, mandatory: true, new BasicProperties { Headers = headers }, body);

            await Publish(null, batch);
            await Publish(new() { ["topic"] = "pg/1/ward-b/vitals", ["edge"] = "edge-1" }, batch);
            await Publish(new() { ["topic"] = 7, ["edge"] = "no/edge", ["received-utc-ms"] = "soon" },
                [0, 1, 2]);
            await Publish(new() { ["topic"] = "pg/1/ward-a/live", ["edge"] = "edge-1" }, batch);
            await Publish(new() { ["topic"] = "pg/1/ward-a/vitals", ["edge"] = "edge-1" }, new byte[60_000]);
        });
        TestBackend.WaitFor(() => Queue.CountWaiting() == 5);

        using Forwarder forwarder = Forwarder.Start(Queue.Forwarder(_backend));
        using IngestService ingest = IngestService.Start(Queue.Ingest(_backend));
        device.Send("vitals", batch);

        device.WaitForAck(1);
        TestBackend.WaitFor(() => Queue.CountAll() == 0);
        Assert.AreEqual(5, _backend.Scalar("select sum(times) from quarantine"));
        Assert.AreEqual(1, _backend.Scalar("select count(*) from record"));
    }
}
