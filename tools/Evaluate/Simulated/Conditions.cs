// The conditions of `evaluate --simulated`. Ranges are what fingers and hands do; limits are the project's
// promises.

using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Evaluate.Simulated;

/// <summary>All conditions.</summary>
public static class Conditions
{
    private static readonly Requirement[] CleanPromise =
    [
        Requirement.AtLeast("rate shown", tally => tally.RateShown, 0.97),
        Requirement.AtLeast("SpO2 shown", tally => tally.SpO2Shown, 0.97),
        Requirement.AtMost("SpO2 error", tally => tally.SpO2Error, 1.0),
        Requirement.AtMost("rate error", tally => tally.RateError, 1.0),
        Requirement.AtLeast("rate within 1", tally => tally.WithinOne, 0.99),
    ];

    private static readonly Requirement[] LowPerfusionPromise =
    [
        Requirement.AtLeast("SpO2 shown", tally => tally.SpO2Shown, 0.60),
        Requirement.AtMost("SpO2 error", tally => tally.SpO2Error, 2.0),
    ];

    private static readonly Requirement[] MotionPromise =
    [
        Requirement.AtLeast("rate shown", tally => tally.RateShown, 0.40),
        Requirement.AtLeast("rate within 5", tally => tally.WithinFive, 0.95),
        Requirement.AtMost("false desaturations", tally => tally.FalseDesaturations, 0),
    ];

    // Hands as they are: refusing is right, a wrong number is not.
    private static readonly Requirement[] TruthPromise =
    [
        Requirement.AtLeast("rate within 5", tally => tally.WithinFive, 0.95),
        Requirement.AtMost("false desaturations", tally => tally.FalseDesaturations, 0),
    ];

    // Half the rate is no rate: what is shown wrongly is at most a start.
    private static readonly Requirement[] BigeminyPromise =
        [Requirement.AtMost("shown", tally => tally.RateShown * (1 - tally.WithinFive), 0.04)];

    private static readonly Requirement[] TruePromise =
        [Requirement.AtLeast("rate within 5", tally => tally.WithinFive, 0.95)];

    private static readonly Requirement[] FibrillationPromise =
        [Requirement.AtLeast("beat f1", tally => tally.BeatF1, 0.97)];

    private static readonly Requirement[] NoFingerPromise =
        [Requirement.AtMost("shown without a finger", tally => tally.ShownWithoutFinger, 0)];

    /// <summary>In the order of the table.</summary>
    public static readonly IReadOnlyList<Condition> All =
    [
        new("clean", "40 to 180 /min, SpO2 70 to 100 %, perfusion 0.3 to 15 %", Clean, CleanPromise),
        new("low-perfusion", "perfusion 0.1 %", LowPerfusion, LowPerfusionPromise),
        new("motion-periodic", "a swinging hand after rest", Periodic, MotionPromise),
        new("motion-broadband", "a restless hand after rest", Broadband, MotionPromise),
        new("motion-bursts", "bursts of 3 to 15 s", Bursts, MotionPromise),
        new("motion-throughout", "no rest at any time", Throughout, MotionPromise),
        new("motion-loose", "as both, its ratio wanders by 15 %, red lags 15 ms", Loose, TruthPromise),
        new("motion-same-ratio", "as both, with the pulse's own ratio", SameRatio, TruthPromise),
        new("motion-harmonics", "a shaking hand: second harmonic 0.3 to 1", Harmonics, TruthPromise),
        new("motion-drifting", "periodic, its frequency drifts by 20 to 50 %", Drifting, TruthPromise),
        new("motion-one-channel", "as all, and red sees neither pulse nor motion", OneChannel, []),
        new(
            "desaturation", "SpO2 falls to 75 to 90 % within 15 to 40 s, and recovers", Desaturation,
            TruePromise),
        new("fibrillation", "intervals random by 18 to 25 %", Fibrillation, FibrillationPromise),
        new("bigeminy", "every other beat early, 50 to 90 /min",
            (scene, random) => Ectopics(scene, random, 1), BigeminyPromise),
        new("bigeminy-fast", "the same, 90 to 140 /min", FastBigeminy, []),
        new(
            "ectopics", "a beat in 5 to 20 early",
            (scene, random) => Ectopics(scene, random, Between(random, 0.05, 0.2)), TruePromise),
        new("wander", "baseline wanders by 3 to 10 pulses", Wander, TruePromise),
        new("flicker", "lamps on 50 and 60 Hz, chip clock off by up to 1 %", Flicker, TruePromise),
        new("finger-off-on", "the finger goes twice, 5 to 15 s", OffAndOn, NoFingerPromise),
        new("light-steps", "level steps by 0.6 to 1.5", LightSteps, TruePromise),
        new("clipping", "light near and above full scale", Clipping, TruePromise),
        new("clock-error", "chip clock off by up to 2 %", ClockError, TruePromise),
    ];

    private static double Between(Random random, double low, double high)
        => low + ((high - low) * random.NextDouble());

    private static double LogBetween(Random random, double low, double high)
        => low * Math.Pow(high / low, random.NextDouble());

    // A finger at rest, as different from the next as fingers are.
    private static SyntheticPpgSource Rest(SimulatedScene scene, Random random)
    {
        SyntheticPpgSource finger = scene.Finger;
        finger.PulseRate = Between(random, 50, 110);
        finger.SpO2 = Between(random, 96, 99.5);
        finger.PerfusionPercent = LogBetween(random, 0.5, 8);
        finger.BreathingRate = Between(random, 9, 24);
        finger.BreathingShare = Between(random, 0.1, 0.5);
        finger.ArrhythmiaPercent = Between(random, 0.5, 4);
        finger.IrregularityPercent = Between(random, 0.5, 1.5);
        finger.MayerShare = Between(random, 0, 0.3);
        finger.WanderShare = Between(random, 0, 0.5);
        return finger;
    }

    private static void Clean(SimulatedScene scene, Random random)
    {
        SyntheticPpgSource finger = Rest(scene, random);
        finger.PulseRate = Between(random, 40, 180);
        // Breathing moves a fast pulse less.
        finger.ArrhythmiaPercent *= Math.Min(1, 60 / finger.PulseRate);
        finger.SpO2 = Between(random, 70, 100);
        finger.PerfusionPercent = LogBetween(random, 0.3, 15);
    }

    private static void LowPerfusion(SimulatedScene scene, Random random)
    {
        SyntheticPpgSource finger = Rest(scene, random);
        finger.SpO2 = Between(random, 70, 100);
        finger.PerfusionPercent = 0.1;
    }

    private static void Periodic(SimulatedScene scene, Random random)
    {
        Rest(scene, random);
        double hertz = Between(random, 0.5, 3);
        StartMoving(scene, random, Between(random, 20, 35), hertz);
    }

    private static void Broadband(SimulatedScene scene, Random random)
    {
        Rest(scene, random);
        StartMoving(scene, random, Between(random, 20, 35), 0);
    }

    private static void Bursts(SimulatedScene scene, Random random)
    {
        SyntheticPpgSource finger = Rest(scene, random);
        finger.MotionBurstSeconds = Between(random, 6, 10);
        finger.MotionPauseSeconds = Between(random, 6, 15);
        StartMoving(scene, random, 15, EitherKind(random));
    }

    private static void Throughout(SimulatedScene scene, Random random)
    {
        Rest(scene, random);
        StartMoving(scene, random, 0, EitherKind(random));
    }

    private static void Loose(SimulatedScene scene, Random random)
    {
        Rest(scene, random);
        StartMoving(scene, random, Between(random, 20, 35), EitherKind(random));
        scene.Finger.MotionRatioWander = 0.15;
        scene.Finger.MotionLagMs = 15;
    }

    private static void SameRatio(SimulatedScene scene, Random random)
    {
        SyntheticPpgSource finger = Rest(scene, random);
        StartMoving(scene, random, Between(random, 20, 35), EitherKind(random));
        finger.MotionRatio = finger.RatioOfSpO2(finger.SpO2);
    }

    private static void Harmonics(SimulatedScene scene, Random random)
    {
        Rest(scene, random).MotionHarmonic = Between(random, 0.3, 1);
        StartMoving(scene, random, Between(random, 0, 35), Between(random, 0.5, 2));
    }

    private static void Drifting(SimulatedScene scene, Random random)
    {
        Rest(scene, random).MotionDrift = Between(random, 0.2, 0.5);
        StartMoving(scene, random, Between(random, 0, 35), Between(random, 0.7, 2.5));
    }

    private static void OneChannel(SimulatedScene scene, Random random)
    {
        SyntheticPpgSource finger = Rest(scene, random);
        finger.MotionHarmonic = random.Next(2) * Between(random, 0, 1);
        StartMoving(scene, random, random.Next(2) * Between(random, 20, 35), EitherKind(random));
        finger.MotionRatio = 0;
        finger.RatioOfSpO2 = _ => 0;
    }

    private static void Desaturation(SimulatedScene scene, Random random)
    {
        double high = Rest(scene, random).SpO2;
        double low = Between(random, 75, 90);
        int fall = random.Next(15, 40);
        int bottom = 30 + fall + 15;
        for (int second = 30; second < Condition.RunSeconds; second++)
        {
            double recovered = (second - bottom) / 15.0;
            double depth = Math.Clamp(Math.Min((second - 30) / (double)fall, 1 - recovered), 0, 1);
            scene.At(second, finger => finger.SpO2 = high - ((high - low) * depth));
        }
    }

    // Broadband (0) or periodic.
    private static double EitherKind(Random random) => random.Next(2) == 0 ? 0 : Between(random, 0.5, 3);

    // A ratio of its own: well above that of arterial blood at 96 %.
    private static void StartMoving(SimulatedScene scene, Random random, double seconds, double hertz)
    {
        double share = LogBetween(random, 0.5, 5);
        scene.Finger.MotionHz = hertz;
        scene.Finger.MotionRatio = Between(random, 0.75, 1.4);
        scene.At(seconds, finger => finger.MotionShare = share);
    }

    private static void Fibrillation(SimulatedScene scene, Random random)
    {
        SyntheticPpgSource finger = Rest(scene, random);
        finger.PulseRate = Between(random, 60, 120);
        finger.ArrhythmiaPercent = 0;
        finger.IrregularityPercent = Between(random, 18, 25);
    }

    private static void Ectopics(SimulatedScene scene, Random random, double share)
    {
        Rest(scene, random).EctopicShare = share;
        scene.Finger.PulseRate = Between(random, 50, 90);
    }

    // Early beats that leave no wave of their own: what moves blood is half of what the heart does.
    private static void FastBigeminy(SimulatedScene scene, Random random)
    {
        Ectopics(scene, random, 1);
        scene.Finger.PulseRate = Between(random, 90, 140);
    }

    private static void Wander(SimulatedScene scene, Random random)
    {
        SyntheticPpgSource finger = Rest(scene, random);
        finger.WanderShare = Between(random, 3, 10);
        finger.MayerShare = Between(random, 0.3, 1);
        finger.BreathingShare = Between(random, 0.3, 1);
        finger.PerfusionPercent = LogBetween(random, 0.5, 4);
    }

    private static void Flicker(SimulatedScene scene, Random random)
    {
        SyntheticPpgSource finger = Rest(scene, random);
        finger.MainsHz = (random.Next(2) == 0 ? 50 : 60) + Between(random, -0.1, 0.1);
        finger.FlickerPicoamperes = (int)LogBetween(random, 5_000, 100_000);
        scene.ClockErrorPpm = (int)Between(random, -10_000, 10_000);
    }

    private static void OffAndOn(SimulatedScene scene, Random random)
    {
        Rest(scene, random);
        scene.TakeOff(Between(random, 25, 40), Between(random, 5, 15));
        scene.TakeOff(Between(random, 75, 90), Between(random, 5, 15));
    }

    private static void LightSteps(SimulatedScene scene, Random random)
    {
        Rest(scene, random);
        for (int step = 1; step <= 3; step++)
        {
            double scale = LogBetween(random, 0.6, 1.5);
            scene.At((step * 30) + Between(random, -5, 5), finger => finger.LightScale = scale);
        }
    }

    private static void Clipping(SimulatedScene scene, Random random)
        => Rest(scene, random).LightScale = Between(random, 1.7, 2.5);

    private static void ClockError(SimulatedScene scene, Random random)
    {
        Rest(scene, random);
        scene.ClockErrorPpm = (int)Between(random, -20_000, 20_000);
    }
}
