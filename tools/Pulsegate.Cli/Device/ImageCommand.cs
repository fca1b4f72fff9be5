// `image`: builds what is flashed onto a board, says what loads at its start-up, and makes one file of it.

using System.CommandLine;
using Pulsegate.Cli.Field;
using Pulsegate.Field.Flash;

namespace Pulsegate.Cli.Device;

internal static class ImageCommand
{
    // The base library first, the program last; the runtime resolves the rest by name.
    private const string BaseLibrary = "mscorlib.pe";

    public static Command Create()
    {
        var board = new Option<string>("--board")
        {
            Description = FieldBoard.Names, Required = true, HelpName = "B",
        };
        var from = new Option<string?>("--from")
        {
            Description = "a folder of .pe files that is built already", HelpName = "FOLDER",
        };
        var command = new Command("image", "build a board's image; lists what loads at start-up, with sizes")
        {
            board, from,
        };
        command.SetAction(result =>
        {
            string name = FieldBoard.Find(result.GetRequiredValue(board)).Name;
            return Run(name, result.GetValue(from) ?? Build(name));
        });
        return command;
    }

    private static int Run(string board, string folder)
    {
        string program = $"Pulsegate.{board}.pe";
        if (!File.Exists(Path.Combine(folder, program)))
        {
            throw new CommandException($"there is no {program} in {folder}");
        }

        string[] names =
        [
            .. Directory.GetFiles(folder, "*.pe").Select(path => Path.GetFileName(path)!)
                .OrderBy(name => name == BaseLibrary ? 0 : name == program ? 2 : 1)
                .ThenBy(name => name, StringComparer.Ordinal),
        ];
        using var image = new MemoryStream();
        foreach (string name in names)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, name));
            if (!DeploymentImage.IsProgram(bytes))
            {
                throw new CommandException($"{name} is no .pe file of the v1 line: see NanoMdpVersion in "
                    + "nanoFramework.Packages.props");
            }

            Console.WriteLine($"{bytes.Length,8}  {name} {PeFile.Read(bytes)[0].Version}");
            image.Write(bytes);
            image.SetLength((image.Length + 3) & ~3L);   // the runtime looks for each at a word's border
            image.Position = image.Length;
        }

        string path = Path.Combine(folder, $"Pulsegate.{board}.bin");
        File.WriteAllBytes(path, image.ToArray());
        Console.WriteLine($"{image.Length,8}  in all, {names.Length} assemblies: {path}");
        Console.WriteLine($"Next: ./pulsegate flash pack --board {board} --image {path}");
        return 0;
    }

    private static string Build(string board)
    {
        DeviceBuild.Run(ProjectFolder.Path("boards", board, $"Pulsegate.{board}.csproj"));
        return ProjectFolder.Path("boards", board, "bin", "Release", "netnano1.0");
    }
}
