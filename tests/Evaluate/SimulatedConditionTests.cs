// Goal: `evaluate --simulated` counts what it says, every condition runs, and a seed fixes the result.
// Method: hand-made scenes, single runs, and a few seeds of the conditions that the chain must master.

using Pulsegate.Evaluate;
using Pulsegate.Evaluate.Simulated;

namespace Pulsegate.Tests.Evaluate;

[TestClass]
public sealed class SimulatedConditionTests
{
    private const int Seeds = 6;

    public static IEnumerable<object[]> Names => Conditions.All.Select(condition
        => new object[] { condition.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void SameSeed_SameTally(string name)
    {
        Condition condition = Conditions.All.Single(one => one.Name == name);

        Assert.AreEqual(Text(condition.Run(3)), Text(condition.Run(3)));
    }

    [TestMethod]
    [DataRow("clean")]
    [DataRow("low-perfusion")]
    [DataRow("finger-off-on")]
    [DataRow("fibrillation")]
    public void AFewSeeds_KeepThePromises(string name)
    {
        Condition condition = Conditions.All.Single(one => one.Name == name);
        var sum = new Tally();
        for (int seed = 1; seed <= Seeds; seed++)
        {
            sum.Add(condition.Run(seed));
        }

        foreach (Requirement requirement in condition.Requirements)
        {
            Assert.IsTrue(requirement.IsMet(sum),
                $"{requirement.Name}: {requirement.Figure(sum)}, limit {requirement.Limit}");
        }
    }

    // A restless hand had just begun: most of the newest beats had no ratio, and older ones still agreed.
    [TestMethod]
    public void SeedThatShowedALowSaturation_DoesNot()
    {
        Condition condition = Conditions.All.Single(one => one.Name == "motion-broadband");

        Assert.AreEqual(0, condition.Run(10_393).FalseDesaturations);
    }

    [TestMethod]
    public void WrongOptics_AreSeenAsErrorAndFalseDesaturation()
    {
        var scene = new SimulatedScene(1);
        scene.Finger.SpO2 = 98;
        scene.Finger.RatioOfSpO2 = _ => 1.0;      // the calibration says 80.1 % there
        Tally tally = Tally.Of(scene, ReplayRecord.Of(scene, 60, SimulatedScene.Calibrated(), null));

        Assert.AreEqual(98 - 80.1, tally.SpO2Error, 0.5);
        Assert.IsInRange(45, 50, tally.FalseDesaturations);
        Assert.IsGreaterThan(0.97, tally.RateShown);
        Assert.IsGreaterThan(0.97, tally.BeatF1);
    }

    [TestMethod]
    public void SecondsNearAnAbsentFinger_DoNotCount()
    {
        var scene = new SimulatedScene(1);
        scene.TakeOff(30, 10);

        int[] counted = [.. Enumerable.Range(1, 60).Where(second => scene.IsCounted(second))];
        int[] absent = [.. Enumerable.Range(1, 60).Where(second => scene.IsAbsent(second))];

        CollectionAssert.AreEqual(Enumerable.Range(11, 20).Concat(Enumerable.Range(51, 10)).ToArray(),
            counted);
        CollectionAssert.AreEqual(Enumerable.Range(33, 8).ToArray(), absent);
    }

    private static string Text(Tally tally)
        => $"{tally.RateShown} {tally.SpO2Shown} {tally.SpO2Error} {tally.RateError} {tally.WithinOne} "
            + $"{tally.WithinFive} {tally.FalseDesaturations} {tally.ShownWithoutFinger} {tally.BeatF1}";
}
