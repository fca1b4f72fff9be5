// Goal: rate, saturation and perfusion are right where the truth is known. Method: the synthetic finger over
// its range, its own calibration.

using Pulsegate.Vitals;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Signal;

[TestClass]
public sealed class SyntheticTruthTests
{
    [TestMethod]
    [DataRow(35)]
    [DataRow(40)]
    [DataRow(60)]
    [DataRow(75)]
    [DataRow(100)]
    [DataRow(130)]
    [DataRow(170)]
    [DataRow(200)]
    [DataRow(230)]
    public void CleanPulse_RateIsWithinOnePerMinute(int rate)
    {
        SyntheticPpgSource finger = new(seed: rate) { PulseRate = rate };
        ChainPlayer player = new ChainPlayer(finger).Play(60);

        for (int second = 15; second <= 60; second++)
        {
            Reading reading = player.Readings[second - 1];
            Assert.IsTrue(reading.IsFresh(Vital.PulseRate), $"second {second}");
            double truth = RecordingData.RateAt(finger.BeatTimesSeconds, second - 0.6);
            Assert.AreEqual(truth, reading.Values[Vital.PulseRate] / 10.0, 1.0, $"second {second}");
        }

        // In a slow pulse a second wave may count until the period is known.
        Assert.IsGreaterThan(0.98, F1(player, finger, 58));
    }

    [TestMethod]
    [DataRow(25)]
    [DataRow(250)]
    [DataRow(280)]
    public void RateOutsideTheRange_ShowsNoNumber(int rate)
    {
        ChainPlayer player = new ChainPlayer(new SyntheticPpgSource(seed: rate) { PulseRate = rate })
            .Play(120);

        Assert.IsEmpty(player.Readings.Where(reading => reading.IsFresh(Vital.PulseRate)));
    }

    [TestMethod]
    public void EveryOtherBeatEarly_AllBeatsAreFound()
    {
        SyntheticPpgSource finger = new(seed: 18);
        ChainPlayer player = new(finger);
        for (int i = 0; i < 600; i++)
        {
            finger.PulseRate = finger.BeatTimesSeconds.Count % 2 == 0 ? 95 : 63;
            player.Play(0.1);
        }

        Assert.IsGreaterThan(0.98, F1(player, finger, 58));
    }

    [TestMethod]
    public void EveryOtherBeatEarlyAndWeak_HalfTheRateIsHardlyEverShown()
    {
        int half = 0;
        for (int seed = 1; seed <= 20; seed++)
        {
            SyntheticPpgSource finger = new(seed) { PulseRate = 50 + (2 * seed), EctopicShare = 1 };
            ChainPlayer player = new ChainPlayer(finger).Play(60);
            half += player.Readings.Count(reading => reading.IsFresh(Vital.PulseRate)
                && reading.Values[Vital.PulseRate] < 8 * finger.PulseRate);
        }

        // 28 % of seconds before a slow rate had to be that of beats with nothing between them.
        Assert.IsLessThanOrEqualTo(0.04, half / (20.0 * 60));
    }

    [TestMethod]
    [DataRow(65)]
    [DataRow(75)]
    [DataRow(85)]
    [DataRow(92)]
    [DataRow(99)]
    public void KnownSaturation_IsMeasuredWithTheTableOfTheOptics(int spO2)
    {
        SyntheticPpgSource finger =
            new(seed: spO2) { SpO2 = spO2, RatioOfSpO2 = s => (110 - s) / 25, PerfusionPercent = 0.5 };
        ChainPlayer player = new(finger);
        player.Monitor.Calibration = new CalibrationTable(1, [400, 2000], [1000, 600]);
        player.Play(60);

        for (int second = 15; second <= 60; second++)
        {
            Reading reading = player.Readings[second - 1];
            Assert.AreEqual((byte)ReadingStatus.Valid, reading.Statuses[Vital.SpO2], $"second {second}");
            Assert.AreEqual(spO2 * 10, reading.Values[Vital.SpO2], 20, $"second {second}");
        }
    }

    [TestMethod]
    public void GenericCurve_IsUncalibratedAndNearThePublishedOne()
    {
        ChainPlayer player = new ChainPlayer(new SyntheticPpgSource(seed: 5) { SpO2 = 94 }).Play(30);

        Assert.AreEqual((byte)ReadingStatus.Uncalibrated, player.Readings[^1].Statuses[Vital.SpO2]);
        Assert.AreEqual(940, player.Readings[^1].Values[Vital.SpO2], 10);
    }

    [TestMethod]
    [DataRow(32)]
    [DataRow(35)]
    [DataRow(40)]
    [DataRow(75)]
    [DataRow(190)]
    public void FingerOn_FirstRateWithinSixSeconds_FirstSaturationWithinTen(int rate)
    {
        SyntheticPpgSource finger = new(seed: 11) { PulseRate = rate, IsFingerOn = false };
        ChainPlayer player = new ChainPlayer(finger).Play(10);
        Assert.AreEqual((byte)ReadingStatus.NoFinger, player.Readings[^1].Statuses[Vital.PulseRate]);

        finger.IsFingerOn = true;
        player.Play(20);

        Assert.IsInRange(11, 16, player.FirstFresh(Vital.PulseRate));
        Assert.IsInRange(11, 20, player.FirstFresh(Vital.SpO2));
    }

    [TestMethod]
    public void FingerOff_NoNumberIsLeftAfterTwoSeconds()
    {
        SyntheticPpgSource finger = new(seed: 12);
        ChainPlayer player = new ChainPlayer(finger).Play(20);
        Assert.IsTrue(player.Readings[^1].IsFresh(Vital.SpO2));

        finger.IsFingerOn = false;
        player.Play(3);

        for (int vital = 0; vital <= Vital.Quality; vital++)
        {
            Assert.AreEqual((byte)ReadingStatus.NoFinger, player.Readings[^1].Statuses[vital],
                $"vital {vital}");
            Assert.IsFalse(player.Readings[^2].HasValue(vital), $"vital {vital}");
        }
    }

    [TestMethod]
    [DataRow(0.1)]
    [DataRow(1.0)]
    [DataRow(10.0)]
    public void Perfusion_IsMeasured(double percent)
    {
        SyntheticPpgSource finger =
            new(seed: 13) { PerfusionPercent = percent, PulseRate = 60, NoisePpm = 20 };
        Reading reading = new ChainPlayer(finger).Play(30).Readings[^1];

        // The band-pass takes up to a fifth off a pulse's height, and breathing moves it.
        Assert.AreEqual(percent * 100, reading.Values[Vital.PerfusionIndex], percent * 25);
    }

    [TestMethod]
    public void RateJump_IsFollowedWithinFifteenSeconds()
    {
        SyntheticPpgSource finger = new(seed: 14) { PulseRate = 70 };
        ChainPlayer player = new ChainPlayer(finger).Play(30);
        finger.PulseRate = 120;
        player.Play(15);

        Assert.AreEqual(1200, player.Readings[^1].Values[Vital.PulseRate], 30);
    }

    [TestMethod]
    [DataRow(0.0, 2.0)]
    [DataRow(0.7, 5.0)]
    [DataRow(1.3, 5.0)]
    [DataRow(2.0, 5.0)]
    [DataRow(3.0, 5.0)]
    public void MotionFromRest_NumbersAreRefusedAndComeBack(double hertz, double share)
    {
        SyntheticPpgSource finger = new(seed: 17) { PulseRate = 80 };
        ChainPlayer player = new ChainPlayer(finger).Play(40);
        finger.MotionHz = hertz;
        finger.MotionShare = share;
        player.Play(30);
        finger.MotionShare = 0;
        player.Play(20);

        List<Reading> moving = player.Readings[40..70];
        Assert.IsLessThanOrEqualTo(3,
            moving.Count(r => r.IsFresh(Vital.PulseRate) && Math.Abs(r.Values[Vital.PulseRate] - 800) > 50));
        Assert.IsLessThanOrEqualTo(3, moving.Count(r => r.IsFresh(Vital.SpO2) && r.Values[Vital.SpO2] < 900));
        Assert.AreEqual(800, player.Readings[^1].Values[Vital.PulseRate], 20);
        Assert.AreEqual(970, player.Readings[^1].Values[Vital.SpO2], 10);
    }

    [TestMethod]
    [DataRow(0.0, 1.0)]
    [DataRow(0.5, 2.0)]
    [DataRow(1.0, 1.0)]
    [DataRow(1.7, 2.0)]
    [DataRow(2.2, 5.0)]
    [DataRow(3.0, 5.0)]
    public void MotionFromTheFirstSecond_RateIsRightAndNoLowSaturationIsShown(double hertz, double share)
    {
        int shown = 0;
        int right = 0;
        for (int seed = 1; seed <= 5; seed++)
        {
            SyntheticPpgSource finger =
                new(seed) { PulseRate = 55 + (15 * seed), MotionHz = hertz, MotionShare = share };
            ChainPlayer player = new ChainPlayer(finger).Play(120);
            for (int second = 1; second <= 120; second++)
            {
                Reading reading = player.Readings[second - 1];
                Assert.IsFalse(
                    reading.IsFresh(Vital.SpO2) && reading.Values[Vital.SpO2] < 900, $"second {second}");
                if (reading.IsFresh(Vital.PulseRate))
                {
                    double truth = RecordingData.RateAt(finger.BeatTimesSeconds, second - 0.6);
                    shown++;
                    right += Math.Abs((reading.Values[Vital.PulseRate] / 10.0) - truth) <= 5 ? 1 : 0;
                }
            }
        }

        Assert.IsGreaterThanOrEqualTo(0.4, shown / 600.0);
        Assert.IsGreaterThanOrEqualTo(0.95, (double)right / shown);
    }

    [TestMethod]
    [DataRow(false, 10)]
    [DataRow(true, 7)]
    public void FallOfSaturation_IsShownInTime(bool isFast, int secondsMax)
    {
        SyntheticPpgSource finger = new(seed: 19) { SpO2 = 97 };
        ChainPlayer player = new(finger);
        player.Chain.IsRatioFast = isFast;
        player.Play(40);
        finger.SpO2 = 85;
        player.Play(20);

        int shown = player.Readings.FindIndex(
            40, r => r.IsFresh(Vital.SpO2) && Math.Abs(r.Values[Vital.SpO2] - 850) <= 10);
        Assert.IsInRange(41, 40 + secondsMax, shown + 1);
    }

    [TestMethod]
    public void IrregularRhythm_BeatsAreFound()
    {
        SyntheticPpgSource finger =
            new(seed: 15) { PulseRate = 90, IrregularityPercent = 20, BreathingShare = 0.2 };
        ChainPlayer player = new ChainPlayer(finger).Play(120);

        Assert.IsGreaterThan(0.97, F1(player, finger, 118));
    }

    [TestMethod]
    public void SameSeed_SameLight()
    {
        ChainPlayer one =
            new ChainPlayer(new SyntheticPpgSource(seed: 16) { MotionShare = 1, DropoutShare = 0.05 })
            .Play(30);
        ChainPlayer two =
            new ChainPlayer(new SyntheticPpgSource(seed: 16) { MotionShare = 1, DropoutShare = 0.05 })
            .Play(30);

        CollectionAssert.AreEqual(one.Beats, two.Beats);
        CollectionAssert.AreEqual(one.Readings[^1].Values, two.Readings[^1].Values);
    }

    // Beats of the last two seconds are not due yet.
    private static double F1(ChainPlayer player, SyntheticPpgSource finger, double until)
    {
        double[] found = [.. player.Beats.Where(t => t < until)];
        double[] truth = [.. finger.BeatTimesSeconds.Where(t => t < until)];
        return RecordingData.BestF1(found, truth, -0.2, 0.4).F1;
    }
}
