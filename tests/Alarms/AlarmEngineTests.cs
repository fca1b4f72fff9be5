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
    private readonly AlarmChanges _changes = new();
    private AlarmEngine _engine = null!;
    private long _nowMs;
    private int _unitConditions;

    [TestInitialize]
    public void Start()
    {
        _engine = new AlarmEngine(_limits, _changes);
        SetNormal();
    }

    [TestMethod]
    public void NormalVitals_RaiseNothing()
    {
        Seconds(600);
        Assert.AreEqual((byte)0, _engine.HighestPriority);
        Assert.IsFalse(_changes.TryTake(_change));
    }

    [TestMethod]
    [DataRow(AlarmCondition.SpO2Low, Vital.SpO2, 899)]
    [DataRow(AlarmCondition.SpO2VeryLow, Vital.SpO2, 849)]
    [DataRow(AlarmCondition.PulseRateLow, Vital.PulseRate, 499)]
    [DataRow(AlarmCondition.PulseRateVeryLow, Vital.PulseRate, 399)]
    [DataRow(AlarmCondition.PulseRateHigh, Vital.PulseRate, 1201)]
    [DataRow(AlarmCondition.PulseRateVeryHigh, Vital.PulseRate, 1401)]
    [DataRow(AlarmCondition.PerfusionLow, Vital.PerfusionIndex, 29)]
    [DataRow(AlarmCondition.QualityLow, Vital.Quality, 29)]
    [DataRow(AlarmCondition.TemperatureLow, Vital.Temperature, 3499)]
    [DataRow(AlarmCondition.TemperatureVeryLow, Vital.Temperature, 3399)]
    [DataRow(AlarmCondition.TemperatureHigh, Vital.Temperature, 3801)]
    [DataRow(AlarmCondition.TemperatureVeryHigh, Vital.Temperature, 3951)]
    public void LimitCrossed_RaisesAfterItsDelay_AndNotBefore(int condition, int vital, int value)
    {
        Seconds(20);
        _reading.Set(vital, value, ReadingStatus.Valid);
        int delaySeconds = _limits.DelayMsOf(condition) / 1000;
        Seconds(delaySeconds);
        Assert.IsFalse(_engine.IsRaised(condition), "raised before the delay");
        Seconds(1);
        Assert.IsTrue(_engine.IsRaised(condition), "not raised after the delay");
        AlarmChange change = TakeChangeOf(condition);
        Assert.AreEqual((byte)AlarmStage.Raised, change.Stage);
        Assert.IsTrue(change.HasValue);
        Assert.AreEqual(value, change.Value);
        Assert.AreEqual(_limits.LimitOf(condition), change.Limit);
    }

    [TestMethod]
    [DataRow(AlarmCondition.StorageFull)]
    [DataRow(AlarmCondition.NotConnected)]
    [DataRow(AlarmCondition.ClockUnknown)]
    [DataRow(AlarmCondition.BatteryLow)]
    public void UnitCondition_RaisesAfterItsDelay_AndEnds(int condition)
    {
        Seconds(20);
        _unitConditions = 1 << condition;
        Seconds(_limits.DelayMsOf(condition) / 1000);
        Assert.IsFalse(_engine.IsRaised(condition), "raised before the delay");
        Seconds(1);
        Assert.AreEqual(1 << condition, _engine.Raised);
        AlarmChange change = TakeChangeOf(condition);
        Assert.IsFalse(change.HasValue);
        _unitConditions = 0;
        Seconds((AlarmRules.OffDelayMs / 1000) + 1);
        Assert.AreEqual(0, _engine.Raised);
    }

    [TestMethod]
    [DataRow(AlarmCondition.Motion, Vital.PulseRate, ReadingStatus.Motion)]
    [DataRow(AlarmCondition.SensorFault, Vital.PulseRate, ReadingStatus.SensorFault)]
    [DataRow(AlarmCondition.ProbeOff, Vital.Temperature, ReadingStatus.NoFinger)]
    [DataRow(AlarmCondition.ProbeOff, Vital.Temperature, ReadingStatus.SensorFault)]
    public void ReasonWithoutANumber_RaisesAfterItsDelay(int condition, int vital, ReadingStatus reason)
    {
        Seconds(20);
        _reading.SetAbsent(vital, reason);
        Seconds(_limits.DelayMsOf(condition) / 1000);
        Assert.IsFalse(_engine.IsRaised(condition), "raised before the delay");
        Seconds(1);
        Assert.IsTrue(_engine.IsRaised(condition));
    }

    [TestMethod]
    public void SecondLevel_ComesBeforeTheFirst_WhenItsDelayIsShorter_AndBothEnd()
    {
        _reading.Set(Vital.SpO2, 800, ReadingStatus.Valid);
        Seconds(6);
        Assert.AreEqual(1 << AlarmCondition.SpO2VeryLow, _engine.Raised);
        Assert.AreEqual((byte)AlarmPriority.High, _engine.HighestPriority);
        Seconds(5);
        Assert.AreEqual((1 << AlarmCondition.SpO2VeryLow) | (1 << AlarmCondition.SpO2Low), _engine.Raised);
        _reading.Set(Vital.SpO2, 880, ReadingStatus.Valid);
        Seconds(7);
        Assert.AreEqual(1 << AlarmCondition.SpO2Low, _engine.Raised, "better, and not yet good");
        Assert.AreEqual((byte)AlarmPriority.Medium, _engine.HighestPriority);
    }

    [TestMethod]
    public void TwoConditionsAtOnce_AreBothRaised()
    {
        _reading.Set(Vital.SpO2, 880, ReadingStatus.Valid);
        _reading.Set(Vital.PulseRate, 1300, ReadingStatus.Valid);
        Seconds(11);
        Assert.AreEqual((1 << AlarmCondition.SpO2Low) | (1 << AlarmCondition.PulseRateHigh), _engine.Raised);
    }

    [TestMethod]
    public void NoiseAcrossTheLimit_NeverFlapsFasterThanTheDelays()
    {
        var random = new Random(7);
        long lastMs = long.MinValue / 2;
        for (int i = 0; i < 20_000; i++)
        {
            _reading.Set(Vital.SpO2, 890 + random.Next(30), ReadingStatus.Valid);
            Seconds(1);
            while (_changes.TryTake(_change))
            {
                int delayMs = _change.Stage == (byte)AlarmStage.Raised ? 10_000 : AlarmRules.OffDelayMs;
                Assert.IsGreaterThanOrEqualTo(delayMs, _change.MonotonicMs - lastMs);
                lastMs = _change.MonotonicMs;
            }
        }
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
        Assert.IsTrue(_changes.TryTake(_change));
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
        Seconds(AlarmRules.OffDelayMs / 1000);
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

        Assert.AreEqual(80 - AlarmChanges.CountMax, _changes.LostCount);
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
            _changes.TryTake(_change);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private AlarmChange TakeChangeOf(int condition)
    {
        while (_changes.TryTake(_change))
        {
            if (_change.Condition == condition)
            {
                return _change;
            }
        }

        throw new AssertFailedException("there is no such change");
    }

    private void SetNormal() => NormalReading.PutInto(_reading);

    private void Seconds(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _nowMs += 1000;
            _reading.MonotonicMs = _nowMs;
            _engine.Update(_reading, _unitConditions);
        }
    }
}
