// Goal: every value has an honest status and age. Method: a monitor fed by hand, with samples and without.

using Pulsegate.Signal;
using Pulsegate.Tests.Signal;
using Pulsegate.Vitals;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Vitals;

[TestClass]
public sealed class VitalsMonitorTests
{
    [TestMethod]
    public void SamplesStop_ValuesAgeThenAreGone()
    {
        ChainPlayer player = new ChainPlayer(new SyntheticPpgSource(seed: 31)).Play(20);
        Reading reading = new();
        for (int second = 21; second <= 31; second++)
        {
            player.Monitor.SetSensorFault();
            player.Monitor.Update(second * 1000, reading);
            int ageMs = (second - 20) * 1000;
            Assert.IsFalse(reading.IsFresh(Vital.PulseRate));
            Assert.IsTrue(reading.AfterDiscontinuity);
            Assert.AreEqual(ageMs < 10_000, reading.HasValue(Vital.PulseRate), $"age {ageMs}");
            Assert.AreEqual(ageMs < 10_000 ? ageMs : 0, reading.AgesMs[Vital.PulseRate]);
        }

        Assert.AreEqual((byte)ReadingStatus.SensorFault, reading.Statuses[Vital.SpO2]);
        Assert.AreEqual(0, reading.Values[Vital.SpO2]);
    }

    [TestMethod]
    public void Temperature_AgesAndFails()
    {
        VitalsMonitor monitor = new(new SignalChain());
        Reading reading = new();
        monitor.Update(1000, reading);
        Assert.AreEqual((byte)ReadingStatus.Acquiring, reading.Statuses[Vital.Temperature]);

        monitor.SetTemperature(3712);
        monitor.Update(2000, reading);
        Assert.IsTrue(reading.IsFresh(Vital.Temperature));
        Assert.AreEqual(3712, reading.Values[Vital.Temperature]);

        monitor.SetTemperatureAbsent(ReadingStatus.SensorFault);
        monitor.Update(4000, reading);
        Assert.AreEqual((byte)ReadingStatus.Stale, reading.Statuses[Vital.Temperature]);
        Assert.AreEqual(2000, reading.AgesMs[Vital.Temperature]);

        monitor.Update(12_000, reading);
        Assert.AreEqual((byte)ReadingStatus.SensorFault, reading.Statuses[Vital.Temperature]);
    }

    [TestMethod]
    [DataRow(1, 3000)]
    [DataRow(2, 7000)]
    [DataRow(3, 9000)]
    [DataRow(20, 9000)]
    public void WhatWasMeasuredBriefly_IsHeldBriefly(int measuredSeconds, int oldestMs)
    {
        VitalsMonitor monitor = new(new SignalChain());
        Reading reading = new();
        for (int second = 1; second <= measuredSeconds; second++)
        {
            monitor.SetTemperature(3712);
            monitor.Update(second * 1000, reading);
        }

        for (int ageMs = 1000; ageMs <= 12_000; ageMs += 1000)
        {
            monitor.Update((measuredSeconds * 1000) + ageMs, reading);
            Assert.AreEqual(ageMs <= oldestMs, reading.HasValue(Vital.Temperature), $"age {ageMs} ms");
        }
    }

    [TestMethod]
    public void NothingOnTheSensor_SaysSo()
    {
        ChainPlayer player = new ChainPlayer(new SyntheticPpgSource(seed: 32) { IsFingerOn = false }).Play(3);
        Assert.AreEqual((byte)ReadingStatus.NoFinger, player.Readings[^1].Statuses[Vital.SpO2]);
    }

    [TestMethod]
    public void FingerJustOn_IsAcquiring()
    {
        ChainPlayer player = new ChainPlayer(new SyntheticPpgSource(seed: 33)).Play(2);
        Assert.AreEqual((byte)ReadingStatus.Acquiring, player.Readings[^1].Statuses[Vital.SpO2]);
    }

    [TestMethod]
    public void PulselessObject_IsLowPerfusion()
    {
        ChainPlayer player = new ChainPlayer(new SyntheticPpgSource(seed: 34) { PerfusionPercent = 0.0001 })
            .Play(30);
        Assert.AreEqual((byte)ReadingStatus.LowPerfusion, player.Readings[^1].Statuses[Vital.PulseRate]);
    }

    [TestMethod]
    public void BroadbandMotion_IsCalledMotion_WhereNoRateIsShown()
    {
        ChainPlayer player = new ChainPlayer(new SyntheticPpgSource(seed: 35) { MotionShare = 1.5 })
            .Play(120);
        int motion =
            player.Readings.Count(reading => reading.Statuses[Vital.PulseRate] == (byte)ReadingStatus.Motion);
        Assert.IsGreaterThan(3, motion);
    }
}
