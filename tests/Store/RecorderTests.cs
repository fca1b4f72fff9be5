// Goal: what the recorder cannot seal it declares, and a boot's first record is the boot record; method:
// single appends are made to fail, what was sealed is read back by the backend's verifier.

using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Diagnostics;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Virtual.Simulation;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Store;

[TestClass]
public sealed class RecorderTests
{
    private const int LowSpO2 = 880;
    private readonly MemoryStorage _storage = new(256 * 1024);
    private readonly Counters _counters = new();
    private readonly SimulatedClock _clock = new(0) { Quality = TimeQuality.Synced };
    private readonly AlarmChanges _changes = new();
    private readonly AlarmEngine _alarms;
    private readonly Reading _reading = new();
    private SegmentStore _store = null!;
    private Recorder _recorder = null!;

    public RecorderTests()
    {
        _alarms = new AlarmEngine(new AlarmLimits(), _changes);
    }

    [TestInitialize]
    public void Start()
    {
        _store = StoreFixture.Make(_storage);
        _recorder = new Recorder(_store, _clock, _counters, StoreFixture.Upper);
        _reading.SetAbsent(Vital.PerfusionIndex, ReadingStatus.Acquiring);
        _reading.SetAbsent(Vital.Quality, ReadingStatus.Acquiring);
        _reading.Set(Vital.PulseRate, 720, ReadingStatus.Valid);
        _reading.Set(Vital.Temperature, 3650, ReadingStatus.Valid);
    }

    [TestMethod]
    public void AlarmThatWaitsAtACleanStop_IsDeclaredByTheStopRecord()
    {
        Assert.IsTrue(_recorder.Open(_clock.MonotonicMs));
        ChangeAlarm(LowSpO2);
        _storage.FailAtCall = _storage.CallCount + 1;
        _recorder.ForgetRetry();
        _recorder.StoreAlarms(_changes, _clock.MonotonicMs);
        Assert.AreEqual(1, _recorder.AlarmsInRam);
        _recorder.Close(7, _clock.MonotonicMs);
        VerifiedRecord stop = Records()[^1];
        Assert.AreEqual((long)EventCode.Stop, stop.Fields["event"]);
        Assert.AreEqual(1L, stop.Fields["lostAlarmChanges"]);
        Assert.AreEqual(7L, stop.Fields["lostReadings"]);
        Assert.AreEqual(0, _recorder.AlarmsInRam);
    }

    [TestMethod]
    public void ChangesThatTheEngineHadToPushOut_AreCountedAndDeclared()
    {
        Assert.IsTrue(_recorder.Open(_clock.MonotonicMs));
        for (int i = 0; i < AlarmChanges.CountMax + 3; i++)
        {
            ChangeAlarm(i % 2 == 0 ? LowSpO2 : 970);
        }

        int lost = _changes.LostCount;
        Assert.AreEqual(3, lost);
        _recorder.StoreAlarms(_changes, _clock.MonotonicMs);
        Assert.IsTrue(_recorder.StoreVitals(new BatchEncoder(1), _clock.MonotonicMs));
        VerifiedRecord[] records = Records();
        Assert.AreEqual((long)EventCode.Loss, records[^1].Fields["event"]);
        Assert.AreEqual((long)lost, records[^1].Fields["lostAlarmChanges"]);
        Assert.AreEqual(lost, _counters.Get(Counter.LostAlarmChanges));
        Assert.AreEqual(AlarmChanges.CountMax, records.Count(record => record.Kind == RecordKind.Alarm));
    }

    /// <summary>Seed 28: the boot record's append failed, the time anchor behind it did not.</summary>
    [TestMethod]
    public void FirstRecordOfABoot_IsTheBootRecord_WhicheverCallFails()
    {
        int callCount = int.MaxValue;
        for (int k = 1; k <= callCount; k++)
        {
            var storage = new MemoryStorage(256 * 1024) { FailAtCall = k };
            SegmentStore store = StoreFixture.Make(storage);
            var recorder = new Recorder(store, _clock, _counters, StoreFixture.Upper);
            for (int second = 1; second <= 60 && !recorder.Open(1000L * second);)
            {
                second++;
            }

            var first = new StoredRecord();
            Assert.IsTrue(store.TryReadNext(0, first), $"call {k}");
            Assert.AreEqual((long)EventCode.Boot, StoreFixture.Verify(first).Fields["event"], $"call {k}");
            callCount = Math.Min(callCount, storage.CallCount);
        }
    }

    // SpO2 stays where it is put until its alarm has followed.
    private void ChangeAlarm(int spO2)
    {
        bool before = _alarms.IsRaised(AlarmCondition.SpO2Low);
        _reading.Set(Vital.SpO2, spO2, ReadingStatus.Valid);
        for (int i = 0; i < 300 && _alarms.IsRaised(AlarmCondition.SpO2Low) == before; i++)
        {
            _clock.WorldMs += 1000;
            _reading.MonotonicMs = _clock.MonotonicMs;
            _alarms.Update(_reading, 0);
        }

        Assert.AreNotEqual(before, _alarms.IsRaised(AlarmCondition.SpO2Low));
    }

    private VerifiedRecord[] Records()
    {
        var records = new List<VerifiedRecord>();
        var record = new StoredRecord();
        for (long after = 0; _store.TryReadNext(after, record); after = record.Sequence)
        {
            records.Add(StoreFixture.Verify(record));
        }

        return [.. records];
    }
}
