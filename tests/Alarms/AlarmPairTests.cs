// Goal: two alarms at once are both raised, the graver is shown, and each ends by itself; method: every pair
// of conditions that one person and one unit can have, with the default limits.

using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public class AlarmPairTests
{
    private readonly Reading _reading = new();
    private int _unitConditions;

    public static IEnumerable<object[]> Pairs =>
        from first in Enumerable.Range(0, AlarmCondition.Count)
        from second in Enumerable.Range(first + 1, AlarmCondition.Count - first - 1)
        let vital = AlarmRules.VitalOf(first)
        where vital < 0 || vital != AlarmRules.VitalOf(second)
            || AlarmRules.IsAbove(first) == AlarmRules.IsAbove(second)
        select new object[] { first, second };

    [TestMethod]
    [DynamicData(nameof(Pairs))]
    public void Pair_IsRaisedWhole_ShowsTheGraver_AndEndsOneByOne(int first, int second)
    {
        var changes = new AlarmChanges();
        var engine = new AlarmEngine(new AlarmLimits(), changes);
        var annunciator = new Annunciator(engine, changes);
        AlarmSignal signal = annunciator.Signal;
        long nowMs = 0;
        void Live(int seconds, params int[] conditions)
        {
            Set(conditions);
            for (int i = 0; i < seconds; i++)
            {
                nowMs += 1000;
                _reading.MonotonicMs = nowMs;
                engine.Update(_reading, _unitConditions);
                annunciator.Update(0, nowMs);
            }
        }

        Live(700, first, second);
        byte gravest = Math.Max(AlarmRules.PriorityOf(first), AlarmRules.PriorityOf(second));
        Assert.IsTrue(engine.IsRaised(first) && engine.IsRaised(second));
        Assert.AreEqual(gravest, signal.LightPriority);
        Assert.AreEqual(gravest, AlarmRules.PriorityOf(signal.Condition));
        Assert.IsGreaterThanOrEqualTo(2, int.PopCount(signal.Raised));
        Assert.IsTrue(signal.SoundPriority > 0);
        annunciator.Update(Button.Acknowledge, nowMs);
        Assert.AreEqual((byte)0, signal.SoundPriority);
        Assert.AreEqual(gravest, signal.LightPriority);

        // The other of the same vital and side is the first level of a second one, and goes with its cause.
        int kept = AlarmRules.PriorityOf(first) < AlarmRules.PriorityOf(second) ? first : second;
        Live(10, kept);
        Assert.IsTrue(engine.IsRaised(kept));
        Assert.IsFalse(engine.IsRaised(kept == first ? second : first));
        Live(10);
        Assert.AreEqual(0, engine.Raised);
    }

    // As docs/alarms.md says: what the patient can do something about, and soonest.
    [TestMethod]
    [DataRow(AlarmCondition.SpO2Low, AlarmCondition.TemperatureVeryHigh)]
    [DataRow(AlarmCondition.SpO2Low, AlarmCondition.PulseRateHigh)]
    [DataRow(AlarmCondition.PulseRateHigh, AlarmCondition.TemperatureVeryLow)]
    [DataRow(AlarmCondition.PulseRateLow, AlarmCondition.NoSignal)]
    [DataRow(AlarmCondition.NoSignal, AlarmCondition.TemperatureVeryHigh)]
    [DataRow(AlarmCondition.SensorFault, AlarmCondition.NoSignal)]
    [DataRow(AlarmCondition.SpO2VeryLow, AlarmCondition.PulseRateVeryHigh)]
    public void OfEquallyUrgentOnes_TheBannerNamesThis(int named, int other)
    {
        var changes = new AlarmChanges();
        var engine = new AlarmEngine(new AlarmLimits(), changes);
        var annunciator = new Annunciator(engine, changes);
        Set([named, other]);
        for (int second = 1; second <= 100; second++)
        {
            _reading.MonotonicMs = second * 1000;
            engine.Update(_reading, _unitConditions);
            annunciator.Update(0, _reading.MonotonicMs);
        }

        Assert.IsTrue(engine.IsRaised(named) && engine.IsRaised(other));
        Assert.AreEqual(AlarmRules.PriorityOf(named), AlarmRules.PriorityOf(other));
        Assert.AreEqual(named, annunciator.Signal.Condition);
    }

    // The least that makes these conditions true, and others only where they must be.
    private void Set(int[] conditions)
    {
        _unitConditions = 0;
        NormalReading.PutInto(_reading);
        foreach (int condition in conditions)
        {
            int vital = AlarmRules.VitalOf(condition);
            if (vital < 0)
            {
                _unitConditions |= 1 << condition;
                continue;
            }

            int value = AlarmRules.DefaultLimitOf(condition) + (AlarmRules.IsAbove(condition) ? 1 : -1);
            int now = _reading.Values[vital];
            bool isFurther = AlarmRules.IsAbove(condition) ? value > now : value < now;
            _reading.Set(vital, isFurther ? value : now, ReadingStatus.Valid);
        }
    }
}
