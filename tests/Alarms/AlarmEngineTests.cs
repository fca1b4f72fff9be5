// Goal: an alarm is raised after its delay, never earlier and never lost to a gap; method: readings second by
// second in virtual time.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public class AlarmEngineTests
{
    private readonly AlarmLimits _limits = new();
    private readonly Reading _reading = new();
    private readonly AlarmChange _change = new();
    private AlarmEngine _engine = null!;
    private long _nowMs;

    [TestInitialize]
    public void Start()
    {
        _engine = new AlarmEngine(_limits);
        SetNormal();
    }

    [TestMethod]
    public void NormalVitals_RaiseNothing()
    {
        Seconds(600);
        Assert.AreEqual((byte)0, _engine.HighestPriority);
        Assert.IsFalse(_engine.TryTakeChange(_change));
    }

    [TestMethod]
    [DataRow(AlarmCondition.SpO2Low, Vital.SpO2, 899)]
    [DataRow(AlarmCondition.PulseRateLow, Vital.PulseRate, 499)]
    [DataRow(AlarmCondition.PulseRateHigh, Vital.PulseRate, 1201)]
    [DataRow(AlarmCondition.PerfusionLow, Vital.PerfusionIndex, 29)]
    [DataRow(AlarmCondition.QualityLow, Vital.Quality, 29)]
    [DataRow(AlarmCondition.TemperatureLow, Vital.Temperature, 3499)]
    [DataRow(AlarmCondition.TemperatureHigh, Vital.Temperature, 3801)]
    public void LimitCrossed_RaisesAfterItsDelay_AndNotBefore(int condition, int vital, int value)
    {
        Seconds(20);
        _reading.Set(vital, value, ReadingStatus.Valid);
        int delaySeconds = _limits.DelayMsOf(condition) / 1000;
        Seconds(delaySeconds);
        Assert.IsFalse(_engine.IsRaised(condition), "raised before the delay");
        Seconds(1);
        Assert.IsTrue(_engine.IsRaised(condition), "not raised after the delay");
        Assert.IsTrue(_engine.TryTakeChange(_change));
        Assert.AreEqual(condition, _change.Condition);
        Assert.AreEqual(value, _change.Value);
        Assert.AreEqual(_limits.LimitOf(condition), _change.Limit);
        Assert.IsFalse(_engine.TryTakeChange(_change));
    }

    [TestMethod]
    [DataRow(Vital.SpO2, 900)]
    [DataRow(Vital.PulseRate, 500)]
    [DataRow(Vital.PulseRate, 1200)]
    [DataRow(Vital.Temperature, 3800)]
    public void ValueAtTheLimit_RaisesNothing(int vital, int value)
    {
        _reading.Set(vital, value, ReadingStatus.Valid);
        Seconds(300);
        Assert.AreEqual((byte)0, _engine.HighestPriority);
    }

    [TestMethod]
    public void GapOfUnknownValues_DoesNotRestartTheDelay()
    {
        _reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(6);
        _reading.SetAbsent(Vital.SpO2, ReadingStatus.Motion);
        Seconds(3);
        _reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(2);
        Assert.IsTrue(_engine.IsRaised(AlarmCondition.SpO2Low));
    }

    [TestMethod]
    public void ValueThatFallsOutOfSight_AfterHalfTheDelay_IsRaisedAllTheSame()
    {
        _reading.Set(Vital.SpO2, 700, ReadingStatus.Uncalibrated);
        Seconds(6);
        _reading.SetAbsent(Vital.SpO2, ReadingStatus.Motion);
        Seconds(4);
        Assert.IsFalse(_engine.IsRaised(AlarmCondition.SpO2Low));
        Seconds(1);
        Assert.IsTrue(_engine.IsRaised(AlarmCondition.SpO2Low));
        Assert.IsTrue(_engine.TryTakeChange(_change));
        Assert.AreEqual(700, _change.Value);
    }

    [TestMethod]
    public void ValueSeenForAMoment_AndGone_RaisesNothingByItself()
    {
        _reading.Set(Vital.SpO2, 700, ReadingStatus.Uncalibrated);
        Seconds(3);
        _reading.SetAbsent(Vital.SpO2, ReadingStatus.Motion);
        Seconds(25);
        Assert.IsFalse(_engine.IsRaised(AlarmCondition.SpO2Low));
        _reading.Set(Vital.SpO2, 700, ReadingStatus.Uncalibrated);
        Seconds(1);
        Assert.IsFalse(_engine.IsRaised(AlarmCondition.SpO2Low), "the delay begins anew");
    }

    [TestMethod]
    public void ValueLostWhileRaised_KeepsTheAlarm()
    {
        _reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(12);
        _reading.SetAbsent(Vital.SpO2, ReadingStatus.NoFinger);
        Seconds(120);
        Assert.IsTrue(_engine.IsRaised(AlarmCondition.SpO2Low));
    }

    [TestMethod]
    public void WithinTheHysteresis_StaysRaised_BeyondIt_EndsAfterTheOffDelay()
    {
        _reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(12);
        _reading.Set(Vital.SpO2, 909, ReadingStatus.Valid);
        Seconds(60);
        Assert.IsTrue(_engine.IsRaised(AlarmCondition.SpO2Low), "909 is within the hysteresis of 900 + 10");
        _reading.Set(Vital.SpO2, 910, ReadingStatus.Valid);
        Seconds(AlarmLimits.OffDelayMs / 1000);
        Assert.IsTrue(_engine.IsRaised(AlarmCondition.SpO2Low), "ended before the off delay");
        Seconds(1);
        Assert.IsFalse(_engine.IsRaised(AlarmCondition.SpO2Low));
    }

    [TestMethod]
    [DataRow(ReadingStatus.NoFinger)]
    [DataRow(ReadingStatus.Motion)]
    [DataRow(ReadingStatus.SensorFault)]
    [DataRow(ReadingStatus.AmbientLight)]
    [DataRow(ReadingStatus.Acquiring)]
    [DataRow(ReadingStatus.LowPerfusion)]
    public void NoRateAndNoSaturation_ForWhateverReason_RaisesNoSignal(ReadingStatus reason)
    {
        Seconds(10);
        _reading.SetAbsent(Vital.SpO2, reason);
        _reading.SetAbsent(Vital.PulseRate, reason);
        Seconds(31);
        Assert.IsTrue(_engine.IsRaised(AlarmCondition.NoSignal));
        Assert.AreEqual((byte)AlarmPriority.Medium, _engine.HighestPriority);
    }

    [TestMethod]
    [DataRow(Vital.SpO2)]
    [DataRow(Vital.PulseRate)]
    public void OneOfTheTwoMissing_IsNoSignalToo(int vital)
    {
        Seconds(10);
        _reading.SetAbsent(vital, ReadingStatus.Motion);
        Seconds(31);
        Assert.IsTrue(_engine.IsRaised(AlarmCondition.NoSignal));
    }

    [TestMethod]
    public void StaleValueBelowTheLimit_IsNotEvidence()
    {
        _reading.SetStale(Vital.SpO2, 850, 3000);
        Seconds(60);
        Assert.IsFalse(_engine.IsRaised(AlarmCondition.SpO2Low));
    }

    [TestMethod]
    public void MediumOrHighWaiting_IsConfirming()
    {
        _reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(2);
        Assert.IsTrue(_engine.IsConfirming);
        Seconds(12);
        Assert.IsFalse(_engine.IsConfirming);
    }

    [TestMethod]
    public void NobodyTakesChanges_StateStaysRight_LossIsCounted()
    {
        for (int i = 0; i < 40; i++)
        {
            _reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
            Seconds(12);
            Assert.IsTrue(_engine.IsRaised(AlarmCondition.SpO2Low));
            _reading.Set(Vital.SpO2, 970, ReadingStatus.Valid);
            Seconds(7);
            Assert.IsFalse(_engine.IsRaised(AlarmCondition.SpO2Low));
        }

        Assert.AreEqual(80 - AlarmEngine.ChangeCountMax, _engine.LostChangeCount);
    }

    [TestMethod]
    public void UpdateAllocatesNothing()
    {
        Seconds(5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _reading.Set(Vital.SpO2, i % 30 < 15 ? 850 : 970, ReadingStatus.Valid);
            Seconds(1);
            _engine.TryTakeChange(_change);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void SetNormal()
    {
        _reading.Set(Vital.SpO2, 970, ReadingStatus.Valid);
        _reading.Set(Vital.PulseRate, 720, ReadingStatus.Valid);
        _reading.Set(Vital.PerfusionIndex, 200, ReadingStatus.Valid);
        _reading.Set(Vital.Quality, 95, ReadingStatus.Valid);
        _reading.Set(Vital.Temperature, 3660, ReadingStatus.Valid);
    }

    private void Seconds(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _nowMs += 1000;
            _reading.MonotonicMs = _nowMs;
            _engine.Update(_reading);
        }
    }
}
