// Goal: the documents lead somewhere; method: every relative link names a file that is there, every row of a
// table has as many cells as its head, and every command that is named exists.

using System.Text.RegularExpressions;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Docs;

[TestClass]
public partial class DocumentTests
{
    private static readonly string Root = Path.GetDirectoryName(ProjectFile.Find("README.md"))!;

    private static string[] Documents =>
    [
        .. new[] { "docs", "boards", "drivers", "firmware", "tools", "tests" }
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/bin/", StringComparison.Ordinal))   // packages bring their own
            .Concat(Directory.EnumerateFiles(Root, "*.md")),
    ];

    [TestMethod]
    public void EveryRelativeLink_NamesAFileThatIsThere()
    {
        string[] broken =
        [
            .. Documents.SelectMany(file => Link().Matches(File.ReadAllText(file))
                .Select(link => link.Groups[1].Value.Split('#')[0])
                .Where(target => target.Length > 0 && !target.Contains("://", StringComparison.Ordinal))
                .Where(target => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target)))
                .Select(target => $"{Path.GetRelativePath(Root, file)}: {target}")),
        ];
        Assert.IsEmpty(broken, string.Join("\n", broken));
    }

    [TestMethod]
    public void EveryTable_HasRowsOfOneWidth()
    {
        string[] crooked = [.. Documents.SelectMany(CrookedRows)];
        Assert.IsEmpty(crooked, string.Join("\n", crooked));
    }

    [TestMethod]
    public void EveryCommandThatIsNamed_Exists()
    {
        string help = CommandProcess.Run(TimeSpan.FromMinutes(3), "--help").Output;
        string[] commands = [.. Command().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..])
            .Select(match => match.Groups[1].Value)];
        string[] unknown =
        [
            .. Documents.Where(file => !file.EndsWith("CHANGELOG.md", StringComparison.Ordinal))
                .SelectMany(file => Mention().Matches(File.ReadAllText(file))
                .Select(match => match.Groups[1].Value).Where(command => !commands.Contains(command))
                .Select(command => $"{Path.GetRelativePath(Root, file)}: ./pulsegate {command}")),
        ];
        Assert.IsEmpty(unknown, string.Join("\n", unknown));
    }

    private static IEnumerable<string> CrookedRows(string file)
    {
        int width = 0;
        bool isCode = false;
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            isCode ^= line.StartsWith("```", StringComparison.Ordinal);
            bool isRow = !isCode && line.StartsWith('|');
            int cells = isRow ? Separator().Count(line) : 0;
            if (isRow && width > 0 && cells != width)
            {
                yield return $"{Path.GetRelativePath(Root, file)}:{number}: {cells - 1} cells for "
                    + $"{width - 1}";
            }

            width = isRow ? (width > 0 ? width : cells) : 0;
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Separator();

    [GeneratedRegex(@"^  ([a-z]+) ", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"(?<=[`\n ])\./pulsegate ([a-z]+)")]
    private static partial Regex Mention();
}
