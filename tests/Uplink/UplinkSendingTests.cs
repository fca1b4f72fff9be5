// Goal: newest and alarms first, the backlog as credits allow, and nothing stays unsent. Method: virtual
// time, a fake link, a real store, every published record verified as the backend does it.

using Pulsegate.Batch;
using Pulsegate.Store;
using Pulsegate.Uplink;
using Pulsegate.Virtual.Storage;

namespace Pulsegate.Tests.Uplink;

[TestClass]
public sealed class UplinkSendingTests
{
    private readonly UplinkBench _bench = new();

    private UplinkLoop Uplink => _bench.Uplink;

    private FakeLink Link => _bench.Link;

    [TestMethod]
    public void Topics_FollowTheKindOfRecord()
    {
        _bench.Connect();
        long alarm = _bench.Seal(1, RecordKind.Alarm);
        long note = _bench.Seal();
        _bench.Run(100);
        Assert.AreEqual($"pg/1/{UplinkBench.Device}/alarm", Link.Published[0].Topic);
        Assert.AreEqual($"pg/1/{UplinkBench.Device}/event", Link.Published[1].Topic);
        CollectionAssert.AreEqual(new[] { alarm, note }, _bench.Sequences());
    }

    [TestMethod]
    public void AtConnect_NewestAndAlarmsGoBeforeTheBacklog()
    {
        long firstAlarm = _bench.Seal(5) + 1;
        _bench.Seal(1, RecordKind.Alarm);
        long last = _bench.Seal(10);
        _bench.Run(2000);
        CollectionAssert.AreEqual(new[] { last - 1, last, firstAlarm, 1L }, _bench.Sequences());
    }

    [TestMethod]
    public void RecordsThatFlashDidNotGive_AreSentOnceItDoes_OnTheSameConnection()
    {
        var flash = new TornModel(256 * 1024);
        var bench = new UplinkBench(1, flash);
        long last = bench.Seal(400);   // more than is read at once
        bench.Connect();
        bench.Run(1000);
        CollectionAssert.AreEquivalent(new[] { 1, last - 1, last }, bench.Sequences());
        flash.ReadFailuresPerMille = 1000;
        bench.Acknowledge(1, 1000, (last - 1, last));
        bench.Run(5000);
        flash.ReadFailuresPerMille = 0;
        HashSet<long> committed = bench.Drain(3 * UplinkLoop.BackfillPassMs);
        CollectionAssert.AreEquivalent(
            Enumerable.Range(2, (int)last - 3).Select(n => (long)n).ToList(), committed.ToList());
        Assert.AreEqual(1, bench.Uplink.Connects);
    }

    [TestMethod]
    public void NewRecord_NeverWaitsBehindTheBacklog()
    {
        _bench.Seal(200);
        _bench.Connect();
        _bench.Acknowledge(0, 100);
        _bench.Sequences();
        for (int i = 0; i < 20; i++)
        {
            long fresh = _bench.Seal(1, i % 2 == 0 ? RecordKind.Alarm : RecordKind.Event);
            _bench.Run(100);
            Assert.AreEqual(fresh, _bench.Sequences().FirstOrDefault(), "in one step, first of all");
        }
    }

    [TestMethod]
    public void WithoutCredits_OneBacklogRecordGoesEachInterval()
    {
        _bench.Seal(50);
        _bench.Run(2000);
        CollectionAssert.AreEqual(new[] { 49L, 50L, 1L }, _bench.Sequences());
        List<long> backlog = [];
        for (int i = 0; i < 10; i++)
        {
            _bench.Run(UplinkLoop.BackfillIntervalMs);
            List<long> sent = [.. _bench.Sequences().Where(sequence => sequence < 49)];
            Assert.HasCount(1, sent);
            backlog.AddRange(sent);
        }

        CollectionAssert.AreEqual(new long[] { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, backlog, "oldest first");
    }

    [TestMethod]
    public void Credits_AreNotExceeded_AndDoNotSurviveTheConnection()
    {
        _bench.Seal(50);
        _bench.Run(2000);
        _bench.Sequences();
        _bench.Acknowledge(1, 3, (49, 50));
        _bench.Run(5000);
        CollectionAssert.AreEqual(new long[] { 2, 3, 4 }, _bench.Sequences());
        _bench.Acknowledge(4, 100);
        Link.Drop();
        _bench.Run(5000);
        Assert.AreEqual(2, Uplink.Connects);
        Assert.IsLessThanOrEqualTo(6 + 1, _bench.Sequences().Count);
    }

    [TestMethod]
    public void CreditsGiven_CountThoseAlreadyUnderWay()
    {
        _bench.Seal(50);
        _bench.Run(2000);
        _bench.Sequences();
        _bench.Acknowledge(0, 4);   // record 1 is under way and uses one
        _bench.Run(5000);
        CollectionAssert.AreEqual(new long[] { 2, 3, 4 }, _bench.Sequences());
    }

    [TestMethod]
    public void Window_IsNeverExceeded_AndKeepsPlacesForFreshRecords()
    {
        _bench.Seal(100);
        _bench.Connect();
        _bench.Acknowledge(0, 1000);
        _bench.Sequences();
        _bench.Run(5000);
        Assert.IsEmpty(_bench.Sequences(), "the window is full until an acknowledgement or a timeout");
        Assert.AreEqual(8, Uplink.Sent);
        long fresh = _bench.Seal(2);
        _bench.Run(100);
        CollectionAssert.AreEqual(new[] { fresh - 1, fresh }, _bench.Sequences());
    }

    [TestMethod]
    public void Backlog_DrainsCompletely_WithEachRecordSentOnce()
    {
        _bench.Seal(500);
        _bench.Connect();
        HashSet<long> committed = _bench.Drain(10 * 60_000);
        Assert.HasCount(500, committed);
        Assert.AreEqual(500, Uplink.Released);
        Assert.AreEqual(500, Uplink.Sent - Uplink.Resent);
    }

    [TestMethod]
    public void LostPublishes_AreSentAgain_UntilAllAreCommitted()
    {
        var random = new Random(5);
        _bench.Connect();
        for (int i = 0; i < 100; i++)
        {
            _bench.Seal(1, i % 10 == 0 ? RecordKind.Alarm : RecordKind.Event);
            _bench.Run(1000);
            _bench.Sequences();   // all of these are lost on the way
            if (random.Next(5) == 0)
            {
                Link.Drop();
            }
        }

        HashSet<long> committed = _bench.Drain(60 * 60_000);
        Assert.HasCount(100, committed);
        Assert.IsGreaterThan(0, Uplink.Resent);
    }

    [TestMethod]
    public void WhatWasInFlight_GoesAtOnceWithTheNextConnection()
    {
        _bench.Connect();
        long alarm = _bench.Seal(1, RecordKind.Alarm);
        long last = _bench.Seal(3);
        _bench.Run(100);
        _bench.Sequences();
        Link.Drop();
        _bench.Run(3000);
        CollectionAssert.AreEqual(new[] { last - 1, last, alarm }, _bench.Sequences().Take(3).ToArray());
    }

    [TestMethod]
    public void UnansweredRecord_IsRepeatedWithGrowingPauses_ThenGivesUpItsPlace()
    {
        _bench.Connect();
        long sequence = _bench.Seal(1, RecordKind.Alarm);
        List<long> sentAtMs = [];
        for (int i = 0; i < 2500; i++)
        {
            _bench.Run(100);
            sentAtMs.AddRange(_bench.Sequences().Select(_ => _bench.NowMs));
        }

        long[] pauses = [.. sentAtMs.Zip(sentAtMs.Skip(1), (earlier, later) => later - earlier)];
        CollectionAssert.AreEqual(new long[] { 10_000, 20_000, 40_000, 60_000 }, pauses[..4]);
        Assert.IsGreaterThanOrEqualTo(UplinkLoop.BackfillIntervalMs, pauses[4]);
        Assert.AreEqual(1, sequence);
    }

    [TestMethod]
    public void RecordsThatAreNeverAcknowledged_DoNotBlockTheOthers()
    {
        _bench.Seal(60);
        _bench.Connect();
        // The backend takes all but the first twenty: more than the window holds.
        HashSet<long> seen = [];
        for (int i = 0; i < 3000 && seen.Count(sequence => sequence > 20) < 40; i++)
        {
            seen.UnionWith(_bench.Sequences());
            _bench.Acknowledge(0, 6, Ranges(seen.Where(sequence => sequence > 20)));
        }

        Assert.AreEqual(40, seen.Count(sequence => sequence > 20));
    }

    [TestMethod]
    public void SilentBackend_DoesNotStopAlarms()
    {
        _bench.Connect();
        for (int i = 0; i < 50; i++)
        {
            long alarm = _bench.Seal(1, RecordKind.Alarm);
            _bench.Run(100);
            CollectionAssert.Contains(_bench.Sequences("alarm"), alarm);
        }
    }

    [TestMethod]
    public void AlarmsPutOutOfTheWindow_ComeBackBeforeTheBacklog()
    {
        _bench.Seal(30);
        _bench.Connect();
        long firstAlarm = _bench.Seal(12, RecordKind.Alarm) - 11;   // four more than the window holds
        _bench.Run(200);
        CollectionAssert.IsSubsetOf(
            Enumerable.Range(0, 12).Select(i => firstAlarm + i).ToArray(), _bench.Sequences("alarm"));
        _bench.Acknowledge(0, -1, (firstAlarm + 4, firstAlarm + 11));
        _bench.Run(200);
        CollectionAssert.AreEquivalent(
            new[] { firstAlarm, firstAlarm + 1, firstAlarm + 2, firstAlarm + 3 }, _bench.Sequences("alarm"));
    }

    [TestMethod]
    public void RecordThatTheLinkNeverTakes_IsPassedOverAndCounted()
    {
        _bench.Connect();
        long tooLarge = _bench.Seal();
        byte[] text = Jws.ToText(Read(tooLarge), UplinkBench.Device);
        Link.Refuses = payload => payload.AsSpan().SequenceEqual(text);
        long next = _bench.Seal();
        _bench.Run(1000);
        CollectionAssert.AreEqual(new[] { next }, _bench.Sequences());
        Assert.AreEqual(1, Uplink.PublishRefused);
        Assert.AreEqual(1, Uplink.PublishTooLarge);
    }

    [TestMethod]
    public void PubackReasonCodes_AreCounted_AndReleaseNothing()
    {
        Link.OnPublish = topic => topic.EndsWith("alarm", StringComparison.Ordinal) ? 0x87 : 0x10;
        _bench.Connect();
        _bench.Seal(1, RecordKind.Alarm);
        _bench.Seal(1);
        _bench.Run(1000);
        Assert.AreEqual(1, Uplink.PublishRefused);
        Assert.AreEqual(1, Uplink.PublishUnheard);
        Assert.AreEqual(0, Uplink.Released);
    }

    private StoredRecord Read(long sequence)
    {
        var record = new StoredRecord();
        Assert.IsTrue(_bench.Store.TryRead(sequence, record));
        return record;
    }

    private static (long First, long Last)[] Ranges(IEnumerable<long> sequences)
    {
        List<(long First, long Last)> ranges = [];
        foreach (long sequence in sequences.Order())
        {
            if (ranges.Count > 0 && ranges[^1].Last + 1 == sequence)
            {
                ranges[^1] = (ranges[^1].First, sequence);
            }
            else
            {
                ranges.Add((sequence, sequence));
            }
        }

        return [.. ranges.Take(Acknowledgement.RangeCountMax)];
    }
}
