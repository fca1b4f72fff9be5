// What alarms and display cost a second, in the budgets of `bench`.

using Pulsegate.Bench;
using Pulsegate.Virtual.Bench;

namespace Pulsegate.Cli;

internal static class BenchFace
{
    // Of a person who is well; somebody to whom everything happens has no budget.
    private const int AlarmBudget = 200, DisplayBudget = 50_000;
    private const int SecondsMeasured = 600;

    /// <summary>Measures both lives.</summary>
    public static List<BenchFigure> Measure()
    {
        long[] well = Counted(isAlarming: false);
        long[] alarming = Counted(isAlarming: true);
        // Once unmeasured: what only the first run allocates.
        _ = FaceScenario.Run(SecondsMeasured, true, () => 0);
        long[] plain = FaceScenario.Run(SecondsMeasured, true, () => 0);
        return
        [
            new("ilAlarmsPerSecond", "IL instructions of the alarms a second, nothing wrong",
                PerSecond(well, FaceScenario.Alarms), "", AlarmBudget),
            new("ilAlarmsPerSecondAlarming", "the same, alarms all the time",
                PerSecond(alarming, FaceScenario.Alarms), "", null),
            new("ilScreenPerSecond", "IL instructions of the display a second, all numbers move",
                PerSecond(well, FaceScenario.Display), "", DisplayBudget),
            new("ilScreenPerSecondAlarming", "the same, alarms all the time",
                PerSecond(alarming, FaceScenario.Display), "", null),
            new("faceAllocatedBytes", "alarms and display, allocated", plain[FaceScenario.AllocatedBytes],
                "bytes", 0),
        ];
    }

    private static long[] Counted(bool isAlarming)
    {
        using CountedContext context = BenchCommand.Counting();
        return (long[])context.Call(
            "Pulsegate.Virtual", typeof(FaceScenario).FullName!, nameof(FaceScenario.Run), SecondsMeasured,
            isAlarming, () => context.Instructions)!;
    }

    private static double PerSecond(long[] results, int part) => (double)results[part] / SecondsMeasured;
}
