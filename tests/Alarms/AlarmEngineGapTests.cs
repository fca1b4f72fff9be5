// Goal: no alarm is lost to a gap, no gap is taken for a number, and no number for a long time is an alarm itself;
// method: readings second by second in virtual time, some without their numbers.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public sealed class AlarmEngineGapTests : AlarmEngineFixture
{
    [TestMethod]
    public void GapOfUnknownValues_DoesNotRestartTheDelay()
    {
        Reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(6);
        Reading.SetAbsent(Vital.SpO2, ReadingStatus.Motion);
        Seconds(3);
        Reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(2);
        Assert.IsTrue(Engine.IsRaised(AlarmCondition.SpO2Low));
    }

    [TestMethod]
    public void ValueThatFallsOutOfSight_AfterHalfTheDelay_IsRaisedAllTheSame()
    {
        Reading.Set(Vital.SpO2, 700, ReadingStatus.Uncalibrated);
        Seconds(6);
        Reading.SetAbsent(Vital.SpO2, ReadingStatus.Motion);
        Seconds(4);
        Assert.IsFalse(Engine.IsRaised(AlarmCondition.SpO2Low));
        Seconds(1);
        Assert.IsTrue(Engine.IsRaised(AlarmCondition.SpO2Low));
        Assert.IsTrue(Changes.TryTake(Change));
        Assert.AreEqual(700, Change.Value);
    }

    [TestMethod]
    public void ValueSeenForAMoment_AndGone_RaisesNothingByItself()
    {
        Reading.Set(Vital.SpO2, 700, ReadingStatus.Uncalibrated);
        Seconds(3);
        Reading.SetAbsent(Vital.SpO2, ReadingStatus.Motion);
        Seconds(25);
        Assert.IsFalse(Engine.IsRaised(AlarmCondition.SpO2Low));
        Reading.Set(Vital.SpO2, 700, ReadingStatus.Uncalibrated);
        Seconds(1);
        Assert.IsFalse(Engine.IsRaised(AlarmCondition.SpO2Low), "the delay begins anew");
    }

    [TestMethod]
    public void ValueLostWhileRaised_KeepsTheAlarm()
    {
        Reading.Set(Vital.SpO2, 850, ReadingStatus.Valid);
        Seconds(12);
        Reading.SetAbsent(Vital.SpO2, ReadingStatus.NoFinger);
        Seconds(120);
        Assert.IsTrue(Engine.IsRaised(AlarmCondition.SpO2Low));
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
        Reading.SetAbsent(Vital.SpO2, reason);
        Reading.SetAbsent(Vital.PulseRate, reason);
        Seconds(31);
        Assert.IsTrue(Engine.IsRaised(AlarmCondition.NoSignal));
        Assert.AreEqual((byte)AlarmPriority.Medium, Engine.HighestPriority);
    }

    [TestMethod]
    [DataRow(Vital.SpO2)]
    [DataRow(Vital.PulseRate)]
    public void OneOfTheTwoMissing_IsNoSignalToo(int vital)
    {
        Seconds(10);
        Reading.SetAbsent(vital, ReadingStatus.Motion);
        Seconds(31);
        Assert.IsTrue(Engine.IsRaised(AlarmCondition.NoSignal));
    }

    [TestMethod]
    public void StaleValueBelowTheLimit_IsNotEvidence()
    {
        Reading.SetStale(Vital.SpO2, 850, 3000);
        Seconds(60);
        Assert.IsFalse(Engine.IsRaised(AlarmCondition.SpO2Low));
    }
}
