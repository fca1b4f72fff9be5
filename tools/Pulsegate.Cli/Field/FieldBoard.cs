// The boards that the field tools know. A fourth one is a line here (boards/README.md, the list).

namespace Pulsegate.Cli.Field;

/// <summary>A board, as the tools call it.</summary>
/// <param name="Name">Its folder below boards/, and in an archive.</param>
/// <param name="BannerName">What its banner calls itself: Board.Name in its Program.cs, with '_' for a
/// blank.</param>
/// <param name="Target">nanoff's name of the official firmware that fits (boards/README.md says why).</param>
/// <param name="TakesUpdates">False where an update does not fit into RAM.</param>
internal sealed record FieldBoard(string Name, string BannerName, string Target, bool TakesUpdates)
{
    /// <summary>The virtual board.</summary>
    public static readonly FieldBoard Virtual = new("Virtual", "Virtual", "VIRTUAL", true);

    /// <summary>All boards of hardware.</summary>
    public static readonly FieldBoard[] All =
    [
        new("Esp32S3", "ESP32-S3-DevKitC-1_N16R8", "ESP32_S3_OCTAL", true),
        new("Esp32Wrover", "ESP32-WROVER-E_N8R8", "ESP32_PSRAM_REV3", true),
        new("Esp32DevKit", "ESP32-WROOM-32", "ESP32_REV3", false),
    ];

    /// <summary>Their names, as a sentence needs them.</summary>
    public static string Names => Join(All);

    /// <summary>Names of those that take updates.</summary>
    public static string UpdatingNames => Join([.. All.Where(board => board.TakesUpdates)]);

    /// <summary>A board of hardware by its name.</summary>
    /// <exception cref="CommandException">None is called so.</exception>
    public static FieldBoard Find(string? name) => name is null
        ? throw new CommandException($"name the board: --board {Names}")
        : All.FirstOrDefault(board => board.Name == name)
            ?? throw new CommandException($"there is no board {Printable.Line(name)}: use {Names}");

    private static string Join(FieldBoard[] boards)
        => string.Join(", ", boards.SkipLast(1).Select(board => board.Name)) + " or " + boards[^1].Name;
}
