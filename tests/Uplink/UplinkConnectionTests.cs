// Goal: whatever the broker does ends in bounded waiting and a new attempt, never in a stuck state or a busy
// loop. Method: virtual time over a fake link.

using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Uplink;

namespace Pulsegate.Tests.Uplink;

[TestClass]
public sealed class UplinkConnectionTests
{
    private const int BackoffMsMin = 1000;             // as documented: 1 s to 5 min
    private const int BackoffMsMax = 5 * 60 * 1000;
    private const int HourMs = 60 * 60 * 1000;
    private const int SeedCount = 6;

    private static List<long> AttemptTimes(UplinkBench bench, long milliseconds)
    {
        List<long> times = [];
        for (long endMs = bench.NowMs + milliseconds; bench.NowMs < endMs;)
        {
            long before = bench.Uplink.ConnectAttempts;
            bench.Run(100);
            if (bench.Uplink.ConnectAttempts > before)
            {
                Assert.AreEqual(before + 1, bench.Uplink.ConnectAttempts, "one attempt a step");
                times.Add(bench.NowMs);
            }
        }

        return times;
    }

    private static long[] Pauses(List<long> times)
        => [.. times.Zip(times.Skip(1), (earlier, later) => later - earlier)];

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public void FailedAttempts_BackOffExponentially_WithinTheNamedBounds(int how)
    {
        var bench = new UplinkBench();
        bench.Link.OnConnect = how == 0 ? FakeConnect.FailAtOnce : FakeConnect.FailLater;
        List<long> times = AttemptTimes(bench, 6L * HourMs);
        long[] pauses = Pauses(times);
        Assert.IsLessThanOrEqualTo(BackoffMsMin + 100, times[0], "the first attempt");
        Assert.IsTrue(pauses.All(pause => pause >= BackoffMsMin && pause <= BackoffMsMax + 100));
        for (int i = 0; i < pauses.Length; i++)
        {
            long ceiling = Math.Min(BackoffMsMax, 2000L << Math.Min(i, 20));
            bool isWithin = pauses[i] >= ceiling / 2 && pauses[i] <= ceiling + 100;
            Assert.IsTrue(isWithin, $"pause {i} is {pauses[i]}");
        }

        Assert.IsGreaterThan(10, pauses.Skip(10).Distinct().Count(), "jitter");
    }

    [TestMethod]
    public void AFleet_DoesNotComeBackInStep()
    {
        int[] perSecond = new int[8];
        for (uint i = 0; i < 1000; i++)
        {
            var bench = new UplinkBench(bootId: i);
            bench.Link.OnConnect = FakeConnect.FailAtOnce;
            foreach (long time in AttemptTimes(bench, 8000).Skip(1))
            {
                perSecond[(time - 1) / 1000]++;
            }
        }

        // The second attempt of each falls between 1 and 3 s, the third between 3 and 7 s: no second has
        // everybody.
        Assert.IsLessThan(700, perSecond.Max());
    }

    [TestMethod]
    public void SameDeviceAndBoot_WaitsTheSame_AnotherBootDoesNot()
    {
        static string Times(uint bootId)
        {
            var bench = new UplinkBench(bootId);
            bench.Link.OnConnect = FakeConnect.FailAtOnce;
            return string.Join(' ', AttemptTimes(bench, HourMs));
        }

        Assert.AreEqual(Times(1), Times(1));
        Assert.AreNotEqual(Times(1), Times(2));
    }

    [TestMethod]
    public void LinkThatNeverAnswers_IsGivenUpAfterTheTimeout()
    {
        var bench = new UplinkBench();
        bench.Link.OnConnect = FakeConnect.NeverAnswer;
        long[] pauses = Pauses(AttemptTimes(bench, HourMs));
        Assert.IsTrue(pauses.All(pause => pause >= UplinkLoop.ConnectTimeoutMs + BackoffMsMin));
        Assert.IsTrue(pauses.All(pause => pause <= UplinkLoop.ConnectTimeoutMs + BackoffMsMax + 200));
    }

    [TestMethod]
    public void BrokerThatAcceptsAndDropsAtOnce_MeetsGrowingPauses()
    {
        var bench = new UplinkBench();
        List<long> times = [];
        for (int i = 0; i < 36_000; i++)
        {
            long before = bench.Uplink.ConnectAttempts;
            bench.Run(100);
            if (bench.Uplink.ConnectAttempts > before)
            {
                times.Add(bench.NowMs);
                bench.Link.Drop();
            }
        }

        Assert.IsLessThan(40, times.Count, "in an hour");
        Assert.IsGreaterThan(60_000, Pauses(times)[^1]);
    }

    [TestMethod]
    public void BrokerThatTakesPublishesAndNeverAnswers_IsLeft()
    {
        var bench = new UplinkBench();
        bench.Connect();
        bench.Link.OnPublish = _ => null;
        bench.Seal();
        bench.Run(UplinkLoop.StallTimeoutMs);
        Assert.AreEqual(1, bench.Uplink.Connects);
        bench.Run(5000);
        Assert.AreEqual(2, bench.Uplink.Connects);
    }

    [TestMethod]
    public void IdleConnection_IsKept()
    {
        var bench = new UplinkBench();
        bench.Connect();
        long sequence = bench.Seal();
        bench.Run(1000);
        bench.Acknowledge(sequence);
        bench.Run(24L * HourMs);
        Assert.AreEqual(1, bench.Uplink.Connects);
    }

    [TestMethod]
    public void GoodConnection_StartsTheBackoffAnew()
    {
        var bench = new UplinkBench();
        bench.Link.OnConnect = FakeConnect.FailAtOnce;
        bench.Run(HourMs);
        bench.Link.OnConnect = FakeConnect.Accept;
        bench.Run(BackoffMsMax + 1000);
        Assert.AreEqual(LinkState.Up, bench.Uplink.State);
        bench.Run(UplinkLoop.StableMs);
        bench.Link.Drop();
        bench.Run(2500);
        Assert.AreEqual(LinkState.Up, bench.Uplink.State, "back within the shortest wait");
    }

    [TestMethod]
    public void Reconnect_WaitsForAnAlarmBeingConfirmed_ButNotForEver()
    {
        var bench = new UplinkBench();
        bench.Connect();
        bench.Uplink.HoldReconnect = true;
        bench.Link.Drop();
        bench.Run(UplinkLoop.HoldReconnectMsMax);
        Assert.AreEqual(1, bench.Uplink.ConnectAttempts);
        bench.Run(3000);
        Assert.AreEqual(2, bench.Uplink.ConnectAttempts);

        bench.Link.Drop();
        bench.Run(10_000);
        Assert.AreEqual(2, bench.Uplink.ConnectAttempts);
        bench.Uplink.HoldReconnect = false;
        bench.Run(100);
        Assert.AreEqual(3, bench.Uplink.ConnectAttempts);
    }

    [TestMethod]
    public void ChaoticNetwork_LosesNothing()
    {
        for (int seed = 0; seed < SeedCount; seed++)
        {
            var random = new Random(seed);
            var bench = new UplinkBench((uint)seed);
            bench.Link.OnPublish = _ => random.Next(10) switch { 0 => null, 1 => 0x97, 2 => 0x10, _ => 0 };
            HashSet<long> committed = [];
            for (int i = 0; i < 300; i++)
            {
                bench.Link.OnConnect = (FakeConnect)random.Next(4);
                bench.Seal(random.Next(3), random.Next(5) == 0 ? RecordKind.Alarm : RecordKind.Event);
                bench.Run(random.Next(1, 60) * 100);
                committed.UnionWith(bench.Sequences().Where(_ => random.Next(3) > 0));
                if (random.Next(3) == 0)
                {
                    Acknowledge(bench, committed, random.Next(-1, 5));
                }

                if (random.Next(10) == 0)
                {
                    bench.Link.Drop();
                }
            }

            bench.Link.OnConnect = FakeConnect.Accept;
            bench.Link.OnPublish = _ => 0;
            long last = bench.Store.LastSequence;
            for (int i = 0; i < 36_000 && bench.Uplink.Committed < last; i++)
            {
                bench.Run(100);
                committed.UnionWith(bench.Sequences());
                Acknowledge(bench, committed, 6);
            }

            Assert.AreEqual(last, bench.Uplink.Committed, "seed " + seed);
            Assert.AreEqual(last, bench.Uplink.Released, "seed " + seed);
        }
    }

    private static void Acknowledge(UplinkBench bench, HashSet<long> committed, int credits)
    {
        long cumulative = 0;
        while (committed.Contains(cumulative + 1))
        {
            cumulative++;
        }

        bench.Acknowledge(cumulative, credits);
    }
}
