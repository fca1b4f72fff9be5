// Goal: the averaging time of SpO2 that is configured is the one that is used, and consumers are told which.
// Method: a virtual unit in virtual time, and `replay` as a process, over a finger whose saturation falls.

using System.Text;
using System.Text.Json;
using Pulsegate.Configuration;
using Pulsegate.Evaluate.Simulated;
using Pulsegate.Ingest.Format;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Commands;
using Pulsegate.Tests.EndToEnd;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Acquisition;

[TestClass]
public sealed class AveragingTests
{
    private const int FallsAtSecond = 40, Seconds = 60;
    private const int RowRateHz = 50;
    private const double ShownPercentMax = 86.2;   // of a fall from 97 to 85 %, nine tenths

    [TestMethod]
    public void FallOfSaturation_IsShownSoonerWithFourSecondsThanWithEight()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            int usual = SecondsToShow(seed, 8);
            int fast = SecondsToShow(seed, 4);
            Assert.IsInRange(5, 7, usual, $"seed {seed}");
            Assert.IsInRange(3, usual - 1, fast, $"seed {seed}");
        }
    }

    [TestMethod]
    [DataRow(8, 0.1, 0.35)]
    [DataRow(4, 0.1, 0.45)]
    [DataRow(8, 1.0, 0.1)]
    [DataRow(4, 1.0, 0.1)]
    public void SteadySaturation_IsAsSteadyAsDocumented(int seconds, double perfusionPercent, double errorMax)
    {
        double squares = 0;
        int shown = 0;
        for (int percent = 72; percent <= 100; percent += 4)
        {
            GatewayConfiguration configuration = SimulatedScene.Calibrated();
            configuration.SpO2AveragingSeconds = seconds;
            using var bench = new LightBench(percent, configuration);
            bench.Finger.SpO2 = percent;
            bench.Finger.PerfusionPercent = perfusionPercent;
            bench.Play(15);
            bench.Play(60, reading =>
            {
                Assert.IsTrue(reading.IsFresh(Vital.SpO2), $"{percent} %, second {bench.Seconds}");
                double error = (reading.Values[Vital.SpO2] / 10.0) - percent;
                squares += error * error;
                shown++;
            });
        }

        Assert.IsLessThanOrEqualTo(errorMax, Math.Sqrt(squares / shown));
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(4)]
    public void HealthMessage_TellsTheAveragingTime(int seconds)
    {
        using var unit = new CommandFixture();
        unit.Configuration.SpO2AveragingSeconds = seconds;
        byte[] text = unit.Unit.Telemetry.TakeHealth(1);
        Assert.IsTrue(
            new BatchVerifier(unit.Keys)
                .TryVerify(text, TestKeys.Device, "health", out VerifiedRecord? health, out string reason),
            reason);
        Assert.AreEqual((long)seconds, health!.Fields["spo2AveragingSeconds"]);
    }

    [TestMethod]
    public void Replay_TakesTheAveragingTimeFromItsConfiguration()
    {
        string folder = Directory.CreateTempSubdirectory("pulsegate-averaging-").FullName;
        try
        {
            string recording = Path.Combine(folder, "fall.csv");
            WriteFall(recording);
            int usual = SecondsToFollow(folder, recording, """{"spo2AveragingSeconds":8}""");
            int fast = SecondsToFollow(folder, recording, """{"spo2AveragingSeconds":4}""");
            Assert.IsInRange(5, 7, usual);
            Assert.IsInRange(3, usual - 1, fast);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // From the fall to the first second in which at least nine tenths of it are shown.
    private static int SecondsToShow(int seed, int averagingSeconds)
    {
        using var bench = new LightBench(
            seed, new GatewayConfiguration { SpO2AveragingSeconds = averagingSeconds });
        bench.Play(FallsAtSecond);
        Assert.AreEqual(970, bench.Reading.Values[Vital.SpO2], 10);
        bench.Finger.SpO2 = 85;
        int shownAfter = 0;
        int second = 0;
        bench.Play(Seconds - FallsAtSecond, reading =>
        {
            second++;
            bool isShown = reading.IsFresh(Vital.SpO2)
                && reading.Values[Vital.SpO2] / 10.0 <= ShownPercentMax;
            shownAfter = shownAfter == 0 && isShown ? second : shownAfter;
        });
        return shownAfter;
    }

    private static void WriteFall(string path)
    {
        var scene = new SimulatedScene(seed: 1);
        scene.At(FallsAtSecond, finger => finger.SpO2 = 85);
        PpgCounts counts = PpgCounts.Of(scene, Seconds, RowRateHz);
        var rows = new StringBuilder("time_s,red,ir\n");
        for (int i = 0; i < counts.Red.Length; i++)
        {
            double seconds = i / (double)RowRateHz;
            rows.Append(FormattableString.Invariant(
                $"{seconds:0.00},{counts.Red[i]},{counts.Infrared[i]}\n"));
        }

        File.WriteAllText(path, rows.ToString());
    }

    private static int SecondsToFollow(string folder, string recording, string settings)
    {
        string configuration = Path.Combine(folder, "configuration.json");
        File.WriteAllText(configuration, settings);
        (int exitCode, string output, string error) = CommandProcess.Run(
            TimeSpan.FromMinutes(3), "replay", recording, "--ir", "ir", "--red", "red", "--invert",
            "--configuration", configuration);
        Assert.AreEqual(0, exitCode, error);
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            JsonElement told = JsonDocument.Parse(line).RootElement;
            if (told.GetProperty("kind").GetString() == "reading"
                && told.GetProperty("t").GetDouble() is var second && second > FallsAtSecond
                && told.GetProperty("spo2Status").GetString() != "Stale"
                && told.GetProperty("spo2") is { ValueKind: JsonValueKind.Number } spO2
                && spO2.GetDouble() <= ShownPercentMax)
            {
                return (int)Math.Round(second - FallsAtSecond);
            }
        }

        Assert.Fail("the fall was never shown");
        return 0;
    }
}
