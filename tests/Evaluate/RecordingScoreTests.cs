// Goal: `evaluate` gives the figures that an independent scorer gives, and pictures that open. Method:
// score.py beside the test data reads what `replay` prints; both outputs are compared number by number.

using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using Pulsegate.Evaluate;
using Pulsegate.Tests.Signal;

namespace Pulsegate.Tests.Evaluate;

[TestClass]
public sealed class RecordingScoreTests
{
    private static readonly string Command = Path.Combine(AppContext.BaseDirectory, "pulsegate.dll");

    [TestMethod]
    public void EveryFigure_EqualsTheIndependentScorersToThreeDecimals()
    {
        string data = DataFolder();
        string scorer = Path.GetFullPath(Path.Combine(data, "..", "tools", "score.py"));
        if (!File.Exists(scorer))
        {
            Assert.Inconclusive("The independent scorer tools/score.py is not beside the test data.");
        }

        string[] expected = Run("python3", scorer, data, "--run", $"dotnet '{Command}' replay");
        string[] actual = Run("dotnet", Command, "evaluate", data);

        Assert.IsGreaterThan(10, expected.Length);
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            string[] wanted = expected[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] found = actual[i].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.HasCount(wanted.Length, found, actual[i]);
            for (int column = 0; column < wanted.Length; column++)
            {
                // Where a figure lies between two roundings the last digit may differ.
                if (column > 1 && double.TryParse(wanted[column], CultureInfo.InvariantCulture,
                    out double figure)
                    && wanted[column] != found[column])
                {
                    double step = wanted[column].Contains('.') && figure < 2 ? 0.001 : 0.1;
                    double given = double.Parse(found[column], CultureInfo.InvariantCulture);
                    Assert.AreEqual(figure, given, step * 1.01, actual[i]);
                }
                else
                {
                    Assert.AreEqual(wanted[column], found[column], actual[i]);
                }
            }
        }
    }

    [TestMethod]
    public void Picture_HoldsOneTickABeat()
    {
        string data = DataFolder();
        ReferenceRecording recording = ReferenceRecording.In(data).First(one
            => one is { Set: "welltory", Name: "02" });
        ReplayRecord replay = ReplayRecord.Of(recording.Open());
        RecordingScore score = recording.Score(replay.Beats, replay.Rates);

        XElement svg = XDocument.Parse(RecordingPlot.Of(recording, replay, score)).Root!;

        int ticks = svg.Elements().Count(element => (string?)element.Attribute("stroke") == "#f88");
        Assert.AreEqual(replay.Beats.Count(beat => beat >= recording.Open().StartSeconds), ticks);
    }

    [TestMethod]
    public void BeatsOneLagAway_ScoreOne_AndTheLagIsFound()
    {
        double[] reference = [.. Enumerable.Range(0, 60).Select(i => (i * 0.83) + (0.1 * Math.Sin(i)))];
        double[] found = [.. reference.Select(beat => beat + 0.42)];

        BeatScore score = BeatScore.Best(found, reference, -0.2, 0.8, 0.02);

        Assert.AreEqual(1.0, score.F1);
        Assert.AreEqual(0.42, score.LagSeconds, BeatScore.ToleranceSeconds);
        Assert.AreEqual(0, BeatScore.Best([], reference, -0.2, 0.8, 0.02).F1);
    }

    [TestMethod]
    public void RateScore_CountsShownAndNear()
    {
        (double, double?)[] readings = [(1, 70), (2, null), (3, 76), (4, 60)];

        RateScore score = RateScore.Of(readings, second => second > 3 ? null : 70);

        Assert.AreEqual(new RateScore(3, 2 / 3.0, 1 / 3.0, 0.5), score);
    }

    private static string DataFolder()
        => Path.GetDirectoryName(Path.GetDirectoryName(RecordingData.Path("welltory/02.csv")))!;

    private static string[] Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
