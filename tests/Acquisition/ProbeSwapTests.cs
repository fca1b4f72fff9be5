// Goal: a board whose red and infrared are swapped is found, and gives no saturation of the wrong colour.
// Method: a virtual unit in virtual time over a chip with swapped dies.

using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Acquisition;

[TestClass]
public sealed class ProbeSwapTests
{
    [TestMethod]
    [DataRow(96.0)]
    [DataRow(99.0)]
    public void SwappedBoard_IsFoundOnAHealthyFinger_AndSpO2IsRefused(double spO2)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            using var bench = new LightBench(seed);
            bench.Unit.OximeterChip.IsRedInfraredSwapped = true;
            bench.Finger.SpO2 = spO2;
            bench.Finger.PulseRate = 45 + (10 * seed);
            bench.Play(
                30, reading => Assert.IsFalse(reading.HasValue(Vital.SpO2), $"second {bench.Seconds}"));
            Assert.AreEqual(
                (byte)ReadingStatus.SensorFault, bench.Reading.Statuses[Vital.SpO2], $"seed {seed}");
            Assert.AreEqual(1, bench.Unit.Counters.Get(Counter.ProbeSwapped));
            Assert.IsTrue(bench.Reading.IsFresh(Vital.PulseRate), "both colours have the pulse");

            // It is the board's, and not the patient's: a ratio that could be one of blood changes nothing.
            bench.Finger.SpO2 = 72;
            bench.Play(30, reading => Assert.IsFalse(reading.HasValue(Vital.SpO2)));
        }
    }

    [TestMethod]
    public void SwappedBoard_WithTheSettingForIt_ReadsTheTruth()
    {
        using var bench = new LightBench(1, new GatewayConfiguration { IsRedInfraredSwapped = true });
        Assert.IsTrue(bench.Unit.OximeterChip.IsRedInfraredSwapped);
        bench.Play(30);
        Assert.AreEqual(97, bench.Reading.Values[Vital.SpO2] / 10.0, 1);
        Assert.AreEqual(0, bench.Unit.Counters.Get(Counter.ProbeSwapped));
    }

    [TestMethod]
    [DataRow(100.0, 0.0)]
    [DataRow(70.0, 0.0)]
    [DataRow(97.0, 1.5)]
    public void RightBoard_IsNeverTakenForASwappedOne(double spO2, double motion)
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            using var bench = new LightBench(seed);
            bench.Finger.SpO2 = spO2;
            bench.Finger.MotionShare = motion;
            bench.Finger.MotionRatio = 1.4;
            bench.Play(90);
            Assert.AreEqual(0, bench.Unit.Counters.Get(Counter.ProbeSwapped), $"seed {seed}");
        }
    }
}
