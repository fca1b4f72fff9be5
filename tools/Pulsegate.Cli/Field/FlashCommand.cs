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
    private const int StepCount = 7;
    private const int VirtualImageSize = 100_000;

    public static Command Create()
    {
        var options = new FieldOptions();
        var board = new Option<string?>("--board")
        {
            Description = FieldBoard.Names, HelpName = "B",
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
            FieldBoard named =
                bench.Board is null ? FieldBoard.Find(result.GetValue(board)) : FieldBoard.Virtual;
            string folder = result.GetValue(archive)
                ?? (bench.Board is { } made ? VirtualArchive(made) : "archive");
            return Run(bench, named, folder, result.GetValue(erase));
        });
        return command;
    }

    private static int Run(FieldBench bench, FieldBoard board, string archive, bool isErasing)
    {
        NanoffTool nanoff = bench.Nanoff;
        BoardArchive image = ReadArchive(archive, board.Name);
        bench.TakeAlone();
        var journey = new Journey(
            "flash", bench, $"{bench.Port} {image.Sha256} {isErasing}", StepCount);
        journey.Do("firmware", FirmwareSeconds,
            "hold BOOT, press and let go RESET, let go BOOT, and see that no other program has the port",
            step => nanoff.Run(step, FirmwareArguments(bench.Port, archive, image.Target, isErasing)));
        uint address = 0;
        journey.Check("address", AnswerSeconds, "press RESET on the board",
            step => address = AddressFor(bench, image, step));
        journey.Check("libraries", AnswerSeconds,
            "press RESET on the board; for one that does not fit, see docs/field-guide.md, the archive",
            step => RequireFit(bench, journey, image, step));
        journey.Do("program", ProgramSeconds, "press RESET on the board", step => nanoff.Run(
            step, "--target", image.Target, "--serialport", bench.Port, "--deploy",
            "--image", Path.Combine(archive, board.Name, Path.GetFileName(image.Image)), "--address",
            $"0x{address:X}"));
        journey.Check("read back", ReadBackSeconds, "press RESET on the board",
            step => ReadBackAll(bench, journey, image, address, step));
        UnitLineText? banner = null;
        journey.Check("start", BannerSeconds, "press RESET, then look with: ./pulsegate monitor",
            step => banner = HearStart(bench, step));
        journey.Check("version", 1, "run it with --erase, so that nothing of what was there remains",
            _ => Compare(banner!, image, board));
        journey.End();
        Console.WriteLine(
            $"{board.Name} runs version {image.Version}, device {banner!.Text("device")}. Next: ./pulsegate "
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
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
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

    // With one library of another age the runtime loads nothing at all.
    private static void RequireFit(FieldBench bench, Journey journey, BoardArchive image, JourneyStep step)
    {
        using WireSession session = WireSession.Open(bench.Port);
        UnitListener.RequireAnswer(session, step);
        try
        {
            if (NativeLibrary.AskAll(session, ReadBack.AnswerLimit, Tell) is not { } libraries)
            {
                Console.WriteLine("the firmware does not say which libraries it has: not compared");
            }
            else if (NativeLibrary.FindMisfit(libraries, PeFile.Read(image.Bytes)) is { } misfit)
            {
                throw new IOException(misfit);
            }
        }
        catch (IOException)
        {
            journey.Forget("firmware");   // the remedy is another one
            throw;
        }

        void Tell(int known)
        {
            step.Tell($"{known} libraries are known");
            if (step.IsOver)
            {
                throw new IOException("the unit did not say in time which libraries its firmware has");
            }
        }
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

    private static void Compare(UnitLineText banner, BoardArchive image, FieldBoard board)
    {
        if (banner.Text("version") != image.Version)
        {
            throw new IOException(
                $"the unit says it runs version {banner.Text("version")}, the archive has {image.Version}");
        }

        if (banner.Text("board") != board.BannerName)
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
                archive, FieldBoard.Virtual.Name, Recorder.FirmwareVersion, "VIRTUAL",
                DeploymentImage.MakeVirtual(Recorder.FirmwareVersion, VirtualImageSize));
        }

        return archive;
    }

    private static Command Pack()
    {
        var board = new Option<string>("--board")
        {
            Description = FieldBoard.Names, Required = true, HelpName = "B",
        };
        var image = new Option<string>("--image")
        {
            Description = "the deployment image that the build made", Required = true, HelpName = "FILE",
        };
        var target = new Option<string?>("--target")
        {
            Description = "another firmware than the board's, by nanoff's name: see boards/README.md",
            HelpName = "T",
        };
        var archive = new Option<string>("--archive")
        {
            Description = "folder to put it in", DefaultValueFactory = _ => "archive", HelpName = "FOLDER",
        };
        var command = new Command(
            "pack", "put a built image into an archive for the field") { board, image, target, archive };
        command.SetAction(result =>
        {
            FieldBoard named = FieldBoard.Find(result.GetRequiredValue(board));
            return Pack(
                named, result.GetRequiredValue(image), result.GetValue(target) ?? named.Target,
                result.GetRequiredValue(archive));
        });
        return command;
    }

    private static int Pack(FieldBoard board, string image, string target, string archive)
    {
        try
        {
            byte[] bytes = File.Exists(image) ? File.ReadAllBytes(image) : throw new CommandException(
                $"there is no {image}: make it with ./pulsegate image --board {board.Name}");
            if (!DeploymentImage.IsProgram(bytes))
            {
                throw new CommandException(
                    $"{image} is no deployment image: it does not begin with a .pe file");
            }

            _ = PeFile.Read(bytes);

            BoardArchive.Write(archive, board.Name, Recorder.FirmwareVersion, target, bytes);
            Console.WriteLine(
                $"{board.Name} {Recorder.FirmwareVersion} for {target}, {bytes.Length} bytes, is in "
                    + $"{archive}");
            return 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"flash pack: {exception.Message}");
        }
    }
}
