// Goal: whatever happens, no alarm flaps faster than its delays, none of high priority is lost or goes unseen, and
// every silence ends; method: FsCheck draws lives (numbers near the limits, doubt, buttons), shrinks what fails.

using FsCheck;
using FsCheck.Fluent;
using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

[TestClass]
public class AlarmProperties
{
    private const int Lives = 400, SlowLives = 6000;

    // The same lives in every run: a failure is one of this commit, and not of this hour.
    private const ulong Seed = 20_261_121, SlowSeed = 7;

    private static readonly int[] High =
        [AlarmCondition.SpO2VeryLow, AlarmCondition.PulseRateVeryLow, AlarmCondition.PulseRateVeryHigh];

    [TestMethod]
    public void NoAlarm_FlapsFasterThanItsDelays() => Check(HasNoFlapping, Lives, Seed);

    [TestMethod]
    public void ConditionOfHighPriority_ThatHolds_IsRaised_AndStaysSeenUntilAcknowledged()
        => Check(LosesNothingHigh, Lives, Seed);

    [TestMethod]
    public void EverySilence_Ends_AndNoneIsThereForANewHighAlarm() => Check(EndsEverySilence, Lives, Seed);

    [TestMethod]
    public void WhatIsLogged_IsWhatIsRaised_AndEachStageFollowsItsCause() => Check(LogsWhatHappens, Lives, Seed);

    [TestMethod]
    [TestCategory("Slow")]
    public void AllOfIt_ForManyLives()
        => Check(
            life => HasNoFlapping(life) && LosesNothingHigh(life) && EndsEverySilence(life) && LogsWhatHappens(life),
            SlowLives, SlowSeed);

    private static void Check(Func<LifeStretch[], bool> property, int count, ulong seed)
    {
        Gen<LifeStretch[]> lives = LifeStretch.Any.ArrayOf();
        Prop.ForAll(Arb.From(lives, Shrink), property).Check(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithStartSize(10).WithEndSize(120)
                .WithReplay(seed, seed | 1));
    }

    // Fewer stretches first, then shorter ones.
    private static IEnumerable<LifeStretch[]> Shrink(LifeStretch[] life)
    {
        for (int i = 0; i < life.Length; i++)
        {
            yield return [.. life[..i], .. life[(i + 1)..]];
        }

        for (int i = 0; i < life.Length; i++)
        {
            if (life[i].Seconds > 1)
            {
                yield return [.. life[..i], life[i] with { Seconds = life[i].Seconds / 2 }, .. life[(i + 1)..]];
            }
        }
    }

    private static bool HasNoFlapping(LifeStretch[] life)
    {
        var lastMs = new long[AlarmCondition.Count];
        Array.Fill(lastMs, long.MinValue / 2);
        var bed = new AlarmBed(life);
        while (bed.Step())
        {
            foreach (AlarmChange change in bed.Changes.Where(change => change.Stage <= (byte)AlarmStage.Raised))
            {
                int delayMs = change.Stage == (byte)AlarmStage.Raised
                    ? AlarmRules.DefaultDelaySecondsOf(change.Condition) * 1000 : AlarmRules.OffDelayMs;
                if (change.MonotonicMs - lastMs[change.Condition] < delayMs)
                {
                    return false;
                }

                lastMs[change.Condition] = change.MonotonicMs;
            }
        }

        return true;
    }

    // The oracle counts readings: as many in a row beyond the limit as the delay and one second have.
    private static bool LosesNothingHigh(LifeStretch[] life)
    {
        var held = new int[AlarmCondition.Count];
        bool isOwed = false;
        var bed = new AlarmBed(life);
        while (bed.Step())
        {
            isOwed &= (bed.Pressed & Button.Acknowledge) == 0;
            foreach (int condition in High)
            {
                int vital = AlarmRules.VitalOf(condition);
                int value = bed.Reading.Values[vital], limit = AlarmRules.DefaultLimitOf(condition);
                bool isBeyond = bed.Reading.IsFresh(vital)
                    && (AlarmRules.IsAbove(condition) ? value > limit : value < limit);
                held[condition] = isBeyond ? held[condition] + 1 : 0;
                bool mustBeRaised = held[condition] > AlarmRules.DefaultDelaySecondsOf(condition);
                if (mustBeRaised && !bed.Engine.IsRaised(condition))
                {
                    return false;
                }

                isOwed |= bed.Changes.Any(
                    change => change.Condition == condition && change.Stage == (byte)AlarmStage.Raised)
                    && (bed.Pressed & Button.Acknowledge) == 0;
            }

            if (isOwed && bed.Signal.LightPriority != (byte)AlarmPriority.High)
            {
                return false;
            }
        }

        return true;
    }

    private static bool EndsEverySilence(LifeStretch[] life)
    {
        long silentMs = 0;
        var bed = new AlarmBed(life);
        while (bed.Step())
        {
            bool isGrave = bed.Engine.HighestPriority >= (byte)AlarmPriority.Medium;
            bool isSilent = bed.Signal.SoundPriority == (byte)AlarmPriority.None;
            silentMs = isGrave && isSilent && bed.Pressed == 0 ? silentMs + 1000 : 0;
            bool isNewHigh = bed.Pressed == 0 && bed.Changes.Any(change => change.Stage == (byte)AlarmStage.Raised
                && AlarmRules.PriorityOf(change.Condition) == (byte)AlarmPriority.High);
            bool isHeard = bed.Signal.SoundPriority == (byte)AlarmPriority.High;
            if (silentMs > Annunciator.ReminderMs || (isNewHigh && !isHeard)
                || bed.Signal.PauseLeftMs > Annunciator.AudioPauseMs
                || bed.Signal.IsAudioPaused != (bed.Signal.PauseLeftMs > 0))
            {
                return false;
            }
        }

        return true;
    }

    private static bool LogsWhatHappens(LifeStretch[] life)
    {
        int raised = 0;
        bool isPaused = false;
        var bed = new AlarmBed(life);
        while (bed.Step())
        {
            foreach (AlarmChange change in bed.Changes)
            {
                int bit = 1 << change.Condition;
                switch ((AlarmStage)change.Stage)
                {
                    case AlarmStage.Raised when (raised & bit) == 0:
                        raised |= bit;
                        break;
                    case AlarmStage.Cleared when (raised & bit) != 0:
                        raised &= ~bit;
                        break;
                    case AlarmStage.Acknowledged when (bed.Pressed & Button.Acknowledge) != 0:
                        break;
                    case AlarmStage.AudioPaused when (bed.Pressed & Button.Silence) != 0 && !isPaused:
                        isPaused = true;
                        break;
                    case AlarmStage.AudioReturned when (raised & bit) != 0:
                        isPaused = false;
                        break;
                    case AlarmStage.Unattended when (raised & bit) != 0 && !isPaused:
                        break;
                    default:
                        return false;
                }
            }

            isPaused = bed.Signal.IsAudioPaused;
            if (raised != bed.Engine.Raised || bed.Lost != 0)
            {
                return false;
            }
        }

        return true;
    }
}
