// Goal: whole gateways keep every promise through days of drawn faults; method: seeds of the simulation, each
// checked by its ledger.

using Pulsegate.Virtual.Simulation;

namespace Pulsegate.Tests.Simulation;

[TestClass]
public class SimulationTests
{
    /// <summary>The seeds that `test --all` runs, and that find the planted bugs.</summary>
    internal const int FirstSeed = 1, SeedCount = 40;

    /// <summary>Days of each.</summary>
    internal const double Days = 2;

    private const int FirstFreeSeed = 1001;

    [TestMethod]
    public void AFewSeeds_KeepEveryPromise() => AssertKept(FirstFreeSeed, 6, 1, isSignal: false);

    [TestMethod]
    [TestCategory("Slow")]
    public void FortySeeds_OfTwoDays_KeepEveryPromise_AndMeetEveryFault()
    {
        var met = new SimulationCoverage();
        foreach (SimulationResult result in AssertKept(FirstSeed, SeedCount, Days, isSignal: false))
        {
            met.Add(result.Coverage);
        }

        string[] never =
            [.. Enum.GetValues<Met>().Where(fault => met[fault] == 0).Select(fault => fault.ToString())];
        Assert.AreEqual(
            nameof(Met.OutageOfAWeek), string.Join(", ", never), "for a week two days are too short");
    }

    [TestMethod]
    public void TheWholeChain_ForAnHour_KeepsEveryPromise()
        => AssertKept(FirstFreeSeed, 1, 0.05, isSignal: true);

    [TestMethod]
    [TestCategory("Slow")]
    public void TheWholeChain_ForHalfADay_KeepsEveryPromise()
        => AssertKept(FirstFreeSeed + 200, 2, 0.5, isSignal: true);

    [TestMethod]
    public void TheSameSeed_IsTheSameRun()
    {
        SimulationResult first = GatewaySimulation.Run(new SimulationOptions(FirstFreeSeed, 0.5));
        SimulationResult second = GatewaySimulation.Run(new SimulationOptions(FirstFreeSeed, 0.5));
        CollectionAssert.AreEqual(first.Trace.ToList(), second.Trace.ToList());
        Assert.AreEqual(first.Balance, second.Balance);
        Assert.AreEqual((first.Boots, first.Records, first.DaysPassed),
            (second.Boots, second.Records, second.DaysPassed));
        foreach (Met met in Enum.GetValues<Met>())
        {
            Assert.AreEqual(first.Coverage[met], second.Coverage[met], met.ToString());
        }
    }

    [TestMethod]
    public void RunWithoutFaults_CommitsEveryReading()
    {
        SimulationResult result =
            GatewaySimulation.Run(new SimulationOptions(FirstFreeSeed, 0.5, IsQuiet: true));
        Assert.IsNull(result.Failure);
        Assert.IsGreaterThan(43_000, result.Balance.Produced);
        Assert.AreEqual(result.Balance.Produced, result.Balance.Committed);
    }

    [TestMethod]
    public void RunThatIsCancelled_EndsWithWhatItHad()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        SimulationResult result =
            GatewaySimulation.Run(new SimulationOptions(FirstFreeSeed, 3650), source.Token);
        Assert.IsTrue(result.IsCancelled);
        Assert.IsNull(result.Failure);
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void AWeekWithoutNetwork_KeepsEveryPromise()
    {
        for (int seed = FirstFreeSeed; seed < FirstFreeSeed + SeedCount; seed++)
        {
            if (AssertKept(seed, 1, 10, isSignal: false)[0].Coverage[Met.OutageOfAWeek] > 0)
            {
                return;
            }
        }

        Assert.Fail("no seed has met it");
    }

    private static List<SimulationResult> AssertKept(int first, int count, double days, bool isSignal)
    {
        var results = new List<SimulationResult>();
        var failures = new List<string>();
        Parallel.For(first, first + count, seed =>
        {
            SimulationResult result = GatewaySimulation.Run(new SimulationOptions(seed, days, isSignal));
            lock (failures)
            {
                results.Add(result);
                if (result.Failure is not null)
                {
                    failures.Add($"seed {seed}: {result.Failure}{Environment.NewLine}{string.Join(Environment.NewLine, result.Trace)}");
                }
            }
        });
        Assert.AreEqual(0, failures.Count, failures.FirstOrDefault());
        return results;
    }
}
