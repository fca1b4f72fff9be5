// `evaluate --life`: days of simulated normal life with planted events; one line a day, every alarm that was
// wrong or late by name; exit code not 0 when the promise is missed.

using Pulsegate.Alarms;
using Pulsegate.Evaluate;
using Pulsegate.Evaluate.Life;

namespace Pulsegate.Cli;

internal static class EvaluateLife
{
    /// <summary>Days, unless asked otherwise.</summary>
    public const int DefaultDays = LifePlan.WeekDays;

    private const int TracedSeconds = 60;
    private const int FalseAlarmsOfAWeekMax = 2, DaysMax = 366;

    public static int Run(int days, int firstSeed, string? folder, int traced)
    {
        if (days is < 1 or > DaysMax)
        {
            throw new CommandException($"--days must be 1 to {DaysMax}");
        }

        ReferenceRecording[] recordings = folder is null ? [] : [.. ReferenceRecording.In(folder)];
        var lived = new LifeDay[days];
        Parallel.For(0, days, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, day =>
        {
            int seed = firstSeed + day;
            lived[day] = LifeDay.Run(
                seed, LifePlan.DaySeconds, LifePlan.EventsOf(seed), recordings, day == 0 && traced > 0 ? Trace : null);
            Console.Error.WriteLine($"day {day + 1} of {days}");
        });

        void Trace(int second, string line)
        {
            if (Math.Abs(second - traced) <= TracedSeconds)
            {
                Console.WriteLine(line);
            }
        }

        for (int day = 0; day < days; day++)
        {
            Print(firstSeed + day, lived[day]);
        }

        int falseAlarms = lived.Sum(day => day.FalseAlarms.Count);
        int late = lived.Sum(day => day.Events.Count(one => !one.IsInTime));
        int allowed = FalseAlarmsOfAWeekMax * ((days + DefaultDays - 1) / DefaultDays);
        PrintSlowest(lived);
        Console.WriteLine(
            $"{days} days, {lived.Sum(day => day.Events.Count)} events planted, {late} missed or late; "
            + $"{falseAlarms} false medium or high alarms about the patient (at most {allowed})");
        return late == 0 && falseAlarms <= allowed ? 0 : 1;
    }

    private static void Print(int seed, LifeDay day)
    {
        string raised = string.Join(", ", Enumerable.Range(0, AlarmCondition.Count)
            .Where(condition => day.RaisedCounts[condition] > 0)
            .Select(condition => $"{AlarmCondition.NameOf(condition)} {day.RaisedCounts[condition]}"));
        Console.WriteLine(
            $"seed {seed}: {day.Seconds} s, a rate in {day.ShownShare:P0}; {day.Events.Count(one => one.IsInTime)} of "
            + $"{day.Events.Count} events in time; {day.FalseAlarms.Count} false; raised: {raised}");
        foreach (PlantedEvent missed in day.Events.Where(one => !one.IsInTime))
        {
            string when = missed.RaisedAfter is { } after ? $"after {after:0.#} s" : "never";
            Console.WriteLine(
                $"  {AlarmCondition.NameOf(missed.Condition)} true at {missed.TrueSecond} s (to {missed.Plan.Level:0.0} within "
                + $"{missed.Plan.RampSeconds} s): raised {when}, allowed {missed.AllowedSeconds:0.#} s");
        }

        foreach (FalseAlarm alarm in day.FalseAlarms)
        {
            Console.WriteLine($"  false {AlarmCondition.NameOf(alarm.Condition)} at {alarm.Second} s during {alarm.During}");
        }
    }

    private static void PrintSlowest(LifeDay[] days)
    {
        foreach (IGrouping<int, PlantedEvent> kind in days.SelectMany(day => day.Events).GroupBy(one => one.Condition)
            .OrderBy(kind => kind.Key))
        {
            Console.WriteLine(
                $"{AlarmCondition.NameOf(kind.Key),-20}{kind.Count(),4} events, slowest {kind.Max(one => one.RaisedAfter):0} s, "
                + $"allowed {kind.First().AllowedSeconds:0} s");
        }
    }
}
