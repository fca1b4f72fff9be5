using System.Text.Json;
using Spectre.Console;

namespace Pulsegate.Cli;

/// <summary>One figure with its budget.</summary>
internal sealed record BenchFigure(string Key, string What, double Value, string Unit, double? Budget)
{
    /// <summary>True when the budget is a least, not a most.</summary>
    public bool IsFloor { get; init; }

    private bool IsKept => Budget is null || (IsFloor ? Value >= Budget : Value <= Budget);

    /// <summary>Prints figures as a table, writes them as JSON when there is a path.</summary>
    /// <returns>Exit code: 0 when every budget is kept.</returns>
    public static int Show(List<BenchFigure> figures, string? jsonPath, string caption)
    {
        var table = new Table().AddColumns("figure", "measured", "budget", "");
        foreach (BenchFigure figure in figures)
        {
            table.AddRow(
                figure.What, $"{figure.Value:0.#} {figure.Unit}",
                figure.Budget is { } budget ? $"{budget:0} {figure.Unit}" : "",
                figure.IsKept ? "" : "[red]exceeded[/]");
        }

        table.Caption(caption);
        AnsiConsole.Write(table);
        if (jsonPath is not null)
        {
            Write(jsonPath, figures);
        }

        return figures.TrueForAll(figure => figure.IsKept) ? 0 : 1;
    }

    private static void Write(string path, List<BenchFigure> figures)
    {
        try
        {
            File.WriteAllText(
                path,
                JsonSerializer.Serialize(
                    figures.ToDictionary(figure => figure.Key, figure => Math.Round(figure.Value, 1)),
                    new JsonSerializerOptions { WriteIndented = true }) + "\n");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path}: cannot be written: {exception.Message}");
        }
    }
}
