// Goal: a board that has a folder is known everywhere that needs to know it, so that the list in
// boards/README.md is all there is to port a fourth one; method: every folder with pins against the field
// tools' table, both solutions, the documents and the board's own program, read as text.

using System.Text.RegularExpressions;
using Pulsegate.Field.Flash;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Surface;

[TestClass]
public sealed partial class BoardListTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private static string[] Boards =>
    [
        .. Directory.GetFiles(
            SurfaceCompiler.RepositoryPath("boards"), "Pins.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(Path.GetDirectoryName(path))!)
            .Order(StringComparer.Ordinal),
    ];

    private static Match[] Known
        => Entry().Matches(Text("tools/Pulsegate.Cli/Field/FieldBoard.cs")).ToArray();

    [TestMethod]
    public void EveryBoard_IsKnownToTheFieldTools_AsItsProgramCallsIt()
    {
        CollectionAssert.AreEqual(
            Boards, Known.Select(entry => entry.Groups[1].Value).Order(StringComparer.Ordinal).ToArray());
        foreach (Match entry in Known)
        {
            string program = Text($"boards/{entry.Groups[1].Value}/Program.cs");
            Assert.AreEqual(Name().Match(program).Groups[1].Value.Replace(' ', '_'), entry.Groups[2].Value);
            Assert.AreEqual(
                program.Contains("UpdateSlots =").ToString().ToLowerInvariant(), entry.Groups[4].Value);
        }
    }

    [TestMethod]
    public void EveryBoardsFirmware_IsTheOneInTheDocuments()
    {
        foreach (Match entry in Known)
        {
            (string board, string target) = (entry.Groups[1].Value, entry.Groups[3].Value);
            StringAssert.Contains(Text("boards/README.md"), $"\n| {board} | `{target}` |");
            StringAssert.Contains(
                Text("docs/field-guide.md").ReplaceLineEndings(" "), $"`{target}` for {board}");
        }
    }

    [TestMethod]
    public void EveryBoard_IsInBothSolutions()
    {
        foreach (string board in Boards)
        {
            StringAssert.Contains(Text("nanoFramework.sln"), $@"boards\{board}\Pulsegate.{board}.csproj");
            StringAssert.Contains(
                Text("Pulsegate.slnx"), $"boards/Surface/{board}/Pulsegate.Surface.{board}.csproj");
            StringAssert.Contains(Text("boards/README.md"), $"| [{board}]({board})");
        }
    }

    // The octal PSRAM of the N16R8 is found by this firmware alone (boards/README.md).
    [TestMethod]
    public void PackedImage_NamesTheFirmwareOfItsBoard_UnlessAnotherIsNamed()
    {
        string folder = Directory.CreateTempSubdirectory("pulsegate-pack-").FullName;
        try
        {
            string image = Path.Combine(folder, "image.bin");
            File.WriteAllBytes(image, DeploymentImage.MakeVirtual("0.1.0", 0));
            StringAssert.Contains(Pack(0, folder, "Esp32S3", image), "\"target\": \"ESP32_S3_OCTAL\"");
            StringAssert.Contains(
                Pack(0, folder, "Esp32S3", image, "--target", "ESP32_S3_ALL_UART"),
                "\"target\": \"ESP32_S3_ALL_UART\"");
            StringAssert.Contains(
                Pack(1, folder, "Esp32S4", image),
                "there is no board Esp32S4: use Esp32S3, ");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Pack(int exitCode, string folder, string board, string image, params string[] more)
    {
        (int code, _, string error) = CommandProcess.Run(
            Limit, ["flash", "pack", "--board", board, "--image", image, "--archive", folder, .. more]);
        Assert.AreEqual(exitCode, code, error);
        return code == 0 ? File.ReadAllText(Path.Combine(folder, board, "manifest.json")) : error;
    }

    private static string Text(string path) => File.ReadAllText(SurfaceCompiler.RepositoryPath(path));

    [GeneratedRegex(
        "^        new\\(\"(\\w+)\", \"([^\"]+)\", \"(\\w+)\", (true|false)\\)", RegexOptions.Multiline)]
    private static partial Regex Entry();

    [GeneratedRegex("\\bName = \"([^\"]+)\"")]
    private static partial Regex Name();
}
