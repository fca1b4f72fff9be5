// Goal: what the unit itself suffers becomes its alarm, after the delay of docs/alarms.md; method: a whole virtual
// unit in virtual time, without a backend, without a time of day, with a flash that is soon full.

using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Platform;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;

namespace Pulsegate.Tests.Acquisition;

[TestClass]
public sealed class UnitAlarmTests
{
    private const int SmallFlashBytes = 128 * 1024;
    private readonly VirtualClock _clock = new();

    [TestMethod]
    public void NobodyAtTheOtherEnd_IsNotConnected_AfterTenMinutes()
    {
        using VirtualUnit unit = Start(new MemoryStorage());
        Assert.AreEqual(601, SecondsUntil(unit, AlarmCondition.NotConnected, 700), 1);
        Assert.IsFalse(unit.Gateway.Alarms.IsRaised(AlarmCondition.ClockUnknown));
        Assert.IsFalse(unit.Gateway.Alarms.IsRaised(AlarmCondition.StorageFull));
    }

    [TestMethod]
    public void ATimeOfDayThatIsNotKnown_IsAnAlarm_UntilItIs()
    {
        _clock.Quality = TimeQuality.Unsynced;
        using VirtualUnit unit = Start(new MemoryStorage());
        Assert.AreEqual(601, SecondsUntil(unit, AlarmCondition.ClockUnknown, 700), 1);
        _clock.Quality = TimeQuality.Synced;
        for (int i = 0; i < 7; i++)
        {
            Second(unit);
        }

        Assert.IsFalse(unit.Gateway.Alarms.IsRaised(AlarmCondition.ClockUnknown));
    }

    [TestMethod]
    public void AFlashThatIsFull_IsAnAlarm_WhenVitalsAreThinnedOrGivenUp()
    {
        using VirtualUnit unit = Start(new MemoryStorage(SmallFlashBytes));
        int second = SecondsUntil(unit, AlarmCondition.StorageFull, 36_000);
        Assert.IsGreaterThan(600, second);
        Assert.IsGreaterThan(0, unit.Store.DecayedReadings + unit.Store.DroppedReadings);
    }

    private VirtualUnit Start(IStorage storage)
    {
        var key = new byte[32];
        var unit = new VirtualUnit(new VirtualUnitParts(
            "bed-1", 7, _clock, storage, new HmacSigner(1, key, key), new NullIndicator(),
            new SyntheticPpgSource(1), new GatewayConfiguration { CommitIntervalSeconds = 10 }));
        unit.Start(0);
        return unit;
    }

    private int SecondsUntil(VirtualUnit unit, int condition, int limit)
    {
        for (int second = 1; second <= limit; second++)
        {
            Second(unit);
            if (unit.Gateway.Alarms.IsRaised(condition))
            {
                return second;
            }
        }

        throw new AssertFailedException($"{AlarmCondition.NameOf(condition)} was not raised in {limit} s");
    }

    private void Second(VirtualUnit unit)
    {
        for (int step = 0; step < 10; step++)
        {
            _clock.Advance(100);
            unit.Step(_clock.MonotonicMs);
        }
    }
}
