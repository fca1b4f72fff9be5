// Goal: ten lines of C# or of Python read batches as they are meant: verified, in physical units with their
// doubt, and with what is missing. Method: the sample program and the document's Python block get the same
// files and must print the same; both are held against the worked example of docs/wire-format.md.

using System.Diagnostics;
using System.Text.RegularExpressions;
using Pulsegate.Platform;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Client;

[TestClass]
public sealed class ConsumerTests
{
    private const string PythonProgram = "/usr/bin/python3";

    [TestMethod]
    public void TheWorkedExample_ReadsAsTheDocumentSays()
    {
        using var fixture = new ConsumerFixture();
        string document = File.ReadAllText(ProjectFile.Find("docs/wire-format.md"));
        string text = document.Split("<!-- worked text -->\n```\n")[1].Split("```")[0].ReplaceLineEndings("");
        File.WriteAllText(fixture.Batches, text + "\n");

        string[] lines = Sample(fixture);

        // 1 790 000 000 s since 1970 are 2026-09-21 14:13:20; the rest is in the comments of the document's
        // block.
        Assert.HasCount(8, lines);
        Assert.AreEqual(
            "pg-0001 2026-09-21T14:13:20.000Z Synced: SpO2 97 % (Uncalibrated), pulse 72 /min, perfusion "
                + "none (Acquiring), "
            + "quality 90 %, temperature none (SensorFault)", lines[0]);
        Assert.AreEqual(
            "pg-0001 2026-09-21T14:13:27.000Z Synced: SpO2 97 % (Uncalibrated), pulse 73 /min, perfusion "
                + "none (Motion), "
            + "quality 91 %, temperature 36.58 Cel", lines[7]);
        CollectionAssert.AreEqual(lines, PythonBlock(fixture));
    }

    [TestMethod]
    [DataRow(false, DisplayName = "HS256")]
    [DataRow(true, DisplayName = "ES256")]
    public void SampleAndPython_SayTheSame_OfEveryStatus_Gaps_Repetitions_AndForgeries(bool isEs256)
    {
        using var fixture = new ConsumerFixture(isEs256);
        string[] sealedTexts = [.. Enumerable.Range(1, 9).Select(i => fixture.Seal(
            i, i == 2 ? TimeQuality.Unsynced : i == 3 ? TimeQuality.Estimated : TimeQuality.Synced))];
        string tombstone = fixture.Tombstone(10, 5, 6);   // 4 and 7 stay missing
        string forged = sealedTexts[7][..^9] + (sealedTexts[7][^9] == 'A' ? 'B' : 'A') + sealedTexts[7][^8..];
        File.WriteAllLines(
            fixture.Batches,
            [sealedTexts[8], sealedTexts[0], sealedTexts[1], sealedTexts[0], tombstone, forged, "no batch",
                sealedTexts[2]]);

        string[] lines = Sample(fixture);

        Assert.HasCount((4 * 9) + 1 + 2 + 2, lines, string.Join('\n', lines));
        StringAssert.Contains(lines[0], "SpO2 90 %,");
        StringAssert.Contains(lines[3], "SpO2 none (LowPerfusion), pulse none (LowPerfusion)");
        StringAssert.Contains(lines[8],
            "SpO2 90 % (Uncalibrated), pulse 90.1 /min (Uncalibrated), perfusion 9.02 %");
        StringAssert.StartsWith(lines[18], "pg-0001 unknown Unsynced: ");
        Assert.AreEqual("put aside: pg-0001 1", lines[27]);
        Assert.AreEqual(2, lines.Count(line => line.StartsWith("refused: ", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(
            new[] { "missing: pg-0001 store f123456700000001: 4 to 4",
                "missing: pg-0001 store f123456700000001: 7 to 8" },
            lines[^2..]);
        CollectionAssert.AreEqual(Comparable(lines), Comparable(PythonBlock(fixture)));
    }

    [TestMethod]
    public void TheReadmesProgram_IsTheSample()
        => StringAssert.Contains(
            File.ReadAllText(ProjectFile.Find("tools/Client/README.md")),
            File.ReadAllText(ProjectFile.Find("samples/Consumer/Program.cs")));

    // Why something is refused, each says in its own words.
    private static string[] Comparable(string[] lines)
        => [.. lines.Select(line => Regex.Replace(line, "^refused: .*", "refused"))];

    private static string[] Sample(ConsumerFixture fixture) => Run(
        fixture, "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Pulsegate.Samples.Consumer.dll"), fixture.Keyring,
            fixture.Batches]);

    private static string[] PythonBlock(ConsumerFixture fixture)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(PythonProgram,
                ["-c", "import jwt, cbor2, cryptography"]) { RedirectStandardError = true })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Assert.Inconclusive(
                "python3 with python3-jwt, python3-cbor2 and python3-cryptography is not installed");
        }

        string block = File.ReadAllText(ProjectFile.Find("docs/verify.md"))
            .Split("<!-- verify: python -->\n```sh\n")[1].Split("```")[0].Replace("python3 -", PythonProgram
                + " -");
        return Run(fixture, "bash", ["-c", block]);
    }

    private static string[] Run(ConsumerFixture fixture, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = fixture.Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PULSEGATE"] = Path.GetDirectoryName(ProjectFile.Find("Pulsegate.slnx"));
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, error.Result);
        return output.TrimEnd('\n').Split('\n');
    }
}
