// Goal: what is written for a second before T does not change when the recording is cut at T. Method:
// recordings, whole and cut early and late, through emulated chip, driver and firmware as `replay` plays
// them.

using System.Globalization;
using Pulsegate.Configuration;
using Pulsegate.Tests.Signal;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Replay;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Ppg;

[TestClass]
public sealed class CausalityTests
{
    [TestMethod]
    [DataRow("physionet_sample/bidmc01.csv", "ppg", false, 1.1)]
    [DataRow("physionet_sample/bidmc01.csv", "ppg", false, 2)]
    [DataRow("physionet_sample/bidmc01.csv", "ppg", false, 3)]
    [DataRow("physionet_sample/bidmc01.csv", "ppg", false, 37)]
    [DataRow("physionet_sample/bidmc01.csv", "ppg", false, 150)]
    [DataRow("welltory/05.csv", "r", true, 1.1)]
    [DataRow("welltory/05.csv", "r", true, 2)]
    [DataRow("welltory/05.csv", "r", true, 3)]
    [DataRow("welltory/09.csv", "r", true, 1.5)]
    [DataRow("welltory/07.csv", "r", true, 25)]
    [DataRow("welltory/07.csv", "r", true, 55)]
    [DataRow("phonecam_hypoxia/100001_left.csv", "g", true, 1.1)]
    [DataRow("phonecam_hypoxia/100001_left.csv", "g", true, 2)]
    [DataRow("phonecam_hypoxia/100001_left.csv", "g", true, 3)]
    [DataRow("phonecam_hypoxia/100001_left.csv", "g", true, 61)]
    [DataRow("phonecam_hypoxia/100001_left.csv", "g", true, 300)]
    public void CuttingAtT_ChangesNoLineOfAnEarlierSecond(string name, string column, bool invert,
        double cutSeconds)
        => AssertCausal([.. File.ReadLines(RecordingData.Path(name))], column, null, invert, cutSeconds);

    // Red has a level in its first second and none in its first three: its scale is revised.
    [TestMethod]
    [DataRow(1.1)]
    [DataRow(2)]
    [DataRow(2.6)]
    [DataRow(3)]
    [DataRow(3.5)]
    [DataRow(12)]
    public void CuttingAColumnThatIsScaledTwice_ChangesNoLineOfAnEarlierSecond(double cutSeconds)
    {
        static double Pulse(double seconds) => Math.Sin(2 * Math.PI * 2.5 * seconds);
        string[] lines =
        [
            "time_s,ir,red", .. Enumerable.Range(0, 1500).Select(i => i / 50.0).Select(t => string.Create(
                CultureInfo.InvariantCulture,
                $"{t:F2},{200 + (3 * Pulse(t)):F4},{100 + ((t < 1.2 ? 2 : 60) * Pulse(t)):F4}")),
        ];
        AssertCausal(lines, "ir", "red", true, cutSeconds);
    }

    // The column begins late: its first second is not the recording's.
    [TestMethod]
    [DataRow(4.9)]
    [DataRow(5)]
    [DataRow(5.6)]
    [DataRow(12)]
    public void CuttingAColumnThatBeginsEmpty_ChangesNoLineOfAnEarlierSecond(double cutSeconds)
    {
        string[] lines =
        [
            "time_s,ir", .. Enumerable.Range(0, 1500).Select(i => i / 50.0).Select(t => string.Create(
                CultureInfo.InvariantCulture,
                $"{t:F2},{(t < 4.3 ? "" : (200 + (3 * Math.Sin(2 * Math.PI * 1.1 * t))).ToString("F4", null))}")),
        ];
        AssertCausal(lines, "ir", null, true, cutSeconds);
    }

    private static void AssertCausal(string[] lines, string infrared, string? red, bool invert,
        double cutSeconds)
    {
        string path = Path.Combine(Path.GetTempPath(), $"pulsegate-causality-{Guid.NewGuid():N}.csv");
        try
        {
            string[] whole = Written();
            lines = [.. lines.Where((line, i) => i == 0
                || double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture) < cutSeconds)];
            string[] part = Written();

            Assert.HasCount((int)Math.Ceiling(cutSeconds) - 1, part.Where(line => line.Contains("reading")));
            CollectionAssert.AreEqual(whole[..part.Length], part);
        }
        finally
        {
            File.Delete(path);
        }

        string[] Written()
        {
            File.WriteAllLines(path, lines);
            var source = new RecordedPpgSource(path, "time_s", infrared, red, invert);
            var listener = new Listener(source);
            RecordingReplay.Play(source, new GatewayConfiguration(), listener);
            return [.. listener.Written];
        }
    }

    private sealed class Listener(RecordedPpgSource source) : IReplayListener
    {
        public List<string> Written { get; } = [];

        public void OnReading(double seconds, Reading reading) => Written.Add(
            $"{seconds:F3} reading {string.Join(' ', reading.Values)} {string.Join(' ', reading.Statuses)} "
            + $"{string.Join(' ', reading.AgesMs)} {reading.RatioMilli} {reading.AfterDiscontinuity} "
            + $"{source.HasRed}");

        public void OnBeat(double seconds) => Written.Add($"{seconds:F3} beat");

        public void OnAlarm(double seconds, int condition, bool isRaised)
            => Written.Add($"{seconds:F3} {condition} {isRaised}");
    }
}
