// Goal: the chain finds beats and rate on signals that nobody here made. Method: recordings played as counts,
// scored against ECG, chest strap and clinical monitors.

using Pulsegate.Virtual.Ppg;

namespace Pulsegate.Tests.Signal;

[TestClass]
public sealed class RecordingTests
{
    [TestMethod]
    [DataRow("bidmc01", 0.985, 0.95)]
    [DataRow("v102s", 0.965, 0.86)]
    public void HospitalClip_BeatsMatchTheElectrocardiogram(string record, double f1Min, double withinFiveMin)
    {
        double[] reference =
            [.. RecordingData.Table($"physionet_sample/{record}_beats.csv").Select(row => row[0])];
        double[][] excluded = RecordingData.Table($"physionet_sample/{record}_excluded.csv");
        ChainPlayer player = Play($"physionet_sample/{record}.csv", "ppg", invert: false);

        bool IsUsable(double t) => !excluded.Any(span => span[0] <= t && t < span[1]);
        (double f1, double lag) = RecordingData.BestF1(
            [.. player.Beats.Where(IsUsable)], [.. reference.Where(IsUsable)], -0.2, 0.8);
        double near = RecordingData.WithinFive(player, second =>
            excluded.Any(span => span[0] < second + 1 && span[1] > second - 8)
                ? double.NaN : RecordingData.RateAt(reference.Select(t => t + lag), second));

        Assert.IsGreaterThanOrEqualTo(f1Min, f1);
        Assert.IsGreaterThanOrEqualTo(withinFiveMin, near);
    }

    [TestMethod]
    public void PhoneCamera_BeatsMatchTheChestStrap()
    {
        double sum = 0;
        for (int record = 1; record <= 10; record++)
        {
            List<double> reference = [0];
            foreach (double[] row in RecordingData.Table($"welltory/{record:00}_rr.csv"))
            {
                reference.Add(reference[^1] + (row[0] / 1000));
            }

            ChainPlayer player = Play($"welltory/{record:00}.csv", "r", invert: true);
            sum += RecordingData.BestF1(player.Beats, reference, -6, 6).F1;
        }

        Assert.IsGreaterThanOrEqualTo(0.94, sum / 10);
    }

    [TestMethod]
    [DataRow("100001_left")]
    [DataRow("100001_right")]
    [DataRow("100002_left")]
    [DataRow("100002_right")]
    [DataRow("100003_left")]
    [DataRow("100003_right")]
    public void PhoneCameraInHypoxia_RateMatchesFourMonitors(string record)
    {
        string reference = $"phonecam_hypoxia/{record.Split('_')[0]}_ref.csv";
        string[] header = File.ReadLines(RecordingData.Path(reference)).First().Split(',');
        double[][] rows = RecordingData.Table(reference);
        double[] monitors = [.. rows.Select(row => Median(row.Where((_, i) => header[i].StartsWith("pr_"))))];
        ChainPlayer player = Play($"phonecam_hypoxia/{record}.csv", "g", invert: true);

        double At(int t) => t > 10 && t < monitors.Length - 6 ? monitors[t - 1] : double.NaN;
        double near = RecordingData.WithinFive(player, At);

        Assert.IsGreaterThanOrEqualTo(0.89, near);
    }

    [TestMethod]
    [DataRow("physionet_sample/v102s.csv", "ppg", false)]
    [DataRow("welltory/08.csv", "r", true)]
    [DataRow("phonecam_hypoxia/100003_left.csv", "g", true)]
    public void CutRecording_ChangesNothingBeforeTheCut(string name, string column, bool invert)
    {
        const int CutSecond = 40;
        string path = RecordingData.Path(name);
        string cut = Path.Combine(Path.GetTempPath(), $"pulsegate-cut-{Guid.NewGuid():N}.csv");
        File.WriteAllLines(cut, File.ReadLines(path).Where((line, i) =>
            i == 0 || double.Parse(line.Split(',')[0],
                System.Globalization.CultureInfo.InvariantCulture) < CutSecond));
        try
        {
            ChainPlayer whole = new ChainPlayer(new RecordedPpgSource(path, "time_s", column, null, invert))
                .Play(CutSecond - 1);
            ChainPlayer part = new ChainPlayer(new RecordedPpgSource(cut, "time_s", column, null, invert))
                .Play(CutSecond - 1);

            CollectionAssert.AreEqual(whole.Beats, part.Beats);
            for (int i = 0; i < whole.Readings.Count; i++)
            {
                CollectionAssert.AreEqual(whole.Readings[i].Values, part.Readings[i].Values,
                    $"second {i + 1}");
                CollectionAssert.AreEqual(whole.Readings[i].Statuses, part.Readings[i].Statuses,
                    $"second {i + 1}");
            }
        }
        finally
        {
            File.Delete(cut);
        }
    }

    [TestMethod]
    public void EachBeat_IsReportedWithinTwoSeconds()
    {
        ChainPlayer player = Play("physionet_sample/v102s.csv", "ppg", invert: false);
        double latest = player.Beats.Zip(player.ReportedAt, (beat, reported) => reported - beat).Max();

        Assert.IsLessThan(2.0, latest);
    }

    private static ChainPlayer Play(string name, string column, bool invert)
    {
        RecordedPpgSource source = new(RecordingData.Path(name), "time_s", column, null, invert);
        return new ChainPlayer(source).Play(source.DurationMicroseconds / 1e6);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? double.NaN
            : (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
