// `provision`: the station. Everything that a site needs to run without the demo comes from here: keys,
// certificates, the broker's configuration, the ingest's keyring and settings. No command prints a secret.

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Pulsegate.Diagnostics;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli;

internal static partial class ProvisionCommand
{
    private const int PortMax = 65535;
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true,
    };

    public static Command Create()
        => new("provision", "make and end identities: keys, certificates, broker, keyring")
    {
        Init(), NewDevice(), List(), Revoke(), Rotate(), Renew(), Broker(), Backend(), Keyring(),
        Field.InstallCommand.Create(),
    };

    private static Command Init()
    {
        Option<string> station = Station();
        var command =
            new Command("init", "make a station: an authority and a master key in a new folder") { station };
        command.SetAction(result => Guarded(() =>
        {
            string folder = result.GetRequiredValue(station);
            using Provisioning.Station made = Provisioning.Station.Create(folder);
            Console.WriteLine(
                $"station in {folder}: keep master.key and ca.key to yourself, and a copy of them safe");
        }));
        return command;
    }

    private static Command NewDevice()
    {
        (Argument<string> device, Option<string> station, Option<string> output) =
            (Device(), Station(), Output());
        (Option<string> host, Option<int> port) = Address();
        Option<SignatureAlgorithm?> algorithm = Algorithm("HS256");
        var command =
            new Command("new", "provision a device: identity, keys, certificate and settings in a new folder")
        {
            device, station, output, host, port, algorithm,
        };
        command.SetAction(result => With(result.GetRequiredValue(station), opened =>
        {
            string folder = result.GetRequiredValue(output);
            opened.NewDevice(
                result.GetRequiredValue(device), folder,
                result.GetValue(algorithm) ?? SignatureAlgorithm.HS256);
            WriteSettings(folder, result.GetRequiredValue(host), result.GetValue(port));
            Console.WriteLine(
                $"{result.GetValue(device)} is in {folder}; export the keyring again for the ingest");
        }));
        return command;
    }

    private static Command List()
    {
        Option<string> station = Station();
        var command = new Command("list", "list the devices of a station") { station };
        command.SetAction(result => With(result.GetRequiredValue(station), opened =>
        {
            foreach (ProvisionedDevice device in opened.Devices)
            {
                string state = device.RevokedUtc is { } revoked
                    ? "revoked " + Day(revoked)
                    : "certificate until " + Day(device.NotAfterUtc) + Ending(device.NotAfterUtc);
                string algorithm = device.AlgorithmOf(device.KeyVersions[^1]) == SignatureAlgorithm.ES256
                    ? "  ES256" : "";
                Console.WriteLine($"{device.Device}  key versions {string.Join(", ", device.KeyVersions)}  "
                    + $"{state}{algorithm}");
            }

            Console.WriteLine($"{opened.Devices.Count} devices");
        }));
        return command;
    }

    private static Command Revoke()
    {
        (Argument<string> device, Option<string> station) = (Device(), Station());
        var broker = new Option<string?>("--broker")
            { Description = "folder of the broker, to put the list there", HelpName = "FOLDER" };
        var keyring =
            new Option<string?>("--keyring") { Description = "keyring to write again", HelpName = "FILE" };
        var command = new Command("revoke", "end the trust in a device") { device, station, broker, keyring };
        command.SetAction(result => With(result.GetRequiredValue(station), opened =>
        {
            opened.Revoke(result.GetRequiredValue(device));
            if (result.GetValue(broker) is { } folder)
            {
                opened.SaveRevocationList(Path.Combine(folder, BrokerConfiguration.RevocationFile));
            }

            if (result.GetValue(keyring) is { } file)
            {
                opened.ExportKeyring(file);
            }

            Console.WriteLine(
                $"{result.GetValue(device)} is revoked. It is off when the broker has crl.pem and was "
                    + $"started again, "
                + "and the ingest has the new keyring and was started again");
        }));
        return command;
    }

    private static Command Broker()
    {
        (Option<string> station, Option<string> output) = (Station(), Output());
        (Option<string> host, Option<int> port) = Address();
        var bind = new Option<string>("--bind")
        {
            Description = "address to listen on; 0.0.0.0 for every network",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        var command = new Command("broker", "the broker's certificate and mosquitto configuration")
            { station, output, host, port, bind };
        command.SetAction(result => With(result.GetRequiredValue(station), opened =>
        {
            var configuration = new BrokerConfiguration
            {
                Folder = result.GetRequiredValue(output), Port = result.GetValue(port),
                BindAddress = result.GetRequiredValue(bind),
            };
            configuration.Check();
            opened.NewBroker(configuration.Folder, result.GetRequiredValue(host));
            configuration.Save();
            Console.WriteLine(
                $"start it with: {MosquittoBroker.Executable} -c {configuration.ConfigurationPath}");
        }));
        return command;
    }

    private static Command Backend()
    {
        var name = new Argument<string>("NAME") { Description = "ingest, ingest-reader or ingest-operator" };
        (Option<string> station, Option<string> output) = (Station(), Output());
        (Option<string> host, Option<int> port) = Address();
        var command =
            new Command("backend", "a certificate for the backend; for 'ingest' also keyring and settings")
        {
            name, station, output, host, port,
        };
        command.SetAction(result => With(result.GetRequiredValue(station), opened =>
        {
            string folder = Path.GetFullPath(result.GetRequiredValue(output));
            opened.NewBackend(result.GetRequiredValue(name), folder);
            Console.WriteLine($"certificate of {result.GetValue(name)} in {folder}");
            if (result.GetValue(name) == "ingest")
            {
                WriteIngest(opened, folder, result.GetRequiredValue(host), result.GetValue(port));
            }
        }));
        return command;
    }

    private static Command Keyring()
    {
        Option<string> station = Station();
        var output = new Option<string>("--out")
            { Description = "file to write, mode 0600", Required = true, HelpName = "FILE" };
        var command = new Command("keyring", "export the keys of every trusted device, for the ingest")
            { station, output };
        command.SetAction(result => With(result.GetRequiredValue(station), opened =>
        {
            opened.ExportKeyring(result.GetRequiredValue(output));
            Console.WriteLine(
                $"keyring in {result.GetValue(output)}: it is a secret; the ingest reads it when it starts");
        }));
        return command;
    }

    private static void WriteIngest(Provisioning.Station station, string folder, string host, int port)
    {
        string keyring = Path.Combine(folder, "keyring.json");
        string settings = Path.Combine(folder, "settings.json");
        station.ExportKeyring(keyring);
        var options = new IngestOptions
        {
            BrokerHost = host,
            BrokerPort = port,
            CaFile = Path.Combine(folder, IssuedCertificate.AuthorityFile),
            CertificateFile = Path.Combine(folder, IssuedCertificate.CertificateFile),
            KeyFile = Path.Combine(folder, IssuedCertificate.KeyFile),
            KeyringFile = keyring,
            DatabaseFile = Path.Combine(folder, "pulsegate.db"),
        };
        PrivateFile.Write(settings, JsonSerializer.SerializeToUtf8Bytes(options, Json));
        Console.WriteLine($"start it with: ./pulsegate ingest --settings {settings}");
    }

    private static void WriteSettings(string folder, string host, int port)
    {
        string text = JsonSerializer.Serialize(new { brokerHost = host, brokerPort = port }, Json) + "\n";
        PrivateFile.Write(Path.Combine(folder, UnitFolder.ConfigurationName), Encoding.UTF8.GetBytes(text));
    }

    private static Option<string> Station() => new("--station")
    {
        Description = "folder of the station", Required = true, HelpName = "FOLDER",
    };

    private static Option<string> Output() => new("--out")
    {
        Description = "folder to make", Required = true, HelpName = "FOLDER",
    };

    private static Option<SignatureAlgorithm?> Algorithm(string otherwise)
    {
        var option = new Option<SignatureAlgorithm?>("--algorithm")
        {
            Description = $"how the unit signs what it sends: HS256 or ES256 (default: {otherwise})",
            HelpName = "NAME",
        };
        option.AcceptOnlyFromAmong(Enum.GetNames<SignatureAlgorithm>());
        return option;
    }

    private static Argument<string> Device()
        => new("DEVICE") { Description = "device id: 4 to 32 of a-z, 0-9 and '-'" };

    private static (Option<string> Host, Option<int> Port) Address()
    {
        var host = new Option<string>("--host")
        {
            Description = "name of the broker, as devices and backend call it",
            DefaultValueFactory = _ => "localhost",
        };
        var port = new Option<int>("--port")
            { Description = "its port", DefaultValueFactory = _ => IngestOptions.BrokerPortDefault };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Any(
                token => int.TryParse(token.Value, out int value) && value is < 1 or > PortMax))
            {
                result.AddError($"--port must be 1 to {PortMax}");
            }
        });
        return (host, port);
    }

    private static string Ending(DateTimeOffset notAfter)
    {
        double days = (notAfter - DateTimeOffset.UtcNow).TotalDays;
        return days >= Telemetry.CertificateWarningDays ? ""
            : days < 0 ? "  ENDED: provision renew" : $"  ends in {(int)days} days: provision renew";
    }

    private static string Day(DateTimeOffset time)
        => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static int With(string folder, Action<Provisioning.Station> action) => Guarded(() =>
    {
        using Provisioning.Station opened = Provisioning.Station.Open(folder);
        action(opened);
    });

    private static int Guarded(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (ProvisioningException exception)
        {
            throw new CommandException(exception.Message);
        }
    }
}
