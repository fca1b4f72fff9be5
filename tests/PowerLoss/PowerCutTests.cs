// Goal: the store survives every power cut. Method: StoreLives on both storage models, cut by PowerCutRunner
// at every change, at every byte of every write, and twice; the sizes that the project promises with --all, a
// sample of each otherwise.

using Pulsegate.Virtual.Storage;

namespace Pulsegate.Tests.PowerLoss;

[TestClass]
public sealed class PowerCutTests
{
    [TestMethod]
    [DataRow("littlefs")]
    [DataRow("torn")]
    public void Sample_EveryCut_EveryByte_EveryPair(string model)
    {
        Run("outage, every operation", model, false, false, (s, l) => StoreLives.Outage(s, l, 300));
        Run("everyday, every operation", model, false, false, (s, l) => StoreLives.Everyday(s, l, 120));
        Run("every byte", model, true, false, (s, l) => StoreLives.Everyday(s, l, 4));
        Run("every pair", model, false, true, (s, l) => StoreLives.Everyday(s, l, 6));
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("littlefs")]
    [DataRow("torn")]
    public void EveryOperation_OfAnOutage_WithSeveralWraps(string model)
    {
        CutCounts counts =
            Run("outage, every operation", model, false, false, (s, l) => StoreLives.Outage(s, l, 2000));
        Assert.IsGreaterThanOrEqualTo(3, counts.Wraps);
        Assert.HasCount(6, counts.Kinds, "vitals, alarms, events, summaries of both sorts, tombstones");
    }

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("littlefs")]
    [DataRow("torn")]
    public void EveryOperation_OfAnEverydayLife(string model)
        => Run("everyday, every operation", model, false, false, (s, l) => StoreLives.Everyday(s, l, 2000));

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("littlefs")]
    [DataRow("torn")]
    public void EveryByte_OfEveryWrite(string model)
        => Run("every byte", model, true, false, (s, l) => StoreLives.Everyday(s, l, 200));

    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("littlefs")]
    [DataRow("torn")]
    public void EveryPair_OfCutAndCutInTheRecovery(string model)
        => Run("every pair", model, false, true, (s, l) => StoreLives.Everyday(s, l, 50));

    /// <summary>The same of a full store, in which every append has others give way.</summary>
    [TestMethod]
    [TestCategory("Slow")]
    [DataRow("littlefs")]
    [DataRow("torn")]
    public void EveryPair_WhileOldVitalsGiveWay(string model)
        => Run("every pair while thinning", model, false, true, (s, l) => StoreLives.Outage(s, l, 550),
            uncut: 500);

    private CutCounts Run(
        string what, string model, bool isEveryByte, bool isPairs, Action<StorageModel, StoreLedger> scenario,
        int uncut = 0)
    {
        StorageModel storage = model == "littlefs"
            ? new LittlefsModel(StoreLives.CapacityBytes, 2 * StoreLives.CapacityBytes)
            : new TornModel(StoreLives.CapacityBytes);
        CutCounts counts = new PowerCutRunner(isEveryByte, isPairs, uncut)
            .Run(storage, (s, l) => scenario(s, l));
        Console.WriteLine($"counts: {what} on {model}: {counts}");   // `pulsegate test` shows it at its end
        Assert.HasCount(0, counts.Failures, string.Join("\n", counts.Failures));
        return counts;
    }
}
