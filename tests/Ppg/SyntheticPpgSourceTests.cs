// Goal: the simulated finger does what its settings say, so that truth is truth. Method: its light and its
// beats are measured directly, without the chain.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Ppg;

[TestClass]
public sealed class SyntheticPpgSourceTests
{
    private const int StepMicroseconds = 2500;    // the chip's 400 conversions a second

    [TestMethod]
    public void SameSeed_SameLight_WithEverythingOn()
    {
        CollectionAssert.AreEqual(Play(Busy(7), 20)[PpgLight.Red], Play(Busy(7), 20)[PpgLight.Red]);
        CollectionAssert.AreNotEqual(Play(Busy(7), 20)[PpgLight.Red], Play(Busy(8), 20)[PpgLight.Red]);
    }

    [TestMethod]
    [DataRow(0.05)]
    [DataRow(0.3)]
    [DataRow(5)]
    [DataRow(20)]
    public void Perfusion_IsThePulsesShareOfTheLevel(double percent)
    {
        SyntheticPpgSource finger = Still(1);
        finger.PerfusionPercent = percent;
        int[] infrared = Play(finger, 20)[PpgLight.Infrared][4000..];

        Assert.AreEqual(percent, 100.0 * (infrared.Max() - infrared.Min()) / 340_000, 0.15 * percent);
    }

    [TestMethod]
    [DataRow(70)]
    [DataRow(85)]
    [DataRow(97)]
    public void RatioOfRedToInfrared_IsThatOfTheSaturation(double spO2)
    {
        SyntheticPpgSource finger = Still(2);
        finger.SpO2 = spO2;
        int[][] light = Play(finger, 20);
        double Pulse(int[] channel)
            => (channel[4000..].Max() - channel[4000..].Min()) / channel[4000..].Average();

        double published = SyntheticPpgSource.InverseOfPublished(spO2);
        double ratio = Pulse(light[PpgLight.Red]) / Pulse(light[PpgLight.Infrared]);

        Assert.AreEqual(published, ratio, 0.02);
        Assert.AreEqual(spO2, (-45.060 * ratio * ratio) + (30.354 * ratio) + 94.845, 1.5);
    }

    [TestMethod]
    public void Bigeminy_EveryOtherIntervalIsShort_AndThePairLastsTwoBeats()
    {
        SyntheticPpgSource finger = Still(3);
        finger.EctopicShare = 1;
        _ = Play(finger, 60);
        double[] beats = [.. finger.BeatTimesSeconds];
        double[] intervals = [.. beats.Skip(1).Zip(beats, (later, earlier) => later - earlier)];

        for (int i = 0; i + 1 < intervals.Length; i++)
        {
            Assert.AreEqual(2.0, intervals[i] + intervals[i + 1], 0.1, $"pair {i}");
            Assert.AreEqual(i % 2 == 0 ? 0.6 : 1.4, intervals[i], 0.1, $"interval {i}");
        }
    }

    [TestMethod]
    public void Ectopics_ComeAsOftenAsAsked()
    {
        SyntheticPpgSource finger = Still(4);
        finger.EctopicShare = 0.1;
        _ = Play(finger, 600);
        double[] beats = [.. finger.BeatTimesSeconds];
        int early = beats.Skip(1).Zip(beats, (later, earlier) => later - earlier).Count(interval
            => interval < 0.8);

        Assert.IsInRange(35, 75, early);      // of some 600 beats, of which those after a pause cannot
    }

    [TestMethod]
    [DataRow(50)]
    [DataRow(60)]
    public void Flicker_IsTwiceTheMains_AndOneCycleAveragesOut(double mains)
    {
        SyntheticPpgSource finger = Still(5);
        finger.MainsHz = mains;
        finger.FlickerPicoamperes = 50_000;
        int[] ambient = Play(finger, 1)[PpgLight.Ambient];

        Assert.AreEqual(25_000, ambient.Average(), 200);
        Assert.IsInRange(48_000, 50_000, ambient.Max());
        int[] rises = [.. Enumerable.Range(1, ambient.Length - 1)
            .Where(i => ambient[i - 1] < 25_000 && ambient[i] >= 25_000)];
        Assert.AreEqual(2 * mains, rises.Length, 1);
    }

    [TestMethod]
    public void MotionBursts_LeaveRestBetweenThem()
    {
        SyntheticPpgSource moving = Still(6);
        moving.MotionShare = 5;
        moving.MotionHz = 2;
        moving.MotionBurstSeconds = 5;
        moving.MotionPauseSeconds = 10;
        int[] still = Play(Still(6), 300)[PpgLight.Infrared];
        int[] light = Play(moving, 300)[PpgLight.Infrared];
        double share = still.Zip(light, (a, b) => a == b ? 0.0 : 1.0).Average();

        Assert.IsInRange(0.2, 0.5, share);
    }

    [TestMethod]
    public void Wander_IsSlow_AndAsLargeAsAsked()
    {
        SyntheticPpgSource wandering = Still(7);
        wandering.WanderShare = 10;
        int[] light = Play(wandering, 300)[PpgLight.Infrared];
        int second = 1_000_000 / StepMicroseconds;
        double[] means = [.. light.Chunk(second).Select(chunk => chunk.Average())];
        double pulse = 0.02 * 340_000;

        Assert.IsInRange(5 * pulse, 16 * pulse, means.Max() - means.Min());
    }

    [TestMethod]
    public void LightScale_ScalesBothChannels_AndClipsTheSensor()
    {
        SyntheticPpgSource finger = Still(8);
        finger.LightScale = 0.5;
        int[][] half = Play(finger, 2);
        int[][] whole = Play(Still(8), 2);

        Assert.AreEqual(whole[PpgLight.Red][700] / 2.0, half[PpgLight.Red][700], 2);
        Assert.AreEqual(whole[PpgLight.Infrared][700] / 2.0, half[PpgLight.Infrared][700], 2);
    }

    [TestMethod]
    public void BreathingThatGrowsFaster_IsNoStepInTheLight_HoursAfterTheStart()
    {
        // The phase was once rate times time: a change of 0.02 a minute after twelve hours threw it anywhere.
        SyntheticPpgSource finger = Still(5);
        finger.PerfusionPercent = 1;
        finger.BreathingShare = 1;
        int[] light = new int[PpgLight.Count];
        int last = 0, longest = 0;
        for (long i = 0; i < 60 * 1_000_000 / StepMicroseconds; i++)
        {
            finger.BreathingRate += i % 400 == 0 ? 0.02 : 0;
            finger.Sample(43_200_000_000 + (i * StepMicroseconds), light);
            longest = i == 0 ? 0 : Math.Max(longest, Math.Abs(light[PpgLight.Infrared] - last));
            last = light[PpgLight.Infrared];
        }

        // The pulse itself, of 3 400, gives steps of 240.
        Assert.IsLessThan(400, longest);
    }

    private static SyntheticPpgSource Still(int seed) => new(seed)
    {
        PulseRate = 60, BreathingShare = 0, ArrhythmiaPercent = 0, NoisePpm = 0,
    };

    private static SyntheticPpgSource Busy(int seed) => new(seed)
    {
        EctopicShare = 0.2, MayerShare = 0.3, WanderShare = 2, MotionShare = 1, MotionBurstSeconds = 3,
        FlickerPicoamperes = 10_000, DropoutShare = 0.02,
    };

    // All three numbers of every conversion.
    private static int[][] Play(SyntheticPpgSource finger, int seconds)
    {
        int count = seconds * (1_000_000 / StepMicroseconds);
        int[][] channels = [new int[count], new int[count], new int[count]];
        int[] light = new int[PpgLight.Count];
        for (int i = 0; i < count; i++)
        {
            finger.Sample((long)i * StepMicroseconds, light);
            for (int channel = 0; channel < PpgLight.Count; channel++)
            {
                channels[channel][i] = light[channel];
            }
        }

        return channels;
    }
}
