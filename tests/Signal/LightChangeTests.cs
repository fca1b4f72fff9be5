// Goal: what a change of the light or a lost sample touches does not count, and nothing else is lost by it.
// Method: ring of beats, scale of a channel and chain, each fed by hand.

using Pulsegate.Signal;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Signal;

[TestClass]
public sealed class LightChangeTests
{
    private readonly int[] _intervals = new int[40];
    private readonly int[] _heights = new int[40];
    private readonly int[] _contrasts = new int[40];

    [TestMethod]
    public void BeatNearAChange_GivesNoInterval_TheOthersDo()
    {
        BeatRing beats = Beats(touchedMs: 5050, brokenAtMs: -1);
        int count = beats.CopyIntervals(_intervals, _heights, _contrasts, 0, out int spanMs);
        Assert.AreEqual(7, count, "nine, less the one before and the one after the beat at 5 s");
        Assert.AreEqual(7000, spanMs);
    }

    [TestMethod]
    public void ChangeBetweenBeats_CostsNoInterval()
    {
        Assert.AreEqual(9,
            Beats(touchedMs: 5500, brokenAtMs: -1).CopyIntervals(_intervals, _heights, _contrasts, 0, out _));
    }

    [TestMethod]
    public void LostSamples_EndTheIntervalsThatCount()
    {
        Assert.AreEqual(4, Beats(touchedMs: -10_000, brokenAtMs: 5500)
            .CopyIntervals(_intervals, _heights, _contrasts, 0, out _));
    }

    [TestMethod]
    [DataRow(2.0)]
    [DataRow(0.55)]
    [DataRow(1.31)]
    public void ChangedCurrent_WhateverItReallyIs_LeavesThePulseAsItWas(double gain)
    {
        // The gain is no ratio of nominal currents; the two samples at the change are half and half.
        var scale = new ChannelScale();
        int[] block = new int[5];
        double worst = 0;
        for (int sample = 0; sample < 500; sample += 5)
        {
            for (int i = 0; i < 5; i++)
            {
                bool isMixed = sample + i is 250 or 251;
                block[i] =
                    (int)(Light(sample + i) * (sample + i < 250 ? 1 : isMixed ? (1 + gain) / 2 : gain));
            }

            Assert.IsTrue(scale.Process(block, 5));
            for (int i = 0; i < 5; i++)
            {
                worst = Math.Max(worst, Math.Abs(block[i] - Light(sample + i)));
            }

            if (sample == 245)
            {
                scale.Bridge();
            }
        }

        Assert.IsTrue(worst < 0.05 * 2400, $"{worst:0} counts of a pulse of 2 400");
    }

    [TestMethod]
    [DataRow(0.2)]
    [DataRow(4.5)]
    public void ScaleThatWouldLeaveItsBounds_IsRefused(double gain)
    {
        var scale = new ChannelScale();
        Assert.IsTrue(scale.Process([50_000, 50_000, 50_000], 3));
        scale.Bridge();
        int after = (int)(50_000 * gain);
        Assert.IsFalse(scale.Process([after, after, after, after], 4));
        scale.Restart();
        int[] counts = [after, after, after];
        Assert.IsTrue(scale.Process(counts, 3));
        Assert.AreEqual(after, counts[2]);
    }

    [TestMethod]
    public void OverflowOfTheFifo_TouchesNoRatioOfItsBeats()
    {
        // 0.4 s are lost every 5 s: stitched together they would make a false interval and a false ratio each
        // time.
        SyntheticPpgSource finger = new(seed: 71) { ArrhythmiaPercent = 0, IrregularityPercent = 0 };
        var chain = new SignalChain();
        int[] red = new int[5];
        int[] infrared = new int[5];
        int[] light = new int[3];
        for (int sample = 0; sample < 6000; sample += 5)
        {
            if (sample % 250 == 245)
            {
                sample += 20;
                chain.MarkDiscontinuity(20);
            }

            for (int i = 0; i < 5; i++)
            {
                finger.Sample((sample + i) * 20_000L, light);
                infrared[i] = light[1] * 2 / 5;
                red[i] = light[0] * 2 / 5;
            }

            chain.Process(red, infrared, 5);
            if (sample % 50 >= 45)
            {
                chain.Update();
                Assert.IsTrue(chain.RateDeci == 0 || Math.Abs(chain.RateDeci - 720) <= 25,
                    $"{chain.RateDeci} at {sample}");
                double ratio = SyntheticPpgSource.InverseOfPublished(97) * 1000;
                Assert.IsTrue(
                    chain.RatioMilli == 0 || Math.Abs(chain.RatioMilli - ratio) < 30, $"{chain.RatioMilli}");
            }
        }
    }

    private static BeatRing Beats(long touchedMs, long brokenAtMs)
    {
        var beats = new BeatRing();
        for (int beat = 1; beat <= 10; beat++)
        {
            // A change is known before the beats around it are decided.
            if ((beat * 1000) + 600 > touchedMs)
            {
                beats.Touch(touchedMs);
            }

            if (brokenAtMs > 0 && beat * 1000 > brokenAtMs)
            {
                beats.Break();
                brokenAtMs = -1;
            }

            beats.Add(beat * 1000, 80, 1000);
        }

        return beats;
    }

    // A pulse of 2 % at 75 /min over a slow wave.
    private static double Light(int sample)
    {
        double seconds = sample * 0.02;
        return 120_000 - (1200 * Math.Sin(2 * Math.PI * 1.25 * seconds))
            + (2000 * Math.Sin(2 * Math.PI * 0.1 * seconds));
    }
}
