// Goal: lamps make no number: neither without a finger, nor with one that has no pulse, nor with a pulse that
// drowns in them. Method: virtual units under flicker of 50 and 60 Hz mains, with chip clocks that bring its
// alias into the pulse band.

using Pulsegate.Diagnostics;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Acquisition;

[TestClass]
public sealed class AmbientLightTests
{
    private static readonly int[] ClockErrorsPpm =
        [0, 3_000, 7_000, 10_000, 12_000, 15_000, 20_000, -8_000, -14_000, -20_000];

    [TestMethod]
    [DataRow(50.0)]
    [DataRow(60.0)]
    public void FlickerWithoutAFinger_ShowsNoRate(double mainsHz)
    {
        foreach (int errorPpm in ClockErrorsPpm)
        {
            foreach (int flicker in new[] { 20_000, 100_000, 1_000_000 })
            {
                using LightBench bench = Lamp(mainsHz, errorPpm, flicker);
                bench.Finger.IsFingerOn = false;
                bench.Play(60, reading =>
                {
                    Assert.IsFalse(
                        reading.HasValue(Vital.PulseRate), $"{mainsHz} Hz, {errorPpm} ppm, {flicker} pA");
                    Assert.IsFalse(reading.HasValue(Vital.SpO2));
                });
            }
        }
    }

    [TestMethod]
    [DataRow(50.0)]
    [DataRow(60.0)]
    public void FlickerOnAnObjectWithoutAPulse_ShowsNoRate(double mainsHz)
    {
        foreach (int errorPpm in ClockErrorsPpm)
        {
            foreach (int flicker in new[] { 20_000, 100_000 })
            {
                using LightBench bench = Lamp(mainsHz, errorPpm, flicker);
                bench.Finger.PerfusionPercent = 0.0001;
                int shown = 0;
                bench.Play(120, reading => shown += reading.HasValue(Vital.PulseRate) ? 1 : 0);
                Assert.AreEqual(0, shown, $"{mainsHz} Hz, {errorPpm} ppm, {flicker} pA");
            }
        }
    }

    [TestMethod]
    [DataRow(50.0)]
    [DataRow(60.0)]
    public void FlickerOnAFinger_LeavesTheRateTrue_OrShowsNone(double mainsHz)
    {
        foreach (int errorPpm in ClockErrorsPpm)
        {
            using LightBench bench = Lamp(mainsHz, errorPpm, 100_000);
            bench.Finger.PerfusionPercent = 0.3;
            bench.Play(120, reading =>
            {
                double rate = reading.Values[Vital.PulseRate] / 10.0;
                Assert.IsTrue(
                    !reading.IsFresh(Vital.PulseRate) || Math.Abs(rate - 80) < 5,
                    $"{mainsHz} Hz, {errorPpm} ppm: {rate}");
                Assert.IsTrue(
                    !reading.IsFresh(Vital.SpO2) || Math.Abs(reading.Values[Vital.SpO2] - 970) <= 30);
            });
        }
    }

    [TestMethod]
    public void AmbientLightBeyondTheChipsCancellation_IsAmbientLight_UntilASecondAfterIt()
    {
        using var bench = new LightBench(seed: 62);
        bench.Play(20);
        Assert.AreEqual(0, bench.Unit.Counters.Get(Counter.AmbientOverflows));
        bench.Finger.AmbientPicoamperes = 150_000;
        bench.Play(12);
        bench.Play(20, reading =>
        {
            Assert.AreEqual((byte)ReadingStatus.AmbientLight, reading.Statuses[Vital.PulseRate]);
            Assert.AreEqual((byte)ReadingStatus.AmbientLight, reading.Statuses[Vital.SpO2]);
        });
        Assert.IsTrue(bench.Unit.Counters.Get(Counter.AmbientOverflows) > 100);
        bench.Finger.AmbientPicoamperes = 0;
        bench.Play(10);
        Assert.IsTrue(bench.Reading.IsFresh(Vital.SpO2));
    }

    private static LightBench Lamp(double mainsHz, int errorPpm, int flicker)
    {
        var bench = new LightBench(seed: 61);
        bench.Unit.OximeterChip.ClockErrorPpm = errorPpm;
        bench.Finger.MainsHz = mainsHz;
        bench.Finger.FlickerPicoamperes = flicker;
        bench.Finger.PulseRate = 80;
        return bench;
    }
}
