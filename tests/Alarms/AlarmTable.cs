// The tables of docs/alarms.md, as rows of cells by the names of their columns.

using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Alarms;

/// <summary>Reads one table of the document.</summary>
internal static class AlarmTable
{
    /// <summary>The whole document.</summary>
    public static string Text => File.ReadAllText(ProjectFile.Find("docs/alarms.md"));

    /// <summary>Rows of the table under a heading; a row is its cells by the head of their column, without
    /// backticks.</summary>
    public static Dictionary<string, string>[] Under(string heading)
    {
        string[] lines =
        [
            .. Text.Split('\n').SkipWhile(line => line != "## " + heading).SkipWhile(line => !line.StartsWith('|'))
                .TakeWhile(line => line.StartsWith('|')),
        ];
        Assert.IsGreaterThan(2, lines.Length, heading);
        string[] head = Cells(lines[0]);
        return [.. lines.Skip(2).Select(Cells).Select(cells => head.Zip(cells).ToDictionary(
            pair => pair.First, pair => pair.Second))];
    }

    private static string[] Cells(string line)
        => [.. line.Trim('|').Split('|').Select(cell => cell.Trim().Trim('`'))];
}
