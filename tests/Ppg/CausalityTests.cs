// Goal: what is written for a second before T does not change when the recording is cut at T. Method: three
// recordings, whole and cut at two places, through emulated chip, driver and firmware as `replay` plays them.

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
    [DataRow("physionet_sample/bidmc01.csv", "ppg", false, 37)]
    [DataRow("physionet_sample/bidmc01.csv", "ppg", false, 150)]
    [DataRow("welltory/07.csv", "r", true, 25)]
    [DataRow("welltory/07.csv", "r", true, 55)]
    [DataRow("phonecam_hypoxia/100001_left.csv", "g", true, 61)]
    [DataRow("phonecam_hypoxia/100001_left.csv", "g", true, 300)]
    public void CuttingAtT_ChangesNoLineOfAnEarlierSecond(string name, string column, bool invert,
        int cutSecond)
    {
        string path = RecordingData.Path(name);
        string cut = Path.Combine(Path.GetTempPath(), $"pulsegate-causality-{Guid.NewGuid():N}.csv");
        File.WriteAllLines(cut, File.ReadLines(path).Where((line, i) => i == 0
            || double.Parse(line.Split(',')[0],
                System.Globalization.CultureInfo.InvariantCulture) < cutSecond));
        try
        {
            string[] whole = Lines(path);
            string[] part = Lines(cut);

            Assert.IsGreaterThan(cutSecond, part.Length);
            CollectionAssert.AreEqual(whole, part);
        }
        finally
        {
            File.Delete(cut);
        }

        // A line for a second before T: a reading, beat or alarm at a time below T, as far as both runs got
        // to report it.
        string[] Lines(string file)
        {
            var lines = new Listener(cutSecond);
            RecordingReplay.Play(new RecordedPpgSource(file, "time_s", column, null, invert),
                new GatewayConfiguration(), lines);
            return [.. lines.Written];
        }
    }

    private sealed class Listener(int beforeSecond) : IReplayListener
    {
        private bool _isOver;

        public List<string> Written { get; } = [];

        public void OnReading(double seconds, Reading reading)
        {
            _isOver |= seconds >= beforeSecond;
            Add(
                $"{seconds:F3} {string.Join(' ', reading.Values)} {string.Join(' ', reading.Statuses)} "
                + $"{string.Join(' ', reading.AgesMs)} {reading.RatioMilli} {reading.AfterDiscontinuity}");
        }

        public void OnBeat(double seconds) => Add($"{seconds:F3} beat");

        public void OnAlarm(double seconds, int condition, bool isRaised)
            => Add($"{seconds:F3} {condition} {isRaised}");

        // Once the reading of second T has come, later beats may belong to either side of the cut.
        private void Add(string line)
        {
            if (!_isOver)
            {
                Written.Add(line);
            }
        }
    }
}
