// Goal: drivers and emulators do on .NET what they did on the real nanoCLR. Method: the run of DriverVectors
// is compared with the lines that nanoCLR printed (DriverVectors.nanoclr.txt: nf-interpreter main of
// 2026-07-24, POSIX host, recorded 2026-11-21), and its physics with the data sheets' arithmetic.

namespace Pulsegate.Tests.Device;

[TestClass]
public class DriverVectorsTests
{
    [TestMethod]
    public void DotNet_PrintsTheLinesOfNanoClr() =>
        CollectionAssert.AreEqual(
            RecordedLines.Read("DriverVectors.nanoclr.txt"), RecordedLines.Capture(DriverVectors.Run));

    [TestMethod]
    public void TheRun_AgreesWithTheDataSheets()
    {
        string[] lines = RecordedLines.Capture(DriverVectors.Run);

        // 99 steps of 0.1 s and one of 2 s at 400/8 samples a second and -12 345 ppm: 587 samples. The stall
        // overflows the FIFO by 66; its counter stops at 31.
        int samples = Value(lines, "oximeter samples");
        Assert.IsTrue(samples is >= 587 - 67 - 32 and <= 587 - 66, $"{samples}");
        Assert.AreEqual(31, Value(lines, "oximeter lost"));

        // 6.4 mA and 15.625 pA a count: red (300 000 .. 298 000 pA/mA x 6.4 + 1000 pA), infrared from 400 000
        // .. 395 000.
        Assert.IsTrue(Value(lines, "oximeter last red") is >= 122_124 and <= 122_944);
        Assert.IsTrue(Value(lines, "oximeter last infrared") is >= 161_856 and <= 163_904);
        Assert.AreEqual(-1_500, Value(lines, "die"));
        CollectionAssert.AreEqual(
            new[] { "-225000", "-150000", "-75000", "0", "75000", "150000", "225000", "255992", "38500" },
            Readings(lines, "tmp117"));
        CollectionAssert.AreEqual(
            new[] { "-1500", "6000", "13500", "21000", "28500", "36000", "43500", "51000" },
            Readings(lines, "max30205"));
    }

    private static int Value(string[] lines, string name) =>
        int.Parse(lines.First(line => line[..line.LastIndexOf(' ')] == name)[(name.Length + 1)..]);

    private static string[] Readings(string[] lines, string name) =>
        lines.Select(line => line.Split(' ')).Where(words => words.Length == 2 && words[0] == name)
            .Select(words => words[1]).ToArray();
}
