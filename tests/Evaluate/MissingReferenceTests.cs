// Goal: `evaluate` scores what it can, says what it cannot, and what to do. Method: the command as a process
// on folders with a reference taken away, a set's own folder, and pictures into a file.

using System.Globalization;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Evaluate;

[TestClass]
public sealed class MissingReferenceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("pulsegate-evaluate-").FullName;
        string set = Directory.CreateDirectory(Path.Combine(_folder, "welltory")).FullName;
        string[] rows =
        [
            "time_s,r", .. Enumerable.Range(0, 900).Select(i => string.Create(CultureInfo.InvariantCulture,
                $"{i / 30.0:F3},{200 - Math.Sin(2 * Math.PI * 1.2 * i / 30):F4}")),
        ];
        File.WriteAllLines(Path.Combine(set, "01.csv"), rows);
        File.WriteAllLines(Path.Combine(set, "02.csv"), rows);
        File.WriteAllLines(
            Path.Combine(set, "01_rr.csv"), ["rr_ms", .. Enumerable.Repeat("833.3", 30)]);
    }

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void MissingReference_SkipsItsRecordingAlone_AndIsCounted()
    {
        (int exitCode, string output, string error) = CommandProcess.Run(Limit, "evaluate", _folder);

        Assert.AreEqual(0, exitCode, error);
        StringAssert.Contains(output, "mean of 1");
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(2, lines, error);
        StringAssert.Contains(lines[0], "welltory/02 is skipped");
        StringAssert.Contains(lines[0], "02_rr.csv");
        StringAssert.Contains(lines[1], "1 of 2 recordings skipped");
    }

    [TestMethod]
    public void MissingReferenceOfTheOneAskedFor_IsOneLine_ThatNamesTheFile()
        => StringAssert.Contains(Refused(_folder, "--only", "welltory/02"), "02_rr.csv");

    // An interval of 1e300 ms was counted through, second by second.
    [TestMethod]
    [DataRow("rr_ms\n800\n1e300\n", "an interval of")]
    [DataRow("rr_ms\n800\n-5\n", "an interval of -5 ms")]
    [DataRow("rr_ms\n800\nnan\n", "an interval of")]
    [DataRow("rr_ms\n", "no beats")]
    [DataRow("", "no beats")]
    public void ReferenceThatIsNone_IsOneLine_ThatNamesTheFile(string content, string why)
    {
        File.WriteAllText(Path.Combine(_folder, "welltory", "02_rr.csv"), content);
        string line = Refused(_folder, "--only", "welltory/02");
        StringAssert.Contains(line, "02_rr.csv");
        StringAssert.Contains(line, why);
    }

    [TestMethod]
    public void FolderOfOneSet_IsOneLine_ThatNamesTheOneAbove()
    {
        StringAssert.EndsWith(
            Refused(Path.Combine(_folder, "welltory") + "/"), $"name the one above, {_folder}");
        StringAssert.Contains(Refused(_folder, "--only", "nothing"), "contains nothing");
    }

    [TestMethod]
    public void PicturesIntoAFile_IsOneLine_ThatSaysWhatToDo()
    {
        string file = Path.Combine(_folder, "welltory", "01.csv");
        foreach (string place in new[] { file, Path.Combine(file, "below"), "/proc/pulsegate" })
        {
            string line = Refused(_folder, "--only", "welltory/01", "--plots", place);
            StringAssert.Contains(line, $"--plots {place}: cannot be written");
            StringAssert.Contains(line, "name a folder");
        }
    }

    private static string Refused(params string[] arguments)
    {
        (int exitCode, _, string error) = CommandProcess.Run(Limit, ["evaluate", .. arguments]);
        Assert.AreEqual(1, exitCode);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(1, lines, error);
        StringAssert.StartsWith(lines[0], "pulsegate: ");
        return lines[0];
    }
}
