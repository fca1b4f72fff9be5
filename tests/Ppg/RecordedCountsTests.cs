// Goal: a file of the sensor's raw counts plays as the sensor saw it. Method: the simulated finger is counted
// into a file and replayed beside the finger itself; one published clip of a real MAX30102.

using System.Globalization;
using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Evaluate;
using Pulsegate.Tests.Signal;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Ppg;

[TestClass]
public sealed class RecordedCountsTests
{
    private const int Seconds = 60;
    private string _path = "";

    [TestInitialize]
    public void CreatePath() => _path = Path.Combine(Path.GetTempPath(), $"pulsegate-{Guid.NewGuid():N}.csv");

    [TestCleanup]
    public void DeleteFile() => File.Delete(_path);

    [TestMethod]
    [DataRow(50, 97.0)]
    [DataRow(100, 88.0)]
    public void FingerCountedIntoAFile_GivesTheSameRateAndSpO2(int rowsPerSecond, double spO2)
    {
        SyntheticPpgSource Finger() => new(7) { SpO2 = spO2 };
        ReplayRecord direct = ReplayRecord.Of(Finger(), Seconds, new GatewayConfiguration(), null);
        WriteCounts(Finger(), rowsPerSecond);
        ReplayRecord counted = ReplayRecord.Of(
            new RecordedPpgSource(_path, "", "ir", "red", false, areCounts: true, rowsPerSecond));

        int compared = 0;
        foreach ((ShownSecond one, ShownSecond other) in direct.Seconds.Zip(counted.Seconds).Skip(12))
        {
            Assert.IsNotNull(one.Rate);
            Assert.AreEqual(one.Rate.Value, other.Rate!.Value, 0.5, $"rate at {one.Seconds} s");
            Assert.AreEqual(one.SpO2!.Value, other.SpO2!.Value, 0.3, $"SpO2 at {one.Seconds} s");
            compared++;
        }

        Assert.IsGreaterThan(40, compared);
    }

    [TestMethod]
    public void EachCount_IsWhatTheChipCounts()
    {
        WriteCounts(new SyntheticPpgSource(7), 50);
        var source = new RecordedPpgSource(_path, "", "ir", "red", false, areCounts: true, 50);
        PpgCounts counted = PpgCounts.Of(source, 3, 400);
        string[] rows = File.ReadAllLines(_path);

        // Rows are 20 ms apart and lag by one; in between the light is bridged.
        for (int row = 0; row < 100; row++)
        {
            int index = ((row + 1) * 8) - 1;
            Assert.AreEqual(rows[row + 1], $"{counted.Red[index]},{counted.Infrared[index]}");
        }
    }

    [TestMethod]
    public void ClipOfARealSensor_IsAFinger_AtItsOwnLevel()
    {
        string path = RecordingData.Path("max30102_sample/rf_100samples_25hz.csv");
        var source = new RecordedPpgSource(path, "", "IR", "RED", false, areCounts: true, 25);
        int[] light = new int[PpgLight.Count];
        source.Sample(0, light);

        Assert.IsTrue(source.HasRed);
        Assert.AreEqual(118_545, light[PpgLight.Red] * 6.4 / 15.625, 1);
        Assert.AreEqual(131_500, light[PpgLight.Infrared] * 6.4 / 15.625, 1);
        Assert.IsTrue(ReplayRecord.Of(source).Seconds.All(second
            => second.RateStatus == ReadingStatus.Acquiring));
    }

    [TestMethod]
    public void WhatIsNoCount_IsRefused()
    {
        File.WriteAllLines(_path, ["red,ir", .. Enumerable.Repeat("100000,262144", 100)]);
        RecordingException error = Assert.ThrowsExactly<RecordingException>(()
            => new RecordedPpgSource(_path, "", "ir", "red", false, areCounts: true, 50));
        StringAssert.Contains(error.Message, "column ir: counts are 0 to 262143");
    }

    private void WriteCounts(IPpgSource finger, int rowsPerSecond)
    {
        PpgCounts counts = PpgCounts.Of(finger, Seconds, rowsPerSecond);
        File.WriteAllLines(_path,
        [
            "red,ir", .. counts.Red.Zip(counts.Infrared, (red, infrared)
                => string.Create(CultureInfo.InvariantCulture, $"{red},{infrared}")),
        ]);
    }
}
