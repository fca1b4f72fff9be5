// Goal: a week of simulated life is quiet where nothing is wrong, and every planted event is raised in time;
// method: `evaluate --life`, its seeds 1 to 7, with the recordings mixed in where they are.

using Pulsegate.Alarms;
using Pulsegate.Evaluate;
using Pulsegate.Evaluate.Life;
using Pulsegate.Tests.Signal;

namespace Pulsegate.Tests.Evaluate;

[TestClass]
public sealed class LifeTests
{
    private const int FirstSeed = 1, ShortSeconds = 2 * 3600;

    [TestMethod]
    public void SameSeed_SameLife()
    {
        LifeDay first = LifeDay.Run(4, ShortSeconds, 4, []);
        LifeDay second = LifeDay.Run(4, ShortSeconds, 4, []);
        Assert.HasCount(4, first.Events);
        CollectionAssert.AreEqual(first.Events.ToArray(), second.Events.ToArray());
        CollectionAssert.AreEqual(first.RaisedCounts, second.RaisedCounts);
        Assert.AreEqual(ShortSeconds, first.Seconds);
    }

    [TestMethod]
    public void AnyWeekOfSeeds_HasTwoHundredEvents()
    {
        for (int seed = 1; seed < 50; seed++)
        {
            Assert.AreEqual(200, Enumerable.Range(seed, LifePlan.WeekDays).Sum(LifePlan.EventsOf));
        }
    }

    [TestMethod]
    public void Plan_LeavesNoGap_AndKeepsEventsOfTheFingerOnTheFinger()
    {
        var plan = new LifePlan(3, LifePlan.DaySeconds, 29, [300, 600]);
        int now = 0;
        foreach (LifeEpisode episode in plan.Episodes)
        {
            Assert.AreEqual(now, episode.Start);
            now = episode.End;
        }

        Assert.IsGreaterThanOrEqualTo(LifePlan.DaySeconds, now);
        Assert.AreEqual(2, plan.Episodes.Count(one => one.Kind == LifeKind.Recording));
        Assert.AreEqual(29, plan.Fevers.Count + plan.Episodes.Count(one => one.Kind == LifeKind.Event));
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void AWeek_RaisesEveryPlantedEvent_AndIsElseQuiet()
    {
        string folder = Path.GetDirectoryName(Path.GetDirectoryName(RecordingData.Path("welltory/01.csv")))!;
        ReferenceRecording[] recordings = [.. ReferenceRecording.In(folder)];
        var days = new LifeDay[LifePlan.WeekDays];
        Parallel.For(0, days.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, day =>
        {
            int seed = FirstSeed + day;
            days[day] = LifeDay.Run(seed, LifePlan.DaySeconds, LifePlan.EventsOf(seed), recordings);
        });
        PlantedEvent[] events = [.. days.SelectMany(day => day.Events)];
        string late = string.Join("\n", events.Where(one => !one.IsInTime));
        string wrong = string.Join("\n", days.SelectMany(day => day.FalseAlarms));
        Assert.HasCount(LifePlan.WeekEvents, events);
        Assert.IsLessThanOrEqualTo(0, events.Count(one => !one.IsInTime), late);
        Assert.IsLessThanOrEqualTo(2, days.Sum(day => day.FalseAlarms.Count), wrong);
        Assert.IsTrue(events.All(one => one.RaisedAfter is not null), late);
        Assert.IsTrue(days.All(day => day.RaisedCounts[AlarmCondition.NoSignal] > 0), "fingers do come off");
    }
}
