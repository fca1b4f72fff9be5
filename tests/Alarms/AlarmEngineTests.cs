// Goal: an alarm is raised after its delay, never earlier, and ends after its own; method: readings second by
// second in virtual time.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public sealed class AlarmEngineTests : AlarmEngineFixture
{
    [TestMethod]
    public void NormalVitals_RaiseNothing()
    {
        Seconds(600);
        Assert.AreEqual((byte)0, Engine.HighestPriority);
        Assert.IsFalse(Changes.TryTake(Change));
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
        Reading.Set(vital, value, ReadingStatus.Valid);
        int delaySeconds = Limits.DelayMsOf(condition) / 1000;
        Seconds(delaySeconds);
        Assert.IsFalse(Engine.IsRaised(condition), "raised before the delay");
        Seconds(1);
        Assert.IsTrue(Engine.IsRaised(condition), "not raised after the delay");
        AlarmChange change = TakeChangeOf(condition);
        Assert.AreEqual((byte)AlarmStage.Raised, change.Stage);
        Assert.IsTrue(change.HasValue);
        Assert.AreEqual(value, change.Value);
        Assert.AreEqual(Limits.LimitOf(condition), change.Limit);
    }

    [TestMethod]
    [DataRow(AlarmCondition.StorageFull)]
    [DataRow(AlarmCondition.NotConnected)]
    [DataRow(AlarmCondition.ClockUnknown)]
    [DataRow(AlarmCondition.BatteryLow)]
    public void UnitCondition_RaisesAfterItsDelay_AndEnds(int condition)
    {
        Seconds(20);
        UnitConditions = 1 << condition;
        Seconds(Limits.DelayMsOf(condition) / 1000);
        Assert.IsFalse(Engine.IsRaised(condition), "raised before the delay");
        Seconds(1);
        Assert.AreEqual(1 << condition, Engine.Raised);
        AlarmChange change = TakeChangeOf(condition);
        Assert.IsFalse(change.HasValue);
        UnitConditions = 0;
        Seconds((AlarmRules.OffDelayMs / 1000) + 1);
        Assert.AreEqual(0, Engine.Raised);
    }

    [TestMethod]
    [DataRow(AlarmCondition.Motion, Vital.PulseRate, ReadingStatus.Motion)]
    [DataRow(AlarmCondition.SensorFault, Vital.PulseRate, ReadingStatus.SensorFault)]
    [DataRow(AlarmCondition.ProbeOff, Vital.Temperature, ReadingStatus.NoFinger)]
    [DataRow(AlarmCondition.ProbeOff, Vital.Temperature, ReadingStatus.SensorFault)]
    public void ReasonWithoutANumber_RaisesAfterItsDelay(int condition, int vital, ReadingStatus reason)
    {
        Seconds(20);
        Reading.SetAbsent(vital, reason);
        Seconds(Limits.DelayMsOf(condition) / 1000);
        Assert.IsFalse(Engine.IsRaised(condition), "raised before the delay");
        Seconds(1);
        Assert.IsTrue(Engine.IsRaised(condition));
    }

    [TestMethod]
    public void SecondLevel_ComesBeforeTheFirst_WhenItsDelayIsShorter_AndBothEnd()
    {
        Reading.Set(Vital.SpO2, 800, ReadingStatus.Valid);
        Seconds(6);
        Assert.AreEqual(1 << AlarmCondition.SpO2VeryLow, Engine.Raised);
        Assert.AreEqual((byte)AlarmPriority.High, Engine.HighestPriority);
        Seconds(5);
        Assert.AreEqual((1 << AlarmCondition.SpO2VeryLow) | (1 << AlarmCondition.SpO2Low), Engine.Raised);
        Reading.Set(Vital.SpO2, 880, ReadingStatus.Valid);
        Seconds(7);
        Assert.AreEqual(1 << AlarmCondition.SpO2Low, Engine.Raised, "better, and not yet good");
        Assert.AreEqual((byte)AlarmPriority.Medium, Engine.HighestPriority);
    }

    [TestMethod]
    public void TwoConditionsAtOnce_AreBothRaised()
    {
        Reading.Set(Vital.SpO2, 880, ReadingStatus.Valid);
        Reading.Set(Vital.PulseRate, 1300, ReadingStatus.Valid);
        Seconds(11);
        Assert.AreEqual((1 << AlarmCondition.SpO2Low) | (1 << AlarmCondition.PulseRateHigh), Engine.Raised);
    }

    [TestMethod]
    public void NoiseAcrossTheLimit_NeverFlapsFasterThanTheDelays()
    {
        var random = new Random(7);
        long lastMs = long.MinValue / 2;
        for (int i = 0; i < 20_000; i++)
        {
            Reading.Set(Vital.SpO2, 890 + random.Next(30), ReadingStatus.Valid);
            Seconds(1);
            while (Changes.TryTake(Change))
            {
                int delayMs = Change.Stage == (byte)AlarmStage.Raised ? 10_000 : AlarmRules.OffDelayMs;
                Assert.IsGreaterThanOrEqualTo(delayMs, Change.MonotonicMs - lastMs);
                lastMs = Change.MonotonicMs;
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
        Reading.Set(vital, value, ReadingStatus.Valid);
        Seconds(300);
        Assert.AreEqual((byte)0, Engine.HighestPriority);
    }

    [TestMethod]
    public void WithinTheHysteresis_StaysRaised_BeyondIt_EndsAfterTheOffDelay()
    {
        Reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(12);
        Reading.Set(Vital.SpO2, 909, ReadingStatus.Valid);
        Seconds(60);
        Assert.IsTrue(Engine.IsRaised(AlarmCondition.SpO2Low), "909 is within the hysteresis of 900 + 10");
        Reading.Set(Vital.SpO2, 910, ReadingStatus.Valid);
        Seconds(AlarmRules.OffDelayMs / 1000);
        Assert.IsTrue(Engine.IsRaised(AlarmCondition.SpO2Low), "ended before the off delay");
        Seconds(1);
        Assert.IsFalse(Engine.IsRaised(AlarmCondition.SpO2Low));
    }

    [TestMethod]
    public void MediumOrHighWaiting_IsConfirming()
    {
        Reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(2);
        Assert.IsTrue(Engine.IsConfirming);
        Seconds(12);
        Assert.IsFalse(Engine.IsConfirming);
    }

    [TestMethod]
    public void NobodyTakesChanges_StateStaysRight_LossIsCounted()
    {
        for (int i = 0; i < 40; i++)
        {
            Reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
            Seconds(12);
            Assert.IsTrue(Engine.IsRaised(AlarmCondition.SpO2Low));
            Reading.Set(Vital.SpO2, 970, ReadingStatus.Valid);
            Seconds(7);
            Assert.IsFalse(Engine.IsRaised(AlarmCondition.SpO2Low));
        }

        Assert.AreEqual(80 - AlarmChanges.CountMax, Changes.LostCount);
    }

    [TestMethod]
    public void UpdateAllocatesNothing()
    {
        Seconds(5);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Reading.Set(Vital.SpO2, i % 30 < 15 ? 850 : 970, ReadingStatus.Valid);
            Seconds(1);
            Changes.TryTake(Change);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
