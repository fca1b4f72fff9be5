// Goal: UTC never goes behind its floor, and is called synced only when something plausible has set the
// clock. Method: the board's own source over clocks that the test moves and sets as SNTP would.

using Pulsegate.Boards.Esp32;
using Pulsegate.Platform;

namespace Pulsegate.Tests.Esp32;

[TestClass]
public sealed class EspClockTests
{
    private const long BuildMs = 1_700_000_000_000;
    private const long TrueMs = BuildMs + 86_400_000;
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("pulsegate-clock-").FullName + "/";
        SystemClock.TickMs = 5000;
        SystemClock.Set(0);
    }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void WithoutNetwork_TimeIsEstimatedFromTheBuildDate()
    {
        EspClock clock = Make();
        Advance(clock, 60);
        Assert.AreEqual(TimeQuality.Estimated, clock.Quality);
        Assert.AreEqual(BuildMs + 60_000, clock.UtcMs);
    }

    [TestMethod]
    public void NetworkTimeAheadOfTheFloor_IsTaken()
    {
        EspClock clock = Make();
        SystemClock.Set(TrueMs);
        clock.Step();
        Assert.AreEqual(TimeQuality.Synced, clock.Quality);
        Assert.AreEqual(TrueMs, clock.UtcMs);
    }

    [TestMethod]
    public void NetworkTimeEqualToTheFloor_IsTakenToo()
    {
        EspClock clock = Make();
        SystemClock.Set(BuildMs + 1);
        clock.Step();
        Assert.AreEqual(TimeQuality.Synced, clock.Quality);
    }

    [TestMethod]
    public void NetworkTimeBehindTheFloor_IsRefusedAndSetBack()
    {
        EspClock clock = Make();
        SystemClock.Set(BuildMs - 3_600_000);
        clock.Step();
        Assert.AreEqual(TimeQuality.Estimated, clock.Quality);
        Assert.AreEqual(BuildMs, clock.UtcMs);
        Assert.AreEqual(BuildMs - EspClock.StartBehindMs, SystemClock.UtcMs);
        SystemClock.Set(TrueMs);
        clock.Step();
        Assert.AreEqual(TimeQuality.Synced, clock.Quality);
    }

    [TestMethod]
    public void SmallCorrectionsOfASyncedClock_AreFollowed()
    {
        EspClock clock = Make();
        SystemClock.Set(TrueMs);
        clock.Step();
        SystemClock.Set(TrueMs + 40);
        clock.Step();
        Assert.AreEqual(TrueMs + 40, clock.UtcMs);
    }

    [TestMethod]
    public void AfterARestart_TheFloorIsTheLastPersistedTime()
    {
        EspClock first = Make();
        SystemClock.Set(TrueMs);
        Advance(first, 2 * 3600);
        SystemClock.TickMs = 0;
        SystemClock.Set(0);
        EspClock second = Make();
        Assert.IsTrue(second.UtcMs >= TrueMs + 3_600_000, $"{second.UtcMs - TrueMs}");
        Assert.AreEqual(TimeQuality.Estimated, second.Quality);
    }

    [TestMethod]
    public void TornNoteOfTheTime_LeavesTheOtherOne()
    {
        EspClock first = Make();
        SystemClock.Set(TrueMs);
        Advance(first, 2 * 3600);
        string newest = Directory.GetFiles(_folder)
            .OrderBy(path => Convert.ToHexString(File.ReadAllBytes(path).Take(8).Reverse().ToArray())).Last();
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..9]);
        SystemClock.Set(0);
        Assert.IsTrue(Make().UtcMs >= TrueMs);
        foreach (string path in Directory.GetFiles(_folder))
        {
            File.WriteAllBytes(path, []);
        }

        Assert.AreEqual(BuildMs, Make().UtcMs);
    }

    private static void Advance(EspClock clock, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            SystemClock.TickMs += 1000;
            clock.Step();
        }
    }

    private EspClock Make() => new(new FileStorage(_folder, 1000), BuildMs);
}
