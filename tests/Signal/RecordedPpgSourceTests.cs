// Goal: a recording becomes light causally and at a sensible scale, and a bad file is refused in one clear
// line. Method: small files.

using System.Globalization;
using System.Text;
using Iot.Device.Max3010x.Emulator;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Signal;

[TestClass]
public sealed class RecordedPpgSourceTests
{
    private string _path = "";

    [TestInitialize]
    public void CreatePath() => _path = Path.Combine(Path.GetTempPath(), $"pulsegate-{Guid.NewGuid():N}.csv");

    [TestCleanup]
    public void DeleteFile() => File.Delete(_path);

    [TestMethod]
    [DataRow("", "is empty")]
    [DataRow("time_s,ppg\n", "0 rows")]
    [DataRow("time_s,ir\n0,1\n1,2\n", "no column ppg")]
    [DataRow("when,ppg\n0,1\n1,2\n", "no column time_s")]
    [DataRow("time_s,ppg\n0,1\n1,two\n", "line 3, column ppg")]
    [DataRow("time_s,ppg\n0,1\n1,1e999\n", "line 3, column ppg")]
    [DataRow("time_s,ppg\n0,1\n1\n", "line 3 has 1 cells")]
    [DataRow("time_s,ppg\n0,1\n2,1\n1,1\n", "line 4, column time_s")]
    [DataRow("time_s,ppg\n0,1\n,1\n", "line 3, column time_s")]
    [DataRow("time_s,ppg\n0,\n1,nan\n", "column ppg has no number")]
    public void BadFile_IsRefusedInOneLine(string text, string expected)
    {
        File.WriteAllText(_path, text);
        RecordingException error = Assert.ThrowsExactly<RecordingException>(() => Open(invert: false));

        StringAssert.Contains(error.Message, expected);
        StringAssert.StartsWith(error.Message, _path);
        Assert.DoesNotContain('\n', error.Message);
    }

    [TestMethod]
    public void MissingFile_IsRefused()
    {
        RecordingException error = Assert.ThrowsExactly<RecordingException>(() => Open(invert: false));
        StringAssert.Contains(error.Message, "cannot be read");
    }

    [TestMethod]
    public void SignalWithoutALevel_GetsAPedestal_AndFallsAsBloodRises()
    {
        Write(t => Math.Sin(2 * Math.PI * t));
        (double mean, double swing) = Measure(Open(invert: false), 3, 10, out double atRise);

        Assert.AreEqual(0.02, swing / mean, 0.005);
        Assert.IsLessThan(mean, atRise, "light is low where the column is high");
    }

    // One slow beat: its first second is flat, and would pass for a level of its own.
    [TestMethod]
    public void SlowPulseThatBeginsFlat_GetsItsScaleAfterThreeSeconds()
    {
        Write(t => 0.4 + (0.01 * Math.Sin(2 * Math.PI * t)) + (0.3 * Math.Max(0, -Math.Sin(Math.PI * t))));
        RecordedPpgSource source = Open(invert: false);
        (double mean, double swing) = Measure(source, 3, 10, out _);

        Assert.AreEqual(0.02, swing / mean, 0.01);
    }

    [TestMethod]
    public void CameraSignal_KeepsItsOwnPerfusion()
    {
        Write(t => 200 - (3 * Math.Sin(2 * Math.PI * t)));
        (double mean, double swing) = Measure(Open(invert: true), 3, 10, out double atRise);

        Assert.AreEqual(0.03, swing / mean, 0.002);
        Assert.IsLessThan(mean, atRise, "light falls with the camera's intensity");
    }

    [TestMethod]
    public void FlatStart_AndGaps_AreSurvived()
    {
        Write(t => t < 5 ? 0 : t is > 12 and < 14 ? double.NaN : Math.Sin(2 * Math.PI * t), seconds: 20);
        (_, double flat) = Measure(Open(invert: false), 0, 5, out _);
        (double mean, double swing) = Measure(Open(invert: false), 14.5, 19, out _);

        Assert.AreEqual(0, flat);
        Assert.AreEqual(0.03, swing / mean, 0.02);
    }

    [TestMethod]
    public void LightAtAMoment_UsesNoLaterRow()
    {
        Write(t => Math.Sin(2 * Math.PI * t));
        int[] whole = Light(Open(invert: false), 7);
        Write(t => t > 7 ? 1000 : Math.Sin(2 * Math.PI * t));

        CollectionAssert.AreEqual(whole, Light(Open(invert: false), 7));
    }

    [TestMethod]
    public void WithoutARedColumn_RedIsDerived_AndSaysSo()
    {
        Write(t => Math.Sin(2 * Math.PI * t));
        RecordedPpgSource source = Open(invert: false);

        Assert.IsFalse(source.HasRed);
        Assert.AreEqual(33_000, source.DelayMicroseconds, 1500);
    }

    private RecordedPpgSource Open(bool invert) => new(_path, "time_s", "ppg", null, invert);

    private void Write(Func<double, double> value, double seconds = 12)
    {
        StringBuilder text = new("time_s,ppg\n");
        for (double t = 0; t < seconds; t += 1 / 30.0)
        {
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{t:0.000},{value(t):0.0000}"));
        }

        File.WriteAllText(_path, text.ToString());
    }

    private static int[] Light(RecordedPpgSource source, double seconds)
    {
        int[] light = new int[PpgLight.Count];
        List<int> all = [];
        for (long t = 0; t < seconds * 1e6; t += 2500)
        {
            source.Sample(t, light);
            all.Add(light[PpgLight.Infrared]);
        }

        return [.. all];
    }

    private static (double Mean, double Swing) Measure(RecordedPpgSource source, double from, double to,
        out double atRise)
    {
        int[] all = Light(source, to);
        int[] part = all[(int)(from * 400)..];
        atRise = all[Math.Min(all.Length - 1, (int)(((int)from + 0.28) * 400))];
        return (part.Average(), part.Max() - part.Min());
    }
}
