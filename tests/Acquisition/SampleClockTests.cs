// Goal: the chip's clock does not go into the pulse rate, and neither do lost samples. Method: virtual units
// whose chip is off by a known share, against the rate of the synthetic finger; and the fit alone, with
// counts made here.

using Pulsegate.Diagnostics;
using Pulsegate.Signal;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Acquisition;

[TestClass]
public sealed class SampleClockTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(20_000)]
    [DataRow(-20_000)]
    [DataRow(45_000)]
    public void ClockError_IsFitted_AndTheRateIsTrueWithinThreeTenthsOfAPercent(int errorPpm)
    {
        foreach (double rate in new[] { 50.0, 75.0, 150.0 })
        {
            using var bench = new LightBench(seed: 51);
            bench.Unit.OximeterChip.ClockErrorPpm = errorPpm;
            bench.Finger.PulseRate = rate;
            bench.Finger.ArrhythmiaPercent = 0;
            bench.Finger.IrregularityPercent = 0;
            bench.Play(65);
            Assert.AreEqual(1, bench.Unit.Counters.Get(Counter.SampleClockFits));
            double sum = 0;
            int count = 0;
            bench.Play(120, reading =>
            {
                sum += reading.IsFresh(Vital.PulseRate) ? reading.Values[Vital.PulseRate] / 10.0 : 0;
                count += reading.IsFresh(Vital.PulseRate) ? 1 : 0;
            });
            Assert.IsTrue(count > 100);
            Assert.AreEqual(rate, sum / count, rate * 0.003, $"{errorPpm} ppm, {rate} /min");
            Assert.AreEqual(errorPpm, bench.Unit.Counters.Get(Counter.SampleClockPpm), 500);
        }
    }

    [TestMethod]
    public void LostSamples_DoNotBiasTheFit()
    {
        using var bench = new LightBench(seed: 52);
        bench.Unit.OximeterChip.ClockErrorPpm = 10_000;
        for (int round = 0; round < 6; round++)
        {
            bench.Play(40);
            bench.Stall(2000);
        }

        Assert.AreEqual(
            0, bench.Unit.Counters.Get(Counter.SampleClockFits), "no whole minute without a loss");
        bench.Unit.OximeterChip.Faults.SkipCount = 1;
        bench.Unit.OximeterChip.Faults.FailCount = 1;
        bench.Play(130);
        Assert.IsTrue(bench.Unit.Counters.Get(Counter.SampleClockFits) >= 1);
        Assert.AreEqual(10_000, bench.Unit.Counters.Get(Counter.SampleClockPpm), 500);
    }

    [TestMethod]
    public void FitIsBounded_AndFollowsSlowly()
    {
        var clock = new SampleClock();
        long nowMs = 0;
        void Run(int samplesASecond, int seconds)
        {
            for (int i = 0; i < seconds; i++)
            {
                nowMs += 1000;
                clock.Take(nowMs, samplesASecond);
            }
        }

        Run(60, 125);
        Assert.AreEqual(0, clock.Fits, "20 % is no clock");
        clock.Restart();
        Run(51, 61);
        Assert.AreEqual(20_000, clock.ErrorPpm);
        Run(50, 60);
        Assert.AreEqual(15_000, clock.ErrorPpm, "a quarter of the way a minute");
        Assert.AreEqual(735, SampleClock.Correct(750, -20_000));
        Assert.AreEqual(0, SampleClock.Correct(2390, 20_000), "beyond 240 /min");
    }
}
