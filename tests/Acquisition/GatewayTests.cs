// Goal: the acquisition loop keeps its promises when chips, flash and time misbehave; method: a virtual unit
// in virtual time with faults switched on and off, and the balance of readings at the end.

using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Platform;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Acquisition;

[TestClass]
public class GatewayTests
{
    private readonly VirtualClock _clock = new();
    private readonly FaultyStorage _storage = new();
    private readonly RecordingIndicator _indicator = new();
    private readonly SyntheticPpgSource _finger = new(1);
    private readonly GatewayConfiguration _configuration = new() { CommitIntervalSeconds = 10 };
    private VirtualUnit _unit = null!;

    private Reading Reading => _unit.Gateway.Reading;

    [TestInitialize]
    public void Start()
    {
        var key = new byte[32];
        _unit = new VirtualUnit(new VirtualUnitParts(
            "bed-1", 7, _clock, _storage, new HmacSigner(1, key, key), _indicator, _finger, _configuration));
        _unit.Start(0);
    }

    [TestCleanup]
    public void Stop() => _unit.Dispose();

    [TestMethod]
    public void CleanFinger_GivesAllVitals_AndStoresThem()
    {
        Seconds(60);
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            Assert.IsTrue(Reading.IsFresh(vital), $"vital {vital}: {(ReadingStatus)Reading.Statuses[vital]}");
        }

        Assert.AreEqual(3660, Reading.Values[Vital.Temperature]);
        Assert.AreEqual((byte)ReadingStatus.Uncalibrated, Reading.Statuses[Vital.SpO2]);
        AssertBalanced(60);
        Assert.AreEqual(60, _indicator.ShownCount);
    }

    // It was 0 %, valid, until the first second was over.
    [TestMethod]
    public void BeforeTheFirstSecond_ThereIsNoNumber()
        => CollectionAssert.AreEqual(new byte[] { 1, 1, 1, 1, 1 }, Reading.Statuses, "acquiring");

    [TestMethod]
    public void SilentOximeter_IsSensorFault_ThenNoSignalAlarm_AndComesBackByItself()
    {
        Seconds(20);
        _unit.OximeterChip.Faults.IsAbsent = true;
        Seconds(45);
        Assert.AreEqual((byte)ReadingStatus.SensorFault, Reading.Statuses[Vital.PulseRate]);
        Assert.IsTrue(_unit.Gateway.Alarms.IsRaised(AlarmCondition.NoSignal));
        Assert.AreEqual((byte)AlarmPriority.Medium, _indicator.LastPriority);
        // The thermometer takes two transfers a second.
        long transfers = _unit.Bus.TransactionCount;
        Seconds(60);
        Assert.IsTrue(_unit.Bus.TransactionCount - transfers < 140, "a dead chip is asked ever more seldom");
        _unit.OximeterChip.Faults.IsAbsent = false;
        Seconds(60);
        Assert.IsTrue(Reading.IsFresh(Vital.PulseRate));
        Assert.IsFalse(_unit.Gateway.Alarms.IsRaised(AlarmCondition.NoSignal));
        AssertBalanced(185);
    }

    [TestMethod]
    public void ChipThatLostItsPower_IsSetUpAnew()
    {
        Seconds(20);
        _unit.OximeterChip.PowerCycle();
        Seconds(20);
        Assert.IsTrue(Reading.IsFresh(Vital.PulseRate));
        Assert.IsTrue(_unit.Counters.Get(Counter.OximeterRestarts) >= 1);
    }

    [TestMethod]
    public void StallLongerThanTheFifo_IsDeclared_AndNoReadingIsMadeUpForIt()
    {
        Seconds(30);
        long before = _unit.Counters.Get(Counter.Readings);
        _clock.Advance(3000);
        _unit.Step(_clock.MonotonicMs);
        Assert.IsTrue(_unit.Counters.Get(Counter.LateSteps) >= 1);
        Seconds(2);
        Assert.IsTrue(_unit.Counters.Get(Counter.LostSamples) > 0);
        Assert.AreEqual(before + 3, _unit.Counters.Get(Counter.Readings));
        Seconds(20);
        Assert.IsTrue(Reading.IsFresh(Vital.PulseRate));
    }

    [TestMethod]
    public void ThermometerThatDoesNotAnswer_IsSensorFault_TheRestGoesOn()
    {
        _unit.Tmp117Chip!.Faults.IsAbsent = true;
        Seconds(30);
        Assert.AreEqual((byte)ReadingStatus.SensorFault, Reading.Statuses[Vital.Temperature]);
        Assert.IsTrue(Reading.IsFresh(Vital.PulseRate));
        _unit.Tmp117Chip.Faults.IsAbsent = false;
        Seconds(70);
        Assert.IsTrue(Reading.IsFresh(Vital.Temperature));
    }

    [TestMethod]
    public void Desaturation_RaisesTheAlarm_ShowsIt_AndStoresItAtOnce()
    {
        Seconds(30);
        _finger.SpO2 = 80;
        Seconds(60);
        Assert.IsTrue(_unit.Gateway.Alarms.IsRaised(AlarmCondition.SpO2Low));
        Assert.AreEqual((byte)AlarmPriority.High, _indicator.LastPriority);
        Assert.AreEqual(2, _unit.Counters.Get(Counter.AlarmChanges), "the first limit and the second");
    }

    [TestMethod]
    public void AcknowledgeButton_IsTakenAtOnce_AndStored()
    {
        Seconds(30);
        _finger.SpO2 = 80;
        Seconds(60);
        Assert.AreEqual((byte)AlarmPriority.High, _unit.Gateway.AlarmSignal.SoundPriority);
        _indicator.Pressed = Button.Acknowledge;
        _clock.Advance(100);
        _unit.Step(_clock.MonotonicMs);
        Assert.AreEqual((byte)AlarmPriority.None, _unit.Gateway.AlarmSignal.SoundPriority);
        Assert.AreEqual((byte)AlarmPriority.High, _indicator.LastPriority, "seen as before");
        Assert.AreEqual(3, _unit.Counters.Get(Counter.AlarmChanges));
    }

    [TestMethod]
    public void StoreThatRefuses_AlarmsGoOn_ReadingsWaitInRam_AndNothingIsLostInTime()
    {
        Seconds(30);
        _storage.IsRefusing = true;
        _finger.SpO2 = 80;
        Seconds(200);
        Assert.AreEqual(
            (byte)AlarmPriority.High, _indicator.LastPriority, "the bedside does not depend on flash");
        Assert.IsTrue(_unit.Counters.Get(Counter.StoreFaults) > 0);
        _storage.IsRefusing = false;
        Seconds(30);
        Assert.AreEqual(0, _unit.Counters.Get(Counter.LostReadings));
        AssertBalanced(260);
    }

    [TestMethod]
    public void StoreThatRefuses_IsATechnicalAlarm_UntilItTakesAgain()
    {
        Seconds(30);
        Assert.AreEqual((byte)AlarmPriority.None, _indicator.LastPriority);
        _storage.IsRefusing = true;
        Seconds(30);
        Assert.AreEqual((byte)AlarmPriority.Low, _indicator.LastPriority);
        _storage.IsRefusing = false;
        Seconds(30);
        Assert.AreEqual((byte)AlarmPriority.None, _indicator.LastPriority);
    }

    [TestMethod]
    public void StoreThatRefusesForTooLong_DeclaresWhatRamCouldNotHold()
    {
        Seconds(10);
        _storage.IsRefusing = true;
        Seconds(400);
        _storage.IsRefusing = false;
        Seconds(40);
        Assert.IsTrue(_unit.Counters.Get(Counter.LostReadings) > 50);
        AssertBalanced(450);
    }

    [TestMethod]
    public void StoreThatCannotBeOpenedAtStart_IsOpenedLater()
    {
        var storage = new FaultyStorage { IsRefusing = true };
        var key = new byte[32];
        using var unit = new VirtualUnit(new VirtualUnitParts(
            "bed-2", 7, new VirtualClock(), storage, new HmacSigner(1, key, key), _indicator, _finger,
            _configuration));
        unit.Start(0);
        Assert.IsFalse(unit.Recorder.IsOpen);
        storage.IsRefusing = false;
        for (long ms = 100; ms <= 60_000; ms += 100)
        {
            unit.Step(ms);
        }

        Assert.IsTrue(unit.Recorder.IsOpen);
        Assert.IsTrue(unit.Store.StoredReadings > 0);
    }

    [TestMethod]
    public void CleanStop_SealsEverything()
    {
        Seconds(25);
        _unit.Gateway.Stop(_clock.MonotonicMs);
        Assert.AreEqual(0, _unit.Gateway.ReadingsInRam);
        Assert.AreEqual(25, _unit.Store.StoredReadings);
    }

    [TestMethod]
    public void BetweenCommits_TheLoopAllocatesNothing()
    {
        Seconds(35);
        long last = _unit.Store.LastSequence;
        long allocated = 0;
        for (int i = 0; i < 300; i++)
        {
            _clock.Advance(100);
            long before = GC.GetAllocatedBytesForCurrentThread();
            _unit.Step(_clock.MonotonicMs);
            long after = GC.GetAllocatedBytesForCurrentThread();
            allocated += _unit.Store.LastSequence == last ? after - before : 0;
            last = _unit.Store.LastSequence;
        }

        Assert.AreEqual(0, allocated);
    }

    private void AssertBalanced(long produced)
    {
        ReadingBalance balance = ReadingBalance.Of(_unit);
        Assert.AreEqual(produced, balance.Produced);
        Assert.IsTrue(balance.IsBalanced, balance.ToString());
    }

    private void Seconds(int count)
    {
        for (int i = 0; i < count * 10; i++)
        {
            _clock.Advance(100);
            _unit.Step(_clock.MonotonicMs);
        }
    }

    private sealed class RecordingIndicator : IIndicator
    {
        public int ShownCount { get; private set; }

        public byte LastPriority { get; private set; }

        public int Pressed { get; set; }

        public void Identify(int durationMs)
        {
        }

        public int TakePressed()
        {
            int pressed = Pressed;
            Pressed = 0;
            return pressed;
        }

        public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
        {
            ShownCount++;
            LastPriority = alarms.LightPriority;
        }
    }

    private sealed class FaultyStorage : IStorage
    {
        private readonly MemoryStorage _inner = new();

        public bool IsRefusing { get; set; }

        public int CapacityBytes => _inner.CapacityBytes;

        public string[] List() => IsRefusing ? null! : _inner.List();

        public int Length(string name) => IsRefusing ? -1 : _inner.Length(name);

        public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
            => IsRefusing ? -1 : _inner.Read(name, fileOffset, buffer, bufferOffset, count);

        public bool TryAppend(string name, byte[] data, int offset, int count)
            => !IsRefusing && _inner.TryAppend(name, data, offset, count);

        public bool TryWrite(string name, byte[] data, int offset, int count)
            => !IsRefusing && _inner.TryWrite(name, data, offset, count);

        public bool TryDelete(string name) => !IsRefusing && _inner.TryDelete(name);
    }
}
