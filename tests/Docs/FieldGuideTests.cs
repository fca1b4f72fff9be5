// Goal: what the field guide promises is there; method: each command with its options against the help, each
// message against the sources, each pin in the pictures against the boards' code.

using System.Text.RegularExpressions;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Docs;

[TestClass]
public partial class FieldGuideTests
{
    private static readonly string Root = Path.GetDirectoryName(ProjectFile.Find("README.md"))!;

    private static string Guide => File.ReadAllText(Path.Combine(Root, "docs", "field-guide.md"));

    [TestMethod]
    public void EveryCommandOfTheGuide_HasItsOptions()
    {
        var helps = new Dictionary<string, string>();
        foreach (Match match in Command().Matches(Guide))
        {
            string command = match.Groups[1].Value.Trim();
            if (!helps.TryGetValue(command, out string? help))
            {
                (int exitCode, help, string error) =
                    CommandProcess.Run(TimeSpan.FromMinutes(3), [.. command.Split(' '), "--help"]);
                Assert.AreEqual(0, exitCode, $"{command}: {error}");
                helps[command] = help;
            }

            foreach (Match option in Option().Matches(match.Groups[2].Value))
            {
                StringAssert.Contains(help, option.Value + " ", $"{command} has no {option.Value}");
            }
        }

        Assert.IsGreaterThanOrEqualTo(6, helps.Count);
    }

    [TestMethod]
    public void EveryMessageOfTheGuide_IsSaidSomewhere()
    {
        string[] folders = ["tools/Pulsegate.Cli/Field", "tools/Field", "firmware/Configuration",
            "boards/Esp32"];
        string sources = string.Concat(folders
            .SelectMany(folder => Directory.GetFiles(
                Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(File.ReadAllText));
        sources = SplitText().Replace(sources, "");
        string table = Guide[Guide.IndexOf("| it says |", StringComparison.Ordinal)..];
        string[] messages =
        [
            .. table.Split('\n').Skip(2).TakeWhile(line => line.StartsWith('|'))
                .SelectMany(line => Quoted().Matches(line.Split('|')[1])
                    .Select(match => match.Groups[1].Value)),
        ];
        Assert.IsGreaterThan(12, messages.Length);
        string[] unknown = [.. messages.Where(
            message => !sources.Contains(message, StringComparison.Ordinal))];
        Assert.IsEmpty(unknown, string.Join("\n", unknown));
    }

    [TestMethod]
    [DataRow("Esp32S3", "wiring-esp32s3.svg")]
    [DataRow("Esp32Wrover", "wiring-esp32.svg")]
    [DataRow("Esp32DevKit", "wiring-esp32.svg")]
    public void WiringPicture_ShowsThePinsOfTheCode(string board, string picture)
    {
        string pins = File.ReadAllText(Path.Combine(Root, "boards", board, "Pins.cs"));
        string[] code = [.. Pin().Matches(pins).Select(match => match.Groups[1].Value).Order()];
        string[] drawn =
        [
            .. Drawn().Matches(File.ReadAllText(Path.Combine(Root, "boards", picture)))
                .Select(match => match.Groups[1].Value).Order(),
        ];
        if (board == "Esp32DevKit")
        {
            CollectionAssert.IsSubsetOf(code, drawn, "the same picture, less the display");
        }
        else
        {
            CollectionAssert.AreEqual(code, drawn, board);
        }
    }

    [GeneratedRegex(@"^\s*\./pulsegate ((?:[a-z]+ ?){1,2})(.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"--[a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"`([^`]+)`")]
    private static partial Regex Quoted();

    // A text that goes on in the next line of the source.
    [GeneratedRegex("\"\\s*\\+\\s*\\$?\"")]
    private static partial Regex SplitText();

    [GeneratedRegex(@"\b[A-Z]\w+ = ([0-9]+)[,;]")]
    private static partial Regex Pin();

    [GeneratedRegex(@">GPIO ([0-9]+)<")]
    private static partial Regex Drawn();
}
