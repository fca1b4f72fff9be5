// `update`: a newer program as a signed file onto a unit that already works. What was flashed stays; the unit
// itself checks the signature, tries the program, and goes back when it does not prove itself.

using System.CommandLine;
using System.Text.Json;
using Pulsegate.Diagnostics;
using Pulsegate.Field.Flash;
using Pulsegate.Field.Lines;
using Pulsegate.Field.Wire;
using Pulsegate.Provisioning;
using Pulsegate.Update;

namespace Pulsegate.Cli.Field;

internal static class UpdateCommand
{
    private const int StepCount = 4, AskSeconds = 60, SendSeconds = 300, StartSeconds = 90;
    private const int ProofSeconds = (SelfTest.LimitMs / 1000) + 30;

    public static Command Create()
    {
        var options = new FieldOptions();
        var unit = new Option<string?>("--unit") { Description = "folder of the unit", HelpName = "FOLDER" };
        var board = new Option<string?>("--board") { Description = FieldBoard.UpdatingNames, HelpName = "B" };
        var station = new Option<string?>("--station")
        {
            Description = "folder of the station, for a unit whose keys were renewed over the air",
            HelpName = "FOLDER",
        };
        var archive = new Option<string>("--archive")
        {
            Description = "folder with the images", DefaultValueFactory = _ => "archive", HelpName = "FOLDER",
        };
        var command = new Command(
            "update", "put a newer program onto a unit as a signed file; it goes back if it fails")
        {
            unit, board, station, archive,
        };
        options.AddTo(command);
        command.SetAction(result =>
        {
            using FieldBench bench = FieldBench.Open(options, result, needsBackend: true);
            string folder = result.GetValue(unit) ?? bench.UnitFolder
                ?? throw new CommandException(
                    "name the unit's folder: --unit FOLDER, from ./pulsegate provision new");
            FieldBoard named =
                bench.Board is null ? FieldBoard.Find(result.GetValue(board)) : FieldBoard.Virtual;
            return named.TakesUpdates
                ? Run(
                    bench, folder, named.Name, result.GetRequiredValue(archive),
                    result.GetValue(station) ?? bench.StationFolder)
                : throw new CommandException($"{named.Name} takes no updates: flash it");
        });
        return command;
    }

    private static int Run(FieldBench bench, string folder, string board, string archive, string? station)
    {
        DeviceIdentity identity = DeviceIdentity.Load(Path.Combine(folder, DeviceIdentity.FileName));
        if (identity.WrapKey is null)
        {
            throw new CommandException(
                $"{folder} is of before updates: make it anew with ./pulsegate provision rotate");
        }

        BoardArchive image = FlashCommand.ReadArchive(archive, board);
        bench.TakeAlone();
        var journey = new Journey(
            "update", bench, $"{bench.Port} {identity.Device} {image.Sha256}", StepCount);
        string slot = "";
        DeviceIdentity current = identity;
        journey.Check("unit", AskSeconds, "press RESET on the board", step =>
        {
            string[] free = Ask(bench, step, identity, image).Split('.');
            slot = free[0];
            current = Current(identity, free.Length > 1 ? free[1] : "", folder, station);
        });
        journey.Check(
            "files", SendSeconds, "press RESET on the board",
            step => Send(bench, step, slot, current, image));
        journey.Check(
            "start", StartSeconds, "look what it says with: ./pulsegate monitor",
            step => HearStart(bench, step, image));
        journey.Check(
            "proof", ProofSeconds,
            "let the unit reach its backend and repeat; after three starts without it goes back",
            step => HearProof(bench, step, image));
        journey.End();
        Console.WriteLine($"{identity.Device} runs version {image.Version} and has proved it");
        return 0;
    }

    // The unit says which slot is free, and what it runs: it would refuse the same and anything older.
    private static string Ask(FieldBench bench, JourneyStep step, DeviceIdentity identity, BoardArchive image)
    {
        using WireSession session = WireSession.Open(bench.Port);
        UnitLineText banner = UnitListener.RestartAndHearBanner(session, step);
        if (banner.Text("device") != identity.Device)
        {
            throw new IOException(
                $"the unit says it is {banner.Text("device")}, the folder is {identity.Device}'s");
        }

        int running = UpdateManifest.NumberOf(banner.Text("version"));
        if (UpdateManifest.NumberOf(image.Version) <= running)
        {
            throw new IOException(
                $"the unit runs version {banner.Text("version")}: {image.Version} is not newer, and an "
                    + "update only goes up");
        }

        return banner.Text("free").Split('.')[0] is UpdateSlots.SlotA or UpdateSlots.SlotB
            ? banner.Text("free")
            : throw new IOException("this unit takes no updates: flash it");
    }

    // The unit believes what is signed under the keys that it has. Those that came over the air are in no
    // folder; the station derives them.
    private static DeviceIdentity Current(
        DeviceIdentity identity, string version, string folder, string? station)
    {
        if (!int.TryParse(version, out int unitVersion) || unitVersion == identity.KeyVersion)
        {
            return identity;
        }

        if (station is null)
        {
            throw new IOException(
                $"the unit has key version {unitVersion}, {folder} has {identity.KeyVersion}: "
                    + "its keys were renewed; say --station FOLDER, where the station is");
        }

        using Station opened = Station.Open(station);
        return identity with
        {
            KeyVersion = unitVersion, WrapKey = opened.WrapKeyOf(identity.Device, unitVersion),
        };
    }

    private static void Send(
        FieldBench bench, JourneyStep step, string slot, DeviceIdentity identity, BoardArchive image)
    {
        byte[] program = bench.Board is null ? PeFile.UpdateOf(image.Bytes, image.Version) : image.Bytes;
        byte[] manifest =
            UpdateSet.Sign(image.Version, image.Board, program, identity.KeyVersion, identity.WrapKey!);
        using var scratch = new SecretScratch(bench.StateFile);
        string temporary = scratch.Path;
        string imageFile = Path.Combine(temporary, "image.bin");
        File.WriteAllBytes(imageFile, program);
        string manifestFile = Path.Combine(temporary, "manifest.txt");
        File.WriteAllBytes(manifestFile, manifest);
        (string Name, string Source)[] files =
        [
            (slot + UpdateSlots.ImageEnd, imageFile), (slot + UpdateSlots.ManifestEnd, manifestFile),
        ];
        var content = new
        {
            serialport = bench.Port,
            files = files.Select(file => new
            {
                DestinationFilePath = "I:\\up\\" + file.Name, SourceFilePath = file.Source,
            }),
        };
        string deployment = Path.Combine(temporary, "files.json");
        File.WriteAllBytes(deployment, JsonSerializer.SerializeToUtf8Bytes(content));
        bench.Nanoff.Run(step, "--serialport", bench.Port, "--filedeployment", deployment);
    }

    private static void HearStart(FieldBench bench, JourneyStep step, BoardArchive image)
    {
        using WireSession session = WireSession.Open(bench.Port);
        UnitLineText banner = UnitListener.RestartAndHearBanner(session, step);
        if (banner.Text("version") != image.Version)
        {
            throw new IOException(
                $"the unit runs version {banner.Text("version")}: it has refused the update, or the update "
                    + "did not come up");
        }
    }

    private static void HearProof(FieldBench bench, JourneyStep step, BoardArchive image)
    {
        using WireSession session = WireSession.Open(bench.Port);
        UnitLineText? check = UnitListener.Hear(
            session, step, "check", line
                => line.Text("name") == "backend" && line.Text("result") == "passed");
        if (check is null)
        {
            throw new IOException(
                $"the backend has not committed an event of version {image.Version}: it stays on trial");
        }
    }
}
