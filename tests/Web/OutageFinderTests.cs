// Goal: every second without a reading and every reading that came late is in an outage, and nothing else is. Method:
// readings written by hand.

using Pulsegate.Vitals;
using Pulsegate.Web;

namespace Pulsegate.Tests.Web;

[TestClass]
public sealed class OutageFinderTests
{
    private const long Start = 1_800_000_000_000;

    [TestMethod]
    public void ReadingsThatComeInTime_AreNoOutage()
        => Assert.IsEmpty(OutageFinder.Find([.. At(0, 60, 10)], Start, Start + 65_000));

    [TestMethod]
    public void MissingSeconds_AreCounted()
    {
        Outage outage = OutageFinder.Find([.. At(0, 10, 10), .. At(17, 30, 10)], Start, Start + 35_000).Single();
        Assert.AreEqual(new Outage(Start + 10_000, Start + 16_000, 0, 7), outage);
    }

    [TestMethod]
    public void ReadingsThatCameLater_AndTheGapBehindThem_AreOneOutage()
    {
        Outage outage = OutageFinder.Find(
            [.. At(0, 10, 10), .. At(10, 30, 60), .. At(34, 40, 10)], Start, Start + 45_000).Single();
        Assert.AreEqual(new Outage(Start + 10_000, Start + 33_000, 20, 4), outage);
    }

    [TestMethod]
    public void TwoGapsFarApart_AreTwo()
        => Assert.HasCount(2, OutageFinder.Find([.. At(0, 10, 10), .. At(15, 60, 10), .. At(65, 70, 10)], Start, Start + 75_000));

    [TestMethod]
    public void Silence_IsAnOutageThatLasts()
    {
        Outage outage = OutageFinder.Find([.. At(0, 10, 10)], Start, Start + 49_000).Single();
        Assert.AreEqual(new Outage(Start + 10_000, 0, 0, 40), outage);
    }

    [TestMethod]
    public void SilenceFromTheBeginning_IsOneToo()
        => Assert.AreEqual(new Outage(Start + 1000, 0, 0, 30), OutageFinder.Find([], Start, Start + 30_500).Single());

    // Readings of the seconds from first to before end, each received so many seconds later.
    private static IEnumerable<WardReading> At(int first, int end, int laterSeconds)
        => Enumerable.Range(first, end - first).Select(second => new WardReading(
            Start + (second * 1000L), Start + ((second + laterSeconds) * 1000L), 1, new int?[5], new ReadingStatus[5]));
}
