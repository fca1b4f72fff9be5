// Goal: what `replay` prints never claims more than the recording holds. Method: the command as a process on
// recordings made here, its lines read as JSON.

using System.Globalization;
using System.Text.Json;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Cli;

[TestClass]
public sealed class ReplayTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private string _path = "";

    [TestInitialize]
    public void CreatePath() => _path = Path.Combine(Path.GetTempPath(), $"pulsegate-{Guid.NewGuid():N}.csv");

    [TestCleanup]
    public void DeleteFile() => File.Delete(_path);

    // Both get a swing of 2 %, whatever they had: their ratio would be 1, and the saturation 80 %.
    [TestMethod]
    public void ColumnsWithoutALevelOfTheirOwn_ShowNoSpO2_AndSayWhy()
    {
        Write(30, t => (Pulse(t), 0.4 * Pulse(t)));
        JsonElement[] lines = Replay();

        Assert.IsTrue(lines.Any(line => Has(line, "pulseRate")), "the pulse is there");
        Assert.IsFalse(lines.Any(line => Has(line, "spo2") || Has(line, "ratio")));
        StringAssert.Contains(
            lines[^1].GetProperty("noSpo2").GetString(), "ir or red has no level of its own");
    }

    [TestMethod]
    public void ColumnsWithALevel_ShowSpO2()
    {
        Write(30, t => (200 + Pulse(t), 100 + (0.25 * Pulse(t))));
        JsonElement[] lines = Replay();

        Assert.IsTrue(lines.Any(line => Has(line, "spo2")));
        Assert.IsFalse(lines[^1].TryGetProperty("noSpo2", out _));
    }

    [TestMethod]
    public void ValueThatIsNoLongerMeasured_GoesWithItsAge()
    {
        Write(32, t => t < 25 ? (200 + Pulse(t), 100 + (0.25 * Pulse(t))) : (200, 100));
        JsonElement[] late = [.. Replay().Where(line =>
            line.GetProperty("kind").GetString() == "reading" && line.GetProperty("t").GetDouble() > 29.5)];

        Assert.HasCount(3, late);
        foreach (JsonElement line in late)
        {
            foreach ((string value, string age) in new[]
                { ("pulseRate", "pulseAge"), ("spo2", "spo2Age"), ("perfusionIndex", "perfusionAge") })
            {
                Assert.IsTrue(Has(line, value), line.ToString());
                Assert.IsGreaterThanOrEqualTo(1, line.GetProperty(age).GetDouble(), line.ToString());
            }
        }
    }

    // 0.3 - 0.2 is a little more than 0.1.
    [TestMethod]
    public void TenRowsASecond_ArePlayed()
    {
        Write(20, t => (200 + Pulse(t), 100 + (0.25 * Pulse(t))), rowsPerSecond: 10);
        Assert.IsTrue(Replay().Any(line => Has(line, "pulseRate")));
    }

    private static double Pulse(double seconds)
        => -2 * (Math.Sin(2 * Math.PI * 1.2 * seconds) + (0.4 * Math.Sin((4 * Math.PI * 1.2 * seconds) + 1)));

    private static bool Has(JsonElement line, string name)
        => line.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number;

    private void Write(int seconds, Func<double, (double Infrared, double Red)> light, int rowsPerSecond = 50)
        => File.WriteAllLines(_path,
        [
            "time_s,ir,red", .. Enumerable.Range(0, (seconds * rowsPerSecond) + 1).Select(i =>
            {
                double t = (double)i / rowsPerSecond;
                (double infrared, double red) = light(t);
                return string.Create(CultureInfo.InvariantCulture, $"{t:0.0##},{infrared:F4},{red:F4}");
            }),
        ]);

    private JsonElement[] Replay(params string[] options)
    {
        (int exitCode, string output, string error) = CommandProcess.Run(
            Limit, ["replay", _path, "--ir", "ir", "--red", "red", "--invert", .. options]);
        Assert.AreEqual(0, exitCode, error);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
