// Goal: the table of rules is whole, ordered and safe; method: every row held against what any row must keep.

using Pulsegate.Alarms;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public class AlarmRulesTests
{
    private static IEnumerable<int> Conditions => Enumerable.Range(0, AlarmCondition.Count);

    [TestMethod]
    public void EveryRow_HasDefaultsWithinItsOwnBounds_AndAPriority()
    {
        foreach (int condition in Conditions)
        {
            string name = AlarmCondition.NameOf(condition);
            Assert.IsTrue(
                AlarmLimits.IsWithinBounds(
                    condition, AlarmRules.DefaultLimitOf(condition),
                    AlarmRules.DefaultDelaySecondsOf(condition)),
                name);
            Assert.IsGreaterThan((byte)AlarmPriority.None, AlarmRules.PriorityOf(condition), name);
            Assert.AreEqual(
                -1, new AlarmLimits().FindCrossed(condition, AlarmRules.DefaultLimitOf(condition)), name);
        }
    }

    [TestMethod]
    public void WhatIsOfHighPriority_CannotBeSwitchedOff_AndLatches()
    {
        foreach (int condition in Conditions.Where(
            each => AlarmRules.PriorityOf(each) == (byte)AlarmPriority.High))
        {
            Assert.IsFalse(new AlarmLimits().TryEnable(condition, false), AlarmCondition.NameOf(condition));
            Assert.IsTrue(
                (AlarmRules.LatchingConditions >> condition & 1) != 0, AlarmCondition.NameOf(condition));
        }
    }

    [TestMethod]
    public void SaturationBelowItsLimit_IsAtLeastMedium()
    {
        Assert.IsGreaterThanOrEqualTo(
            (byte)AlarmPriority.Medium, AlarmRules.PriorityOf(AlarmCondition.SpO2Low));
    }

    [TestMethod]
    public void Names_AreAllDifferent_AndUnknownOutside()
    {
        Assert.AreEqual(AlarmCondition.Count, Conditions.Select(AlarmCondition.NameOf).Distinct().Count());
        Assert.AreEqual("unknown", AlarmCondition.NameOf(-1));
        Assert.AreEqual("unknown", AlarmCondition.NameOf(AlarmCondition.Count));
    }

    [TestMethod]
    [DataRow(AlarmCondition.SpO2VeryLow, 901, AlarmCondition.SpO2Low)]
    [DataRow(AlarmCondition.SpO2VeryLow, 900, -1)]
    [DataRow(AlarmCondition.SpO2Low, 849, AlarmCondition.SpO2VeryLow)]
    [DataRow(AlarmCondition.PulseRateLow, 399, AlarmCondition.PulseRateVeryLow)]
    [DataRow(AlarmCondition.PulseRateLow, 1200, AlarmCondition.PulseRateHigh)]
    [DataRow(AlarmCondition.PulseRateLow, 900, -1)]
    [DataRow(AlarmCondition.PulseRateVeryHigh, 1199, AlarmCondition.PulseRateHigh)]
    [DataRow(AlarmCondition.TemperatureHigh, 3500, AlarmCondition.TemperatureLow)]
    [DataRow(AlarmCondition.TemperatureHigh, 3951, AlarmCondition.TemperatureVeryHigh)]
    [DataRow(AlarmCondition.PerfusionLow, 500, -1)]
    public void LimitThatCrossesItsNeighbour_IsFound(int condition, int limit, int crossed)
    {
        Assert.AreEqual(crossed, new AlarmLimits().FindCrossed(condition, limit));
    }
}
