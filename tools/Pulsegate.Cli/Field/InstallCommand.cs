// `provision install`: identity, keys, certificates, settings and Wi-Fi onto a unit, through nanoff's file
// deployment. Nothing secret is an argument or is printed: the unit proves what it has by digests.

using System.CommandLine;
using System.Globalization;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Field.Lines;
using Pulsegate.Field.Wire;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Field;

internal static class InstallCommand
{
    private const int CheckSeconds = 5, SendSeconds = 180, TakeSeconds = 90;
    private const int UnitSeconds = 60;
    private const int StepCount = 4;

    // In the folder of a unit that has taken it.
    private const string InstalledMark = "installed";

    // What a unit without an identity calls itself.
    private const string Unprovisioned = "unprovisioned";
    private static readonly string[] Names =
    [
        DeviceIdentity.FileName, IssuedCertificate.CertificateFile, IssuedCertificate.KeyFile,
        IssuedCertificate.AuthorityFile,
        UnitFolder.ConfigurationName,
    ];

    public static Command Create()
    {
        var options = new FieldOptions();
        var unit = new Option<string?>("--unit")
        {
            Description = "folder of the unit, from 'provision new' or 'rotate'", HelpName = "FOLDER",
        };
        var wifi = new Option<string?>("--wifi")
        {
            Description = "file with ssid and password, mode 0600; without it they are asked for",
            HelpName = "FILE",
        };
        var keepWifi = new Option<bool>("--keep-wifi")
        {
            Description = "leave the unit's Wi-Fi settings as they are",
        };
        var command = new Command("install",
            "put identity, keys, certificates, settings and Wi-Fi onto a unit") { unit, wifi, keepWifi };
        options.AddTo(command);
        command.SetAction(result =>
        {
            using FieldBench bench = FieldBench.Open(options, result);
            string folder = result.GetValue(unit) ?? bench.UnitFolder
                ?? throw new CommandException(
                    "name the unit's folder: --unit FOLDER, from ./pulsegate provision new");
            WifiFile? network = result.GetValue(keepWifi) ? null
                : bench.Board is not null && result.GetValue(wifi) is null
                    ? new WifiFile("virtual", "not-a-secret")
                : WifiFile.Read(result.GetValue(wifi));
            return Run(bench, folder, network,
                canBeginStore: bench.Board is not null && result.GetValue(unit) is null);
        });
        return command;
    }

    private static int Run(FieldBench bench, string folder, WifiFile? network, bool canBeginStore)
    {
        NanoffTool nanoff = bench.Nanoff;
        string device = "";
        Dictionary<string, byte[]> files = [];
        string key = bench.Port + " " + Path.GetFullPath(folder);
        bench.TakeAlone();
        bool isAgain = File.Exists(Path.Combine(folder, InstalledMark));
        var journey = new Journey(
            "provision install", bench, key, isAgain ? StepCount + 1 : StepCount);
        journey.Check("folder", CheckSeconds, "make the folder anew with ./pulsegate provision new or rotate",
            _ =>
        {
            files = ReadFolder(folder, bench.Board is not null, out device);
        });
        if (isAgain)
        {
            journey.Check("unit", UnitSeconds,
                $"./pulsegate provision rotate {device} --station STATION --new-store --out ANOTHER-FOLDER, "
                    + $"keyring and "
                    + $"ingest, "
                    + "and install that one",
                step =>
            {
                if (IsEmpty(bench, step))
                {
                    BeginStore(bench, folder, canBeginStore);
                    files = ReadFolder(folder, bench.Board is not null, out device);
                }
            });
        }

        using (var scratch = new SecretScratch(bench.StateFile))
        {
            journey.Check("files", SendSeconds, "press RESET on the board",
                step => Send(nanoff, step, bench.Port, folder, files, scratch.Path));
            journey.Do("Wi-Fi", SendSeconds, "press RESET on the board",
                step => SendNetwork(nanoff, step, bench.Port, network, scratch.Path));
        }

        journey.Check("taken over", TakeSeconds,
            "start again and press BOOT within 5 s after each start of the unit", step =>
            HearFiles(bench, step, files, device));
        PrivateFile.Write(Path.Combine(folder, InstalledMark), []);
        journey.End();
        Console.WriteLine($"the unit is {device}. Next: ./pulsegate selftest "
            + $"{(bench.Board is null ? "--port " + bench.Port : "--virtual")}");
        return 0;
    }

    // A folder that a unit has taken once, and a unit that has nothing: its flash was erased, or it is
    // another board. Either begins a store anew under the epoch of the first, and the backend could believe
    // neither.
    private static void BeginStore(FieldBench bench, string folder, bool canBeginStore)
    {
        if (!canBeginStore)
        {
            throw new IOException(
                $"{folder} was installed before, and this unit is empty: it was erased, or is another "
                    + $"board, and "
                    + "has to begin a store of its own");
        }

        bench.BeginStore();   // the station of a virtual board is at hand
    }

    private static bool IsEmpty(FieldBench bench, JourneyStep step)
    {
        using WireSession session = WireSession.Open(bench.Port);
        return UnitListener.RestartAndHearBanner(session, step).Text("device") == Unprovisioned;
    }

    private static Dictionary<string, byte[]> ReadFolder(string folder, bool isVirtual, out string device)
    {
        var files = Names.ToDictionary(name => name, name => PrivateFile.Read(Path.Combine(folder, name)));
        DeviceIdentity identity = DeviceIdentity.Load(Path.Combine(folder, DeviceIdentity.FileName));
        device = identity.Device;
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(
                Encoding.ASCII.GetString(files[IssuedCertificate.CertificateFile]),
                Encoding.ASCII.GetString(files[IssuedCertificate.KeyFile]));
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new ProvisioningException($"{folder}: certificate and key do not belong together");
        }

        using (certificate)
        {
            if (certificate.GetNameInfo(X509NameType.SimpleName, false) != identity.Device
                || certificate.NotAfter < DateTime.Now)
            {
                throw new ProvisioningException(
                    $"{folder}: the certificate is not {identity.Device}'s, or has expired");
            }
        }

        GatewayConfiguration configuration =
            ConfigurationFile.Read(Path.Combine(folder, UnitFolder.ConfigurationName));
        return isVirtual || configuration.BrokerHost is not ("localhost" or "127.0.0.1")
            ? files
            : throw new ProvisioningException(
                $"{folder}: the broker is {configuration.BrokerHost}, which a unit cannot reach: make the "
                    + "folder with --host NAME");
    }

    // The list of the files goes last: without it the unit takes nothing.
    private static void Send(
        NanoffTool nanoff, JourneyStep step, string port, string folder, Dictionary<string, byte[]> files,
        string temporary)
    {
        string list = Path.Combine(temporary, IdentityIntake.ListName);
        PrivateFile.Write(list,
            Encoding.UTF8.GetBytes(string.Concat(files.Select(file => Entry(file.Key, file.Value)))));
        string deployment = Path.Combine(temporary, "files.json");
        var content = new
        {
            serialport = port,
            files = Names.Select(name => (Name: name, Source: Path.GetFullPath(Path.Combine(folder, name))))
                .Append((Name: IdentityIntake.ListName, Source: list))
                .Select(file => new { DestinationFilePath = "I:\\new\\" + file.Name,
                    SourceFilePath = file.Source }),
        };
        PrivateFile.Write(deployment, JsonSerializer.SerializeToUtf8Bytes(content));
        nanoff.Run(step, "--serialport", port, "--filedeployment", deployment);
    }

    private static string Entry(string name, byte[] content)
    {
        var crc = new Crc32();
        crc.Append(content);
        return string.Create(
            CultureInfo.InvariantCulture, $"{name} {content.Length} {crc.GetCurrentHashAsUInt32():X8}\n");
    }

    private static void SendNetwork(
        NanoffTool nanoff, JourneyStep step, string port, WifiFile? network, string temporary)
    {
        if (network is null)
        {
            return;
        }

        string deployment = Path.Combine(temporary, "network.json");
        var content = new
        {
            serialport = port,
            WirelessClient = new
            {
                network.Ssid, network.Password, Authentication = "WPA2",
                    Encryption = "WPA2", ConfigurationOption = "AutoConnect", DhcpEnabled = true,
            },
        };
        PrivateFile.Write(deployment, JsonSerializer.SerializeToUtf8Bytes(content));
        nanoff.Run(step, "--serialport", port, "--networkdeployment", deployment);
    }

    // The unit says of each file what it is by a digest; all must be what was sent.
    private static void HearFiles(
        FieldBench bench, JourneyStep step, Dictionary<string, byte[]> files, string device)
    {
        Console.WriteLine("the unit restarts; if it had an identity before, press its BOOT button now, "
            + "within 5 s");
        using WireSession session = WireSession.Open(bench.Port);
        UnitLineText banner = UnitListener.RestartAndHearBanner(session, step);
        if (banner.Text("device") != device)
        {
            throw new IOException(
                $"the unit says it is {banner.Text("device")}: it has not taken the new identity");
        }

        var missing = files.Keys.ToHashSet();
        while (missing.Count > 0)
        {
            UnitLineText line = UnitListener.Hear(session, step, "file", _ => true)
                ?? throw new IOException($"the unit said nothing of {string.Join(", ", missing)}");
            if (files.TryGetValue(line.Text("name"), out byte[]? content)
                && line.Text("digest") != Digest(content))
            {
                throw new IOException($"{line.Text("name")} on the unit is not the one that was sent");
            }

            missing.Remove(line.Text("name"));
        }
    }

    private static string Digest(byte[] content)
        => Convert.ToHexString(HMACSHA256.HashData(FileDigest.Key, content).AsSpan(0, FileDigest.ByteCount));
}
