// Goal: a temperature is shown when the probe has settled on a body, and at no other time. Method: emulated
// probes in virtual time that warm and cool as a first-order body does: T(t) = end + (start - end) exp(-t /
// tau).

using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Acquisition;

[TestClass]
public sealed class TemperatureTests
{
    private const double Air = 22;
    private const double Skin = 36.5;

    [TestMethod]
    [DataRow("tmp117", false, 20.0)]
    [DataRow("tmp117", false, 40.0)]
    [DataRow("tmp117", true, 40.0)]
    [DataRow("max30205", false, 30.0)]
    public void ProbePutOn_SettlesBeforeItIsShown_AndComingOff_IsSeenAtOnce(
        string sensor, bool isSkin, double tau)
    {
        using LightBench bench = Bench(sensor, isSkin);
        double now = Air;
        Play(bench, 3, Air, tau, ref now);
        Play(bench, 60, Air, tau, ref now,
            reading => AssertStatus(ReadingStatus.NoFinger, reading, "in air"));
        int firstShown = 0;
        int second = 0;
        Play(bench, 360, Skin, tau, ref now, reading =>
        {
            second++;
            if (reading.IsFresh(Vital.Temperature))
            {
                firstShown = firstShown == 0 ? second : firstShown;
                Assert.AreEqual(Skin, reading.Values[Vital.Temperature] / 100.0, 0.12, $"second {second}");
            }
            else
            {
                Assert.AreEqual(0, firstShown, "once settled it stays");
                Assert.IsFalse(reading.HasValue(Vital.Temperature));
            }
        });
        Assert.IsTrue(firstShown > 2 * tau && firstShown < (6 * tau) + 30, $"shown after {firstShown} s");
        second = 0;
        Play(bench, 300, Air, tau, ref now, reading =>
        {
            second++;
            bool isShown = reading.HasValue(Vital.Temperature);
            Assert.IsTrue(!isShown || second <= 3, $"second {second}: {reading.Values[Vital.Temperature]}");
            Assert.IsTrue(isShown || reading.Statuses[Vital.Temperature] == (byte)ReadingStatus.NoFinger,
                $"second {second}");
        });
        Play(bench, 360, Skin, tau, ref now);
        Assert.IsTrue(bench.Reading.IsFresh(Vital.Temperature), "on again");
    }

    [TestMethod]
    public void FeverThatRises_IsShownThroughout()
    {
        using LightBench bench = Bench("tmp117", isSkin: false);
        double now = 36.5;
        Play(bench, 40, 36.5, 1, ref now);

        // 0.1 °C a minute, as fast as a core changes.
        for (int minute = 1; minute <= 20; minute++)
        {
            double end = 36.5 + (0.1 * minute);
            for (int i = 0; i < 60; i++)
            {
                now += 0.1 / 60;
                Set(bench, now);
                bench.Play(1);
                Assert.AreEqual(
                    now, bench.Reading.Values[Vital.Temperature] / 100.0, 0.03, $"minute {minute}, to {end}");
                Assert.IsTrue(bench.Reading.IsFresh(Vital.Temperature));
            }
        }
    }

    [TestMethod]
    [DataRow(60.0, ReadingStatus.SensorFault)]
    [DataRow(45.5, ReadingStatus.SensorFault)]
    [DataRow(24.0, ReadingStatus.NoFinger)]
    [DataRow(-40.0, ReadingStatus.NoFinger)]
    [DataRow(-300.0, ReadingStatus.NoFinger)]
    [DataRow(300.0, ReadingStatus.SensorFault)]
    public void WhatNoBodyHas_IsNeverShown(double celsius, ReadingStatus expected)
    {
        foreach (string sensor in new[] { "tmp117", "max30205" })
        {
            using LightBench bench = Bench(sensor, isSkin: false);
            Set(bench, celsius);
            bench.Play(5);
            bench.Play(60, reading =>
            {
                Assert.IsFalse(
                    reading.HasValue(Vital.Temperature), $"{sensor}: {reading.Values[Vital.Temperature]}");
                bool isFault = reading.Statuses[Vital.Temperature] == (byte)ReadingStatus.SensorFault;
                Assert.IsTrue(isFault || reading.Statuses[Vital.Temperature] == (byte)expected, sensor);
            });
        }
    }

    [TestMethod]
    public void PowerUpValues_AreNeverShown()
    {
        foreach (string sensor in new[] { "tmp117", "max30205" })
        {
            using LightBench bench = Bench(sensor, isSkin: true);
            Set(bench, 36.6);
            bench.Play(40);
            for (int i = 0; i < 20; i++)
            {
                bench.Unit.Tmp117Chip?.PowerCycle();
                bench.Unit.Max30205Chip?.PowerCycle();
                bench.Play(0.7 + (0.1 * i));
                Assert.IsTrue(
                    !bench.Reading.HasValue(Vital.Temperature)
                        || bench.Reading.Values[Vital.Temperature] is 3659 or 3660, sensor);
            }
        }
    }

    [TestMethod]
    public void ChipThatHasStoppedConverting_IsAFault_NotAFrozenNumber()
    {
        using LightBench bench = Bench("tmp117", isSkin: false);
        bench.Play(60);
        Assert.IsTrue(bench.Reading.IsFresh(Vital.Temperature));
        bench.Unit.Tmp117Chip!.IsStuck = true;
        bench.Play(4);
        bench.Play(10, reading => Assert.IsFalse(reading.IsFresh(Vital.Temperature)));
        bench.Play(60, reading => AssertStatus(ReadingStatus.SensorFault, reading, "stuck"));
        Assert.IsTrue(bench.Unit.Counters.Get(Counter.TemperatureFaults) > 2);
        bench.Unit.Tmp117Chip.IsStuck = false;
        bench.Play(120);
        Assert.IsTrue(bench.Reading.IsFresh(Vital.Temperature));
    }

    private static LightBench Bench(string sensor, bool isSkin) =>
        new(1, new GatewayConfiguration { TemperatureSensor = sensor, IsTemperatureOfSkin = isSkin });

    private static void Play(
        LightBench bench, int seconds, double end, double tau, ref double now, Action<Reading>? look = null)
    {
        for (int i = 0; i < seconds; i++)
        {
            now = end + ((now - end) * Math.Exp(-1 / tau));
            Set(bench, now);
            bench.Play(1, look);
        }
    }

    private static void Set(LightBench bench, double celsius)
    {
        if (bench.Unit.Tmp117Chip is { } tmp117)
        {
            tmp117.MilliCelsius = (int)(celsius * 1000);
        }
        else
        {
            bench.Unit.Max30205Chip!.MilliCelsius = (int)(celsius * 1000);
        }
    }

    private static void AssertStatus(ReadingStatus expected, Reading reading, string when) =>
        Assert.AreEqual((byte)expected, reading.Statuses[Vital.Temperature], when);
}
