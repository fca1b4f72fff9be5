// Goal: what the patient reads on the sheet is what the screen says; method: every text of the display
// against the guide, every quotation of the guide against the display's sources, colours against
// priorities.

using System.Text.RegularExpressions;
using Pulsegate.Alarms;
using Pulsegate.Display;
using Pulsegate.Tests.Batch;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Docs;

[TestClass]
public partial class PatientGuideTests
{
    private static readonly string Guide = File.ReadAllText(ProjectFile.Find("docs/patient-guide.md"));
    private static readonly string[] Quotations =
        [.. Quotation().Matches(Guide).Select(match => match.Groups[1].Value + match.Groups[2].Value)];

    public static IEnumerable<object[]> Conditions => Enumerable.Range(0, AlarmCondition.Count)
        .Select(condition => new object[] { condition });

    [TestMethod]
    [DynamicData(nameof(Conditions))]
    public void EveryAlarm_IsExplained_InItsWords_UnderItsColour(int condition)
    {
        string row = $"| `{AlarmText.TitleOf(condition)}` | `{AlarmText.HintOf(condition)}` | ";
        int at = Guide.IndexOf(row, StringComparison.Ordinal);
        Assert.IsGreaterThan(0, at, row);
        Assert.IsGreaterThan(row.Length + 5, Guide[at..].IndexOf('\n'), "what to do");
        string heading = Guide[..at][Guide[..at].LastIndexOf("<h2>", StringComparison.Ordinal)..];
        string colour = (AlarmPriority)AlarmRules.PriorityOf(condition) switch
        {
            AlarmPriority.High => "Red: call for help now",
            AlarmPriority.Medium => "Yellow: soon",
            _ => "Pale blue-green: good to know",
        };
        StringAssert.Contains(heading, colour);
    }

    [TestMethod]
    public void EveryWordOfDoubt_AndWhatItAsksFor_IsExplained()
    {
        foreach (ReadingStatus status in Enum.GetValues<ReadingStatus>())
        {
            string[] texts = [StatusText.Of(status), StatusText.HintOf(status)];
            foreach (string text in texts.Where(text => text != ""))
            {
                CollectionAssert.Contains(Quotations, text, status.ToString());
            }
        }
    }

    [TestMethod]
    public void EveryQuotation_IsSaidByTheScreen()
    {
        // The font's own table has a quotation mark in it.
        string sources = string.Concat(
            Directory.GetFiles(Path.GetDirectoryName(ProjectFile.Find("firmware/Display/Screen.cs"))!, "*.cs")
                .Where(file => Path.GetFileName(file) != "Font.cs").Select(File.ReadAllText));
        string[] said = [.. Literal().Matches(sources).Select(match => match.Groups[1].Value.Trim())];
        string[] unknown =
        [
            .. Quotations.Where(text => text is not "like these" and not "+1" and not "+2")
                .Where(text => !said.Contains(text.Trim())),
        ];
        Assert.IsGreaterThan(45, Quotations.Length);
        Assert.IsEmpty(unknown, string.Join("\n", unknown));
    }

    [TestMethod]
    public void TimesAndPictures_AreRight_AndItSaysWhatItIsNot()
    {
        string[] numbers = ["no", "one", "two", "three", "four", "five"];
        StringAssert.Contains(Guide, $"No sound for {numbers[Annunciator.AudioPauseMs / 60_000]} minutes");
        StringAssert.Contains(Guide, $"reminds you after {numbers[Annunciator.ReminderMs / 60_000]} minutes");
        StringAssert.Contains(Guide, VitalsMonitor.GoneMs == 10_000 ? "It goes after ten." : "never");
        StringAssert.Contains(Guide, "[ emergency number: __________ ]");
        StringAssert.Contains(Guide, "This is not a medical device.");
        string picture = File.ReadAllText(ProjectFile.Find("docs/patient-unit.svg"));
        string page = File.ReadAllText(ProjectFile.Find("tools/Web/wwwroot/index.html"));
        foreach (string button in new[] { "SILENCE", "SEEN", "INFO" })
        {
            StringAssert.Contains(page, $">{button}<");
            StringAssert.Contains(picture, $">{button}<");
            StringAssert.Contains(Guide, $"<h3>{button}</h3>");
        }
    }

    [GeneratedRegex("`([^`]+)`|<code>([^<]+)</code>")]
    private static partial Regex Quotation();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Literal();
}
