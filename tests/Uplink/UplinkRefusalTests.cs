// Goal: a broker that refuses costs what it refuses and nothing else, and nothing is dropped silently.
// Method: a fake link that answers with the reason codes of MQTT 5 (3.4.2.1), in time that only the test
// moves.

using Pulsegate.Diagnostics;
using Pulsegate.Batch;
using Pulsegate.Store;
using Pulsegate.Uplink;

namespace Pulsegate.Tests.Uplink;

[TestClass]
public sealed class UplinkRefusalTests
{
    private const int NoSubscribers = 0x10;
    private const int NotAuthorised = 0x87;
    private const int PacketTooLarge = 0x95;
    private const int QuotaExceeded = 0x97;
    private readonly UplinkBench _bench = new();

    private FakeLink Link => _bench.Link;

    private UplinkLoop Uplink => _bench.Uplink;

    [TestMethod]
    public void RecordsTooLargeForTheBroker_AreSetAside_Counted_AndTriedOnTheNextConnection()
    {
        Link.OnPublish = topic => topic.EndsWith("alarm", StringComparison.Ordinal) ? PacketTooLarge : 0;
        _bench.Connect();
        long[] tooLarge = [_bench.Seal(1, RecordKind.Alarm), _bench.Seal(1, RecordKind.Alarm)];
        _bench.Seal(40);
        // acknowledges whatever it sees; alarms too, it cannot know
        HashSet<long> taken = _bench.Drain(120_000);
        CollectionAssert.IsSubsetOf(tooLarge, taken.ToArray());

        // Once more with nothing acknowledged: two minutes, and each of the refused is sent once.
        long third = _bench.Seal(1, RecordKind.Alarm);
        _bench.Run(120_000);
        Assert.AreEqual(1, _bench.Sequences("alarm").Count(sequence => sequence == third));
        Assert.AreEqual(3, Uplink.PublishTooLarge);
        Assert.AreEqual(3, Uplink.PublishRefused);
        Assert.AreEqual(PacketTooLarge, Uplink.LastRefusalCode);
        Assert.IsTrue(_bench.Store.TryRead(third, new StoredRecord()), "it stays in flash");
        long next = _bench.Seal();
        _bench.Run(200);
        CollectionAssert.Contains(_bench.Sequences(), next, "it blocks nothing");

        Link.OnPublish = _ => 0;
        Link.Drop();
        _bench.Run(10_000);
        CollectionAssert.Contains(_bench.Sequences("alarm"), third, "another broker may take it");
    }

    [TestMethod]
    public void ABrokerThatTakesNothing_IsNotHammered()
    {
        Link.OnPublish = _ => PacketTooLarge;
        _bench.Seal(100);
        _bench.Connect();
        _bench.Run(10 * 60_000);
        int sent = _bench.Sequences().Count;
        Assert.IsTrue(sent is > 2 and < 100, $"{sent} in ten minutes");
    }

    [TestMethod]
    [DataRow(NotAuthorised)]
    [DataRow(QuotaExceeded)]
    [DataRow(NoSubscribers)]
    public void WhileTheBrokerSaysNo_TheBacklogWaits_AndAlarmsDoNot(int code)
    {
        _bench.Seal(200);
        _bench.Connect();
        _bench.Acknowledge(1, credits: 1000);
        _bench.Run(100);
        Link.OnPublish = topic => topic.EndsWith("event", StringComparison.Ordinal) ? code : 0;
        _bench.Run(1000);
        _bench.Sequences();
        _bench.Run(300_000);
        int sent = _bench.Sequences("event").Distinct().Count();
        Assert.IsTrue(sent is >= 5 and <= 30, $"{sent} records of the backlog in five minutes");
        long alarm = _bench.Seal(1, RecordKind.Alarm);
        _bench.Run(200);
        CollectionAssert.Contains(_bench.Sequences("alarm"), alarm);
        Assert.AreEqual(code, Uplink.LastRefusalCode);

        Link.OnPublish = _ => 0;
        Assert.AreEqual(_bench.Store.LastSequence, _bench.Drain(600_000).Max());
    }

    [TestMethod]
    public void ARefusedHealthMessage_DoesNotHoldTheBacklog()
    {
        Link.OnPublish = topic => topic.EndsWith("health", StringComparison.Ordinal) ? NoSubscribers : 0;
        _bench.Seal(100);
        _bench.Connect();
        for (int i = 0; i < 100; i++)
        {
            Uplink.OfferHealth([1]);
            _bench.Run(100);
            _bench.Acknowledge(i / 2, credits: 6);
        }

        Assert.IsGreaterThan(40, _bench.Sequences().Distinct().Count());
        Assert.AreEqual(100, Uplink.PublishUnheard);
    }

    [TestMethod]
    public void WhatWasRefused_IsInTheCountersOfTheHealthMessage()
    {
        Link.OnPublish = topic
            => topic.EndsWith("alarm", StringComparison.Ordinal) ? PacketTooLarge : NoSubscribers;
        _bench.Connect();
        _bench.Seal(1, RecordKind.Alarm);
        _bench.Seal();
        _bench.Run(1000);
        var counters = new Counters();
        Uplink.Report(counters);
        Assert.AreEqual(1, counters.Get(Counter.PublishRefused));
        Assert.AreEqual(1, counters.Get(Counter.PublishTooLarge));
        Assert.AreEqual(1, counters.Get(Counter.PublishUnheard));
    }
}
