// What nanoff does to a board, done to the virtual one, with the failures that people report of it
// (docs/field-guide.md). It takes the same arguments and says the same kind of things.

using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Pulsegate.Cli.Field.Virtual;

internal static class VirtualNanoffCommand
{
    /// <summary>Name of the command.</summary>
    public const string Name = "virtualnanoff";

    private const int WrongOffset = 0x40000;
    private const int KilledExitCode = 137;
    private const int FailureExitCode = 160;   // E4000, as far as an exit code goes

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "folder of the virtual board" };
        var image = new Option<string?>("--image");
        var address = new Option<string?>("--address");
        var files = new Option<string?>("--filedeployment");
        var network = new Option<string?>("--networkdeployment");
        var erase = new Option<bool>("--masserase");
        var update = new Option<bool>("--update");
        var deploy = new Option<bool>("--deploy");
        var command = new Command(Name, "stands in for nanoff in front of a virtual board")
        {
            folder, image, address, files, network, erase,
            update, deploy, new Option<string?>("--target"),
            new Option<string?>("--serialport"), new Option<bool>("--fromarchive"),
            new Option<string?>("--archivepath"),
        };
        command.Hidden = true;
        command.SetAction(result =>
        {
            var board = new BoardFolder(result.GetRequiredValue(folder));
            if (board.Plays(BoardFolder.ToolHangs))
            {
                Console.WriteLine("Reading config partition...");
                Thread.Sleep(Timeout.Infinite);
            }

            if (board.Plays(BoardFolder.ToolFails))
            {
                Console.WriteLine("Error E4000: Error executing esptool command.");
                return FailureExitCode;
            }

            Erase(board, result.GetValue(erase));
            Deploy(board, result.GetValue(image), result.GetValue(address));
            if (result.GetValue(image) is not null && board.Plays(BoardFolder.ToolDies))
            {
                return KilledExitCode;
            }

            DeployFiles(board, result.GetValue(files));
            if (result.GetValue(network) is { } path)
            {
                File.Copy(path, board.PathOnDrive("I:\\conf_wifi.sys"), overwrite: true);
            }

            if (result.GetValue(update) || result.GetValue(deploy))
            {
                File.WriteAllBytes(board.Reset, []);
            }

            Console.WriteLine("OK");
            return 0;
        });
        return command;
    }

    private static void Erase(BoardFolder board, bool isDue)
    {
        if (isDue)
        {
            File.Delete(board.Flash);
            if (Directory.Exists(board.Drive))
            {
                Directory.Delete(board.Drive, recursive: true);
            }
        }

        Directory.CreateDirectory(board.Drive);
    }

    private static void Deploy(BoardFolder board, string? image, string? address)
    {
        if (image is null || board.Plays(BoardFolder.NotFlashed))
        {
            return;
        }

        uint at = address is null
            ? BoardFolder.DeploymentAddress
            : uint.Parse(address.Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber,
                CultureInfo.InvariantCulture);
        byte[] bytes = File.ReadAllBytes(image);
        board.Write(
            at + (uint)(board.Plays(BoardFolder.WrongAddress) ? WrongOffset : 0),
            board.Plays(BoardFolder.CutImage) || board.Plays(BoardFolder.ToolDies)
                ? bytes.AsSpan(0, bytes.Length / 2) : bytes);
    }

    private static void DeployFiles(BoardFolder board, string? list)
    {
        if (list is null)
        {
            return;
        }

        JsonElement files = JsonDocument.Parse(File.ReadAllBytes(list)).RootElement.GetProperty("files");
        foreach (JsonElement file in files.EnumerateArray())
        {
            string destination = file.GetProperty("DestinationFilePath").GetString()!;
            string source = file.GetProperty("SourceFilePath").GetString()!;
            string path = board.PathOnDrive(destination);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            bool isKey = source.EndsWith("key.pem", StringComparison.Ordinal);
            if (isKey && board.Plays(BoardFolder.FileLost))
            {
                Console.WriteLine($"Error deploying content file {source} to {destination}");
                continue;
            }

            byte[] bytes = File.ReadAllBytes(source);
            File.WriteAllBytes(path, isKey && board.Plays(BoardFolder.FileDamaged)
                ? bytes[..(bytes.Length / 2)] : bytes);
            Console.WriteLine($"Deploying file {source} to {destination}...OK");
        }
    }
}
