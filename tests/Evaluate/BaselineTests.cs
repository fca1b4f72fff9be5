// Goal: the baselines are what was published, neither better nor worse. Method: pulses of known rate and
// ratio, the faults that they are known for, and the figures measured on the same recordings with other
// implementations.

using Pulsegate.Bench.Baselines;
using Pulsegate.Evaluate;
using Pulsegate.Tests.Signal;
using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Evaluate;

[TestClass]
public sealed class BaselineTests
{
    [TestMethod]
    [DataRow("RD117", 60)]
    [DataRow("RD117", 75)]
    [DataRow("RF", 50)]
    [DataRow("RF", 75)]
    [DataRow("RF", 150)]
    public void SmoothPulse_RateIsFound(string method, int rate)
    {
        (int[] rates, _) = Run(method, Sine(rate, 3000));

        // One sample more or less in the period is 3 % at 50 /min and 10 % at 150.
        Assert.AreEqual(rate * 10, rates[^1], rate * rate / 15.0);
    }

    [TestMethod]
    public void Rd117_FindsEachBeatOnce()
    {
        (_, int[] beats) = Run("RD117", Sine(60, 3000));
        int[] distances = [.. beats.Skip(1).Zip(beats, (later, earlier) => later - earlier)];

        // a minute's 60, less the edges of the first and last window
        Assert.IsInRange(56, 58, beats.Length);
        Assert.IsInRange(24, 26, distances.Min());
        Assert.IsInRange(24, 26, distances.Max());
    }

    [TestMethod]
    public void Rd117_CountsTheDicroticWaveOfALargePulse()
    {
        // Known of the method: its threshold of 30 to 60 counts is far below a pulse of thousands.
        int[] counts = Counts(60, t => 130_000 - (3000 * (Math.Sin(t) + (1.2 * Math.Sin(2 * t)))));

        Assert.IsGreaterThan(900, Run("RD117", counts).Rates[^1]);
    }

    [TestMethod]
    public void RatioOfRedToInfrared_IsThatOfTheSignal()
    {
        var rd117 = new Rd117();
        var rf = new Rf();
        int[] red = Counts(75, t => 100_000 + (1000 * Math.Sin(t)));          // 1 % of the level
        int[] infrared = Counts(75, t => 130_000 + (2600 * Math.Sin(t)));     // 2 %
        for (int second = 0; second < 8; second++)
        {
            rd117.Process(red, infrared, second * BaselineRun.SampleRateHz);
            rf.Process(red, infrared, second * BaselineRun.SampleRateHz);
        }

        Assert.AreEqual(500, rd117.RatioMilli, 25);
        Assert.AreEqual(500, rf.RatioMilli, 10);
    }

    [TestMethod]
    public void Rf_ChannelsThatDoNotCorrelate_GiveNothing()
    {
        var rf = new Rf();
        int[] red = Counts(75, t => 100_000 + (1000 * Math.Cos(t)));
        int[] infrared = Sine(75, 2000);
        for (int second = 0; second < 8; second++)
        {
            rf.Process(red, infrared, second * BaselineRun.SampleRateHz);
        }

        Assert.AreEqual(0, rf.RateDeci);
    }

    // Error and coverage on the phone camera in hypoxia, from other implementations of the two methods.
    [TestMethod]
    [DataRow("RD117", 10.1, 1.00)]
    [DataRow("RF", 2.2, 0.91)]
    public void OnRecordings_AsGoodAsOtherImplementations(string method, double meanError, double coverage)
    {
        string one = RecordingData.Path("phonecam_hypoxia/100001_left.csv");
        string data = Path.GetDirectoryName(Path.GetDirectoryName(one))!;
        List<RecordingScore> scores = [];
        foreach (ReferenceRecording recording in ReferenceRecording.In(data)
            .Where(recording => recording.Set == "phonecam"))
        {
            RecordedPpgSource light = recording.Open();
            int seconds = (int)(light.DurationMicroseconds / 1_000_000);
            (int[] rates, _) = Run(method, PpgCounts.Of(light, seconds, BaselineRun.SampleRateHz).Infrared);
            scores.Add(recording.Score(
                [], rates.Select((rate, i) => (i + 1.0, rate > 0 ? rate / 10.0 : (double?)null))));
        }

        RecordingScore mean = RecordingScore.Mean(scores);
        Assert.AreEqual(meanError, mean.MeanError!.Value, 0.1 * meanError);
        Assert.AreEqual(coverage, mean.Coverage!.Value, 0.02);
    }

    private static (int[] Rates, int[] Beats) Run(string method, int[] counts)
    {
        int[] rates = new int[counts.Length / BaselineRun.SampleRateHz];
        int[] beats = new int[counts.Length];
        int found = BaselineRun.Run(method, counts, counts, rates, beats);
        return (rates, beats[..found]);
    }

    private static int[] Sine(int rate, double height) => Counts(rate, t => 130_000 + (height * Math.Sin(t)));

    // A minute at 25 samples a second; t is the phase of the pulse.
    private static int[] Counts(int rate, Func<double, double> value)
        => [.. Enumerable.Range(0, 60 * BaselineRun.SampleRateHz)
            .Select(i => (int)value(2 * Math.PI * rate / 60 * i / BaselineRun.SampleRateHz))];
}
