// Goal: the light is kept where the converter can use it, whatever finger comes, and no vital shows that it
// was changed. Method: a virtual unit in virtual time; levels computed here from the light in front of the
// chip and the chip's own registers.

using System.Device.I2c;
using Iot.Device.Max3010x;
using Iot.Device.Max3010x.Emulator;
using Pulsegate.Diagnostics;
using Pulsegate.Signal;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Acquisition;

[TestClass]
public sealed class LightControlTests
{
    private const double PicoampsPerCount = 7.8125;    // 2 048 nA over 18 bits
    private const int FullScale = 262_143;

    [TestMethod]
    [DataRow(0.1, 1.0)]
    [DataRow(0.2, 0.5)]
    [DataRow(0.3, 1.0)]
    [DataRow(0.5, 0.4)]
    [DataRow(1.0, 1.0)]
    [DataRow(2.0, 1.0)]
    [DataRow(3.0, 0.4)]
    [DataRow(10.0, 1.0)]
    [DataRow(10.0, 0.3)]
    public void AnyFinger_ComesIntoRangeWithinTwoSeconds_AndReadsInSix(double light, double red)
    {
        using var bench = new LightBench(seed: 41);
        bench.Finger.IsFingerOn = false;
        bench.Play(6);
        bench.Finger.LightScale = light;
        bench.Finger.RedScale = red;
        bench.Finger.IsFingerOn = true;
        bench.Play(2);
        long changes = bench.Unit.Counters.Get(Counter.LightChanges);
        int firstRate = 0;
        for (int second = 3; second <= 30; second++)
        {
            bench.Play(1);
            AssertInRange(bench, $"second {second}");
            firstRate = firstRate == 0 && bench.Reading.IsFresh(Vital.PulseRate) ? second : firstRate;
        }

        Assert.AreEqual(changes, bench.Unit.Counters.Get(Counter.LightChanges), "it rests where it is well");
        Assert.IsTrue(firstRate is > 0 and <= 6, $"first rate after {firstRate} s");
        Assert.AreEqual(72, bench.Reading.Values[Vital.PulseRate] / 10.0, 2);
        Assert.AreEqual(97, bench.Reading.Values[Vital.SpO2] / 10.0, 1);
    }

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.6)]
    [DataRow(1.7)]
    public void SlowChangeOfLight_IsFollowed_AndNoVitalShowsIt(double light)
    {
        int changed = 0, spO2Missing = 0;
        for (int seed = 1; seed <= 12; seed++)
        {
            using var bench = new LightBench(seed);
            bench.Finger.PulseRate = 50 + (5 * seed);
            bench.Finger.PerfusionPercent = 0.6 + (0.3 * seed);
            bench.Finger.ArrhythmiaPercent = 0.5;
            bench.Play(20);
            int rateMissing = 0, sinceChange = 100;
            long changes = 0;
            for (int second = 0; second < 100; second++)
            {
                for (int tenth = 0; tenth < 10; tenth++)
                {
                    // Without a corner: that would be a motion of its own.
                    double phase = Math.PI * (second + (tenth / 10.0)) / 100;
                    bench.Finger.LightScale = Math.Pow(light, (1 - Math.Cos(phase)) / 2);
                    bench.Step();
                }

                bool isSpO2 = bench.Reading.IsFresh(Vital.SpO2),
                    isRate = bench.Reading.IsFresh(Vital.PulseRate);
                sinceChange = bench.Unit.Counters.Get(Counter.LightChanges) > changes ? 0 : sinceChange + 1;
                changes = bench.Unit.Counters.Get(Counter.LightChanges);

                // The drift itself takes some seconds from the weakest pulse, with changes and without.
                spO2Missing += !isSpO2 && sinceChange < 8 ? 1 : 0;
                rateMissing += !isRate && sinceChange < 8 ? 1 : 0;
                string at = $"seed {seed}, second {second}";
                Assert.IsTrue(
                    !isSpO2 || Math.Abs(bench.Reading.Values[Vital.SpO2] - 970) <= 10, $"{at}: SpO2");
                Assert.AreEqual(bench.Finger.PulseRate,
                    isRate ? bench.Reading.Values[Vital.PulseRate] / 10.0 : bench.Finger.PulseRate, 1.5, at);
            }

            changed += (int)changes;
            Assert.AreEqual(0, rateMissing, $"seed {seed}: seconds without a rate");
            AssertInRange(bench, $"seed {seed}");
        }

        Assert.IsTrue(spO2Missing <= 5, $"{spO2Missing} s without SpO2 in {changed} changes");
        Assert.AreEqual(light != 1.0, changed >= 12, $"{changed} changes");
    }

    [TestMethod]
    public void StepOutOfRange_IsFollowed_AndVitalsComeBack()
    {
        foreach (double light in new[] { 0.25, 4.0 })
        {
            using var bench = new LightBench(seed: 43);
            bench.Play(20);
            bench.Finger.LightScale = light;
            int firstFresh = 0;
            for (int second = 1; second <= 15; second++)
            {
                bench.Play(1);
                bool isFresh = bench.Reading.IsFresh(Vital.PulseRate);
                firstFresh = firstFresh == 0 && second > 1 && isFresh ? second : firstFresh;
                Assert.IsTrue(!isFresh || Math.Abs(bench.Reading.Values[Vital.PulseRate] - 720) < 60);
                Assert.IsTrue(
                    !bench.Reading.IsFresh(Vital.SpO2)
                        || Math.Abs(bench.Reading.Values[Vital.SpO2] - 970) <= 15);
            }

            AssertInRange(bench, $"{light}");
            Assert.IsTrue(firstFresh is > 0 and <= 10, $"{light}: rate after {firstFresh} s");
        }
    }

    [TestMethod]
    public void ProbeThatStaysSaturated_EndsInAmbientLight_WithFewChanges()
    {
        using var bench = new LightBench(seed: 44);
        bench.Play(20);
        bench.Finger.AmbientPicoamperes = 40_000_000;
        bench.Play(12);
        long transfers = bench.Unit.Bus.TransactionCount;
        bench.Play(60, reading =>
        {
            Assert.AreEqual((byte)ReadingStatus.AmbientLight, reading.Statuses[Vital.PulseRate]);
            Assert.AreEqual((byte)ReadingStatus.AmbientLight, reading.Statuses[Vital.SpO2]);
        });
        Assert.IsTrue(
            bench.Unit.Bus.TransactionCount - transfers < 60 * 10 * 3, "the chip is not set again and again");
        bench.Finger.AmbientPicoamperes = 0;
        bench.Play(20);
        Assert.IsTrue(bench.Reading.IsFresh(Vital.SpO2));
        AssertInRange(bench, "after it");
    }

    [TestMethod]
    public void NoFinger_DrawsLittle_AndAFingerIsNoticedWithinASecond()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            using var bench = new LightBench(seed);
            bench.Finger.LightScale = seed <= 10 ? 0.1 * seed : seed - 10;
            bench.Play(10.7 + (seed * 0.037));
            double working = LedMilliamps(bench);
            bench.Finger.IsFingerOn = false;
            bench.Play(3);
            bench.Play(60,
                reading => Assert.AreEqual((byte)ReadingStatus.NoFinger, reading.Statuses[Vital.PulseRate]));
            Assert.AreEqual(0.164, LedMilliamps(bench), 0.001, "1 mA for 411 us, 400 times a second");
            Assert.IsTrue(working > LedMilliamps(bench), $"{working} mA");
            bench.Play(seed * 0.1);
            bench.Finger.IsFingerOn = true;
            bench.Play(1);
            Assert.AreEqual(SignalState.Finger, bench.Unit.Chain.State, $"seed {seed}");
        }
    }

    [TestMethod]
    public void AmbientLightWithoutAFinger_IsNoFinger_AndDoesNotLightTheLeds()
    {
        foreach (int ambient in new[] { 5_000, 20_000, 60_000, 100_000 })
        {
            using var bench = new LightBench(seed: 46);
            bench.Finger.IsFingerOn = false;
            bench.Finger.AmbientPicoamperes = ambient;
            bench.Play(8);
            bench.Play(30, reading =>
            {
                Assert.AreEqual(
                    (byte)ReadingStatus.NoFinger, reading.Statuses[Vital.PulseRate], $"{ambient} pA");
                Assert.IsTrue(bench.Unit.OximeterFeed.Light.IsIdle, $"{ambient} pA");
            });
        }
    }

    [TestMethod]
    public void BusThatFailsDuringAChange_IsAFault_AndTheChipIsSetUpAnew()
    {
        using var bench = new LightBench(seed: 47);
        bench.Play(20);
        bench.Finger.LightScale = 0.6;
        while (bench.Unit.Counters.Get(Counter.OximeterFaults) == 0)
        {
            // The third and fourth transfer of a step are the two currents, when there are any.
            bench.Unit.OximeterChip.Faults.SkipCount = 2;
            bench.Unit.OximeterChip.Faults.FailCount = 1;
            bench.Unit.OximeterChip.Faults.FailStatus = I2cTransferStatus.PartialTransfer;
            bench.Unit.OximeterChip.Faults.FailByteCount = 1;
            bench.Step();
            Assert.IsTrue(bench.Seconds < 40, "no change was made");
        }

        bench.Unit.OximeterChip.Faults.FailCount = 0;
        bench.Play(0.5);
        Assert.AreEqual(1, bench.Unit.Counters.Get(Counter.OximeterRestarts));
        Assert.IsTrue(bench.Unit.Gateway.Reading.AfterDiscontinuity || bench.Seconds < 22);
        bench.Play(15, reading => Assert.IsTrue(
            !reading.IsFresh(Vital.SpO2) || Math.Abs(reading.Values[Vital.SpO2] - 970) <= 10));
        Assert.IsTrue(bench.Reading.IsFresh(Vital.SpO2));
        AssertInRange(bench, "after it");
    }

    // Average of both LEDs: current times the share of time that their pulses take.
    private static double LedMilliamps(LightBench bench)
    {
        LightControl light = bench.Unit.OximeterFeed.Light;
        return (light.RedSteps + light.InfraredSteps) * 0.2 * 400 * 411e-6;
    }

    private static void AssertInRange(LightBench bench, string when)
    {
        LightControl light = bench.Unit.OximeterFeed.Light;
        Assert.IsFalse(light.IsIdle, when);
        double perCount = PicoampsPerCount * Math.Pow(2, light.Range) * FullScale;
        double red = 300_000 * bench.Finger.LightScale * bench.Finger.RedScale * light.RedSteps * 0.2
            / perCount;
        double infrared = 340_000 * bench.Finger.LightScale * light.InfraredSteps * 0.2 / perCount;
        Assert.IsTrue(red is > 0.34 and < 0.86, $"{when}: red at {red:0.00} of full scale");
        Assert.IsTrue(infrared is > 0.34 and < 0.86, $"{when}: infrared at {infrared:0.00} of full scale");
    }
}
