// `flash`: firmware and program onto a board, and proof that they are there: the flash is read back and
// compared, and the unit's own banner must say the version and the board that the archive names.

using System.CommandLine;
using Pulsegate.Cli.Field.Virtual;
using Pulsegate.Field.Flash;
using Pulsegate.Field.Lines;
using Pulsegate.Field.Wire;
using Pulsegate.Store;

namespace Pulsegate.Cli.Field;

internal static class FlashCommand
{
    // The tool reads the internal drive out first: nearly four minutes were seen for 2 MB.
    private const int FirmwareSeconds = 600, ProgramSeconds = 300, AnswerSeconds = 30,
        ReadBackSeconds = 120, BannerSeconds = 60;
    private const int StepCount = 6;
    private const int VirtualImageSize = 100_000;
    /// <summary>The virtual board.</summary>
    public const string VirtualBoardName = "Virtual";

    // Board names as the units' banners say them (boards/*/Program.cs).
    private static readonly Dictionary<string, string> BannerNames = new()
    {
        ["Esp32S3"] = "ESP32-S3-DevKitC-1_N16R8", ["Esp32Wrover"] = "ESP32-WROVER-E_N8R8",
        ["Esp32DevKit"] = "ESP32-WROOM-32",
        [VirtualBoardName] = "Virtual",
    };

    public static Command Create()
    {
        var options = new FieldOptions();
        var board = new Option<string?>("--board")
        {
            Description = "Esp32S3, Esp32Wrover or Esp32DevKit", HelpName = "B",
        };
        var archive = new Option<string?>("--archive")
        {
            Description = "folder with the images, see docs/field-guide.md (default: archive)",
            HelpName = "FOLDER",
        };
        var erase = new Option<bool>("--erase")
        {
            Description = "erase everything first: identity, Wi-Fi, stored readings",
        };
        var command = new Command("flash",
            "put firmware and program onto a board, and prove that they are there") { board, archive, erase };
        options.AddTo(command);
        command.Subcommands.Add(Pack());
        command.SetAction(result =>
        {
            using FieldBench bench = FieldBench.Open(options, result);
            string name = bench.Board is null
                ? result.GetValue(board) ?? throw new CommandException(
                    "name the board: --board Esp32S3, Esp32Wrover or Esp32DevKit")
                : VirtualBoardName;
            if (!BannerNames.ContainsKey(name))
            {
                throw new CommandException(
                    $"there is no board {name}: use {string.Join(", ", BannerNames.Keys.SkipLast(1))}");
            }

            string folder = result.GetValue(archive)
                ?? (bench.Board is { } made ? VirtualArchive(made) : "archive");
            return Run(bench, name, folder, result.GetValue(erase));
        });
        return command;
    }

    private static int Run(FieldBench bench, string board, string archive, bool isErasing)
    {
        NanoffTool nanoff = bench.Nanoff;
        BoardArchive image = ReadArchive(archive, board);
        var journey = new Journey(
            "flash", bench.StateFile, $"{bench.Port} {image.Sha256} {isErasing}", StepCount);
        journey.Do("firmware", FirmwareSeconds,
            "hold BOOT, press and let go RESET, let go BOOT, and see that no other program has the port",
            step => nanoff.Run(step, FirmwareArguments(bench.Port, archive, image.Target, isErasing)));
        uint address = 0;
        journey.Check("address", AnswerSeconds, "press RESET on the board",
            step => address = AddressFor(bench, image, step));
        journey.Do("program", ProgramSeconds, "press RESET on the board", step => nanoff.Run(
            step, "--target", image.Target, "--serialport", bench.Port, "--deploy",
            "--image", Path.Combine(archive, board, image.Image), "--address", $"0x{address:X}"));
        journey.Check("read back", ReadBackSeconds, "press RESET on the board",
            step => ReadBackAll(bench, journey, image, address, step));
        UnitLineText? banner = null;
        journey.Check("start", BannerSeconds, "press RESET, then look with: ./pulsegate monitor",
            step => banner = HearStart(bench, step));
        journey.Check("version", 1, "run it with --erase, so that nothing of what was there remains",
            _ => Compare(banner!, image, board));
        journey.End();
        Console.WriteLine(
            $"{board} runs version {image.Version}, device {banner!.Text("device")}. Next: ./pulsegate "
                + "provision install"
            + (bench.Board is null ? $" --port {bench.Port} --unit FOLDER" : " --virtual"));
        return 0;
    }

    /// <summary>A board's part of an archive.</summary>
    public static BoardArchive ReadArchive(string archive, string board)
    {
        try
        {
            return BoardArchive.Read(archive, board);
        }
        catch (IOException exception)
        {
            throw new CommandException($"{exception.Message} (see docs/field-guide.md, the archive)");
        }
    }

    private static string[] FirmwareArguments(string port, string archive, string target, bool isErasing)
    {
        string firmware = Path.Combine(archive, BoardArchive.FirmwareFolder);
        return
        [
            "--update", "--target", target, "--serialport", port,
            .. isErasing ? ["--masserase"] : Array.Empty<string>(),
            .. Directory.Exists(firmware)
                ? ["--fromarchive", "--archivepath", firmware] : Array.Empty<string>(),
        ];
    }

    // The unit says itself where its program belongs.
    private static uint AddressFor(FieldBench bench, BoardArchive image, JourneyStep step)
    {
        using WireSession session = WireSession.Open(bench.Port);
        UnitListener.RequireAnswer(session, step);
        FlashRegion region = FlashRegion.AskDeployment(session, ReadBack.AnswerLimit)
            ?? throw new IOException(
                "the unit names no deployment partition: the firmware is not one of nanoFramework's for this "
                + "board");
        return image.Bytes.Length <= region.Size
            ? region.Address
            : throw new IOException(
                $"the program has {image.Bytes.Length} bytes and its partition {region.Size}");
    }

    private static void ReadBackAll(
        FieldBench bench, Journey journey, BoardArchive image, uint address, JourneyStep step)
    {
        using WireSession session = WireSession.Open(bench.Port);
        UnitListener.RequireAnswer(session, step);
        string? difference = ReadBack.FindDifference(
            session, address, image.Bytes,
            good => step.Tell($"{good} of {image.Bytes.Length} bytes are good"));
        if (difference is not null)
        {
            journey.Forget("program");   // whatever the tool said
            throw new IOException($"nanoff said OK, but {difference}");
        }
    }

    private static UnitLineText HearStart(FieldBench bench, JourneyStep step)
    {
        using WireSession session = WireSession.Open(bench.Port);
        return UnitListener.RestartAndHearBanner(session, step);
    }

    private static void Compare(UnitLineText banner, BoardArchive image, string board)
    {
        if (banner.Text("version") != image.Version)
        {
            throw new IOException(
                $"the unit says it runs version {banner.Text("version")}, the archive has {image.Version}");
        }

        if (banner.Text("board") != BannerNames[board])
        {
            throw new IOException(
                $"the unit says it is a {banner.Text("board")}: the image of another board was flashed");
        }
    }

    private static string VirtualArchive(BoardFolder board)
    {
        string archive = board.PathOf("archive");
        if (!Directory.Exists(archive))
        {
            BoardArchive.Write(
                archive, VirtualBoardName, Recorder.FirmwareVersion, "VIRTUAL",
                DeploymentImage.MakeVirtual(Recorder.FirmwareVersion, VirtualImageSize));
        }

        return archive;
    }

    private static Command Pack()
    {
        var board = new Option<string>("--board")
        {
            Description = "Esp32S3, Esp32Wrover or Esp32DevKit", Required = true, HelpName = "B",
        };
        var image = new Option<string>("--image")
        {
            Description = "the deployment image that the build made", Required = true, HelpName = "FILE",
        };
        var target = new Option<string>("--target")
        {
            Description = "nanoff's name of the firmware that fits", Required = true, HelpName = "T",
        };
        var archive = new Option<string>("--archive")
        {
            Description = "folder to put it in", DefaultValueFactory = _ => "archive", HelpName = "FOLDER",
        };
        var command = new Command(
            "pack", "put a built image into an archive for the field") { board, image, target, archive };
        command.SetAction(result =>
        {
            string file = result.GetRequiredValue(image);
            byte[] bytes = File.Exists(file)
                ? File.ReadAllBytes(file) : throw new CommandException($"there is no {file}");
            if (!DeploymentImage.IsProgram(bytes))
            {
                throw new CommandException(
                    $"{file} is no deployment image: it does not begin with a .pe file");
            }

            BoardArchive.Write(
                result.GetRequiredValue(archive), result.GetRequiredValue(board), Recorder.FirmwareVersion,
                result.GetRequiredValue(target), bytes);
            Console.WriteLine($"{result.GetValue(board)} {Recorder.FirmwareVersion}, {bytes.Length} bytes, "
                + $"is in {result.GetValue(archive)}");
            return 0;
        });
        return command;
    }
}
