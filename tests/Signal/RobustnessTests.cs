// Goal: the chain never throws, never allocates, and never makes a number out of nothing. Method: counts that
// no finger gives, by seed.

using Pulsegate.Signal;
using Pulsegate.Vitals;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Signal;

[TestClass]
public sealed class RobustnessTests
{
    private const int FullScale = 262_143;

    [TestMethod]
    public void WhiteNoise_ShowsNoRate()
    {
        Random random = new(21);
        int shown = CountShown(3600, (_, red, infrared, i) =>
        {
            int noise = random.Next(-1000, 1001);
            infrared[i] = 130_000 + noise;
            red[i] = 120_000 + (noise / 2) + random.Next(-100, 101);
        });

        Assert.AreEqual(0, shown);
    }

    [TestMethod]
    public void ColouredNoise_ShowsARateInAtMostOneSecondOfThreeHundred()
    {
        Random random = new(22);
        double wander = 0;
        int shown = CountShown(7200, (_, red, infrared, i) =>
        {
            wander = (0.9 * wander) + random.Next(-300, 301);
            infrared[i] = 130_000 + (int)wander;
            red[i] = 120_000 + (int)(wander * 0.6);
        });

        Assert.IsLessThanOrEqualTo(24, shown);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(13_000)]
    [DataRow(100_000)]
    [DataRow(FullScale)]
    [DataRow(int.MaxValue)]
    [DataRow(int.MinValue)]
    public void ConstantCounts_ShowNoRate(int counts)
    {
        Assert.AreEqual(0, CountShown(60, (_, red, infrared, i) => red[i] = infrared[i] = counts));
    }

    [TestMethod]
    public void SaturatedLight_IsReportedAsAmbientLight()
    {
        SyntheticPpgSource finger = new(seed: 23);
        ChainPlayer player = new ChainPlayer(finger).Play(20);
        finger.AmbientPicoamperes = 3_000_000;
        player.Play(12);

        Assert.AreEqual((byte)ReadingStatus.AmbientLight, player.Readings[^1].Statuses[Vital.PulseRate]);
        Assert.AreEqual((byte)ReadingStatus.AmbientLight, player.Readings[^1].Statuses[Vital.SpO2]);
    }

    [TestMethod]
    public void ExtremeCounts_NeverThrow()
    {
        Random random = new(24);
        int[] extremes = [int.MinValue, -1, 0, 1, 13_108, 131_072, 249_000, FullScale, int.MaxValue];
        _ = CountShown(5000, (sample, red, infrared, i) =>
        {
            int mode = (int)(sample / 2000 % 5);
            red[i] = mode switch
            {
                0 => random.Next(0, FullScale + 1),
                1 => extremes[random.Next(extremes.Length)],
                2 => sample % 2 == 0 ? 14_000 : 248_000,
                3 => random.Next(100_000, 160_000),
                _ => 60_000 + ((int)(sample % 37) * 5000),
            };
            infrared[i] = mode == 4 ? red[i] : mode == 2 ? 262_000 - red[i] : random.Next(14_000, 248_000);
        });
        _ = CountShown(15_000, (_, red, infrared, i) =>
        {
            red[i] = random.Next(14_000, 249_000);
            infrared[i] = red[i];
        });
    }

    [TestMethod]
    public void AnyBlockSize_IsTaken()
    {
        SyntheticPpgSource finger = new(seed: 25);
        Random random = new(25);
        SignalChain chain = new();
        int[] light = new int[3];
        int[] red = new int[40];
        int[] infrared = new int[40];
        long sample = 0;
        while (sample < 1500)
        {
            int count = random.Next(0, 33);
            for (int i = 0; i < count; i++, sample++)
            {
                finger.Sample(sample * 20_000, light);
                red[i] = light[0] * 2 / 5;
                infrared[i] = light[1] * 2 / 5;
            }

            chain.Process(red, infrared, count);
        }

        chain.Update();

        Assert.AreEqual(sample * 20, chain.TimeMs);
        Assert.AreEqual(720, chain.RateDeci, 30);
    }

    [TestMethod]
    public void LostSamples_TheClockGoesOnByThem()
    {
        SignalChain chain = new();
        chain.MarkDiscontinuity(17);
        chain.MarkDiscontinuity(-3);

        Assert.AreEqual(340, chain.TimeMs);
        Assert.AreEqual(0, chain.Samples);
    }

    [TestMethod]
    public void PulseInInfraredOnly_SaturationIsPutDownToLowPerfusion()
    {
        SyntheticPpgSource finger = new(seed: 27) { RatioOfSpO2 = _ => 0 };
        Reading reading = new ChainPlayer(finger).Play(20).Readings[^1];

        Assert.IsTrue(reading.IsFresh(Vital.PulseRate));
        Assert.AreEqual((byte)ReadingStatus.LowPerfusion, reading.Statuses[Vital.SpO2]);
    }

    [TestMethod]
    [DataRow(72, 4)]
    [DataRow(40, 5)]
    [DataRow(180, 4)]
    public void PulseThatStops_IsOldAtOnce_AndGoneAfterTenSeconds(int rate, int seconds)
    {
        SyntheticPpgSource finger = new(seed: 28) { PulseRate = rate };
        ChainPlayer player = new ChainPlayer(finger).Play(30);
        Assert.IsTrue(player.Readings[^1].IsFresh(Vital.PulseRate));
        finger.PerfusionPercent = 0;
        player.Play(seconds);
        Assert.IsFalse(player.Readings[^1].IsFresh(Vital.PulseRate));
        Assert.IsFalse(player.Readings[^1].IsFresh(Vital.SpO2));
        player.Play(10);
        Assert.IsFalse(player.Readings[^1].HasValue(Vital.PulseRate));
        Assert.IsFalse(player.Readings[^1].HasValue(Vital.SpO2));
    }

    [TestMethod]
    public void Discontinuity_RestartsTheFilters_AndIsSaid()
    {
        ChainPlayer player = new ChainPlayer(new SyntheticPpgSource(seed: 26)).Play(20);
        int before = player.Readings[^1].Values[Vital.PulseRate];
        player.Chain.MarkDiscontinuity();
        player.Play(8);

        Assert.IsTrue(player.Readings[20].AfterDiscontinuity);
        Assert.IsFalse(player.Readings[20].IsFresh(Vital.PulseRate), "no rate across lost samples");
        Assert.AreEqual((byte)ReadingStatus.Stale, player.Readings[21].Statuses[Vital.PulseRate]);
        Assert.AreEqual(2000, player.Readings[21].AgesMs[Vital.PulseRate]);
        Assert.AreEqual(before, player.Readings[21].Values[Vital.PulseRate]);
        Assert.IsTrue(player.Readings[^1].IsFresh(Vital.PulseRate));
        Assert.IsFalse(player.Readings[^1].AfterDiscontinuity);
    }

    [TestMethod]
    public void AStepInLight_GivesNoBeat()
    {
        SyntheticPpgSource finger = new(seed: 27) { PerfusionPercent = 0.2 };
        ChainPlayer player = new ChainPlayer(finger).Play(20);
        finger.AmbientPicoamperes = 1_000_000;
        player.Play(20);

        List<double> truth = [.. finger.BeatTimesSeconds];
        int invented =
            player.Beats.Count(beat => beat > 19 && !truth.Exists(t => beat - t is > -0.1 and < 0.4));
        Assert.IsLessThanOrEqualTo(1, invented);
    }

    [TestMethod]
    public void SteadyState_AllocatesNothing()
    {
        SignalChain chain = new();
        VitalsMonitor monitor = new(chain);
        Reading reading = new();
        SyntheticPpgSource finger = new(seed: 28);
        int[] light = new int[3];
        int[] red = new int[6000];
        int[] infrared = new int[6000];
        for (int i = 0; i < red.Length; i++)
        {
            finger.Sample(i * 20_000L, light);
            red[i] = light[0] * 2 / 5;
            infrared[i] = light[1] * 2 / 5;
        }

        int[] redBlock = new int[5];
        int[] infraredBlock = new int[5];
        long before = 0;
        for (int i = 0; i < red.Length; i += 5)
        {
            before = i == 1000 ? GC.GetAllocatedBytesForCurrentThread() : before;
            Array.Copy(red, i, redBlock, 0, 5);
            Array.Copy(infrared, i, infraredBlock, 0, 5);
            chain.Process(redBlock, infraredBlock, 5);
            while (chain.TryTakeBeat(out _))
            {
            }

            if (i % 50 == 0)
            {
                monitor.SetTemperature(3650);
                monitor.Update(i * 20, reading);
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.IsTrue(reading.IsFresh(Vital.SpO2));
        Assert.AreEqual(0, allocated);
    }

    private delegate void Fill(long sample, int[] red, int[] infrared, int i);

    private static int CountShown(int seconds, Fill fill)
    {
        SignalChain chain = new();
        int[] red = new int[5];
        int[] infrared = new int[5];
        int shown = 0;
        for (long sample = 0; sample < seconds * 50L; sample += 5)
        {
            for (int i = 0; i < 5; i++)
            {
                fill(sample + i, red, infrared, i);
            }

            chain.Process(red, infrared, 5);
            if ((sample + 5) % 50 == 0)
            {
                chain.Update();
                shown += chain.RateDeci > 0 || chain.RatioMilli > 0 ? 1 : 0;
            }
        }

        return shown;
    }
}
