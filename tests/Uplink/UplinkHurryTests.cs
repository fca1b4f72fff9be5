// Goal: an alarm does not wait out the backoff, and alarms do not make a storm of attempts; method: virtual
// time, a link that refuses, attempts counted against the named limits.

using Pulsegate.Platform;
using Pulsegate.Uplink;

namespace Pulsegate.Tests.Uplink;

[TestClass]
public sealed class UplinkHurryTests
{
    private const int HourMs = 3_600_000;
    private const int FirstDelayMsMax = 1000;   // as a boot's first attempt
    private readonly UplinkBench _bench = new();

    [TestInitialize]
    public void BackOff()
    {
        _bench.Link.OnConnect = FakeConnect.FailAtOnce;
        _bench.Run(2 * HourMs);
    }

    [TestMethod]
    public void BrokerThatIsBack_HasTheAlarmAtOnce()
    {
        RunToAttempt();
        _bench.Link.OnConnect = FakeConnect.Accept;
        Alarm();
        _bench.Run(FirstDelayMsMax + 200);
        Assert.AreEqual(LinkState.Up, _bench.Uplink.State);
        CollectionAssert.Contains(_bench.Sequences("alarm"), _bench.Store.LastSequence);
    }

    [TestMethod]
    public void BrokerThatComesBackLater_IsFoundWithinTheInterval()
    {
        Alarm();
        _bench.Run(10 * 60_000);
        _bench.Link.OnConnect = FakeConnect.Accept;
        _bench.Run(UplinkLoop.HurryIntervalMs + 200);
        Assert.AreEqual(LinkState.Up, _bench.Uplink.State);
    }

    [TestMethod]
    public void ManyAlarms_BringAnAttemptForwardOnceInTheInterval()
    {
        long before = _bench.Uplink.ConnectAttempts;
        for (int second = 0; second < 600; second++)
        {
            Alarm();
            _bench.Run(1000);
        }

        // Once in the interval by itself, and once by the shortened backoff, which waits half of it at least.
        Assert.IsLessThanOrEqualTo(
            before + (3 * 600_000 / UplinkLoop.HurryIntervalMs) + 1, _bench.Uplink.ConnectAttempts);
    }

    [TestMethod]
    public void AlarmOfLongAgo_LeavesTheUsualBackoff()
    {
        Alarm();
        _bench.Run(UplinkLoop.HurryMsMax + UplinkLoop.HurryIntervalMs);
        long before = _bench.Uplink.ConnectAttempts;
        _bench.Run(HourMs);
        Assert.IsLessThanOrEqualTo(before + (HourMs / 150_000) + 1, _bench.Uplink.ConnectAttempts);
    }

    [TestMethod]
    public void AnotherAlarmBeingConfirmed_HoldsTheAttemptBack()
    {
        RunToAttempt();
        long before = _bench.Uplink.ConnectAttempts;
        _bench.Uplink.HoldReconnect = true;
        Alarm();
        _bench.Run(UplinkLoop.HoldReconnectMsMax - 200);
        Assert.AreEqual(before, _bench.Uplink.ConnectAttempts);
        _bench.Run(FirstDelayMsMax + 400);
        Assert.AreEqual(before + 1, _bench.Uplink.ConnectAttempts);
    }

    [TestMethod]
    public void AlarmWhileConnected_ChangesNothingLater()
    {
        _bench.Link.OnConnect = FakeConnect.Accept;
        _bench.Run(300_000);
        Alarm();
        _bench.Run(UplinkLoop.StableMs + 1000);
        _bench.Link.OnConnect = FakeConnect.FailAtOnce;
        _bench.Link.Drop();
        _bench.Run(HourMs);
        long before = _bench.Uplink.ConnectAttempts;
        _bench.Run(HourMs);
        Assert.IsLessThanOrEqualTo(before + (HourMs / 150_000) + 1, _bench.Uplink.ConnectAttempts);
    }

    private void Alarm()
    {
        _bench.Seal(1, Pulsegate.Batch.RecordKind.Alarm);
        _bench.Uplink.UrgentAlarmCount++;
    }

    // To just behind an attempt, when the wait for the next is longest.
    private void RunToAttempt()
    {
        for (long before = _bench.Uplink.ConnectAttempts; _bench.Uplink.ConnectAttempts == before;)
        {
            _bench.Run(100);
        }
    }
}
