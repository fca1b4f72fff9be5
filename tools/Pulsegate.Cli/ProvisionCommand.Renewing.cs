// What of `provision` renews a device: keys and certificate, in a folder for a visit or as an order that
// `command` sends.

using System.CommandLine;
using Pulsegate.Commands;
using Pulsegate.Ingest.Format;
using Pulsegate.Provisioning;
using Command = System.CommandLine.Command;

namespace Pulsegate.Cli;

internal static partial class ProvisionCommand
{
    private static Command Rotate()
    {
        (Argument<string> device, Option<string> station) = (Device(), Station());
        var output = new Option<string?>("--out")
            { Description = "folder to make, to be put onto the unit", HelpName = "FOLDER" };
        Option<string?> order = Order("file to write, to be sent with 'command DEVICE rotate-keys FILE'");
        var from = new Option<int>("--from")
        {
            Description = "key version that the unit has, when it never took the newest one here",
        };
        (Option<string> host, Option<int> port) = Address();
        Option<SignatureAlgorithm?> algorithm = Algorithm("as before; over the air it always stays");
        var newStore = new Option<bool>("--new-store")
        {
            Description = "with --out: for a unit whose flash was erased; its store begins anew",
        };
        var command = new Command(
            "rotate", "next keys for a device: with a new certificate in a folder, or wrapped, to be sent")
        {
            device, station, output, order, from, host, port, algorithm, newStore,
        };
        command.SetAction(result => With(result.GetRequiredValue(station), opened =>
        {
            string name = result.GetRequiredValue(device);
            switch (result.GetValue(output), result.GetValue(order))
            {
                case ({ } folder, null):
                    DeviceIdentity identity = opened.Rotate(
                        name, folder, result.GetValue(from), result.GetValue(algorithm),
                        result.GetValue(newStore));
                    WriteSettings(folder, result.GetRequiredValue(host), result.GetValue(port));
                    Console.WriteLine(
                        $"{name} has key version {identity.KeyVersion} in {folder}. Export the keyring and "
                            + $"start the ingest "
                        + "again first, then put the folder onto the unit; version "
                        + $"{identity.PreviousKeyVersion} stays good for what is in its flash");
                    break;
                case (null, { }) when result.GetValue(newStore):
                    throw new CommandException(
                        "a new store is for a unit whose flash was erased: give --new-store with --out");
                case (null, { }) when result.GetValue(algorithm) is not null:
                    throw new CommandException(
                        "keys that come over the air leave the algorithm as it is: give --algorithm with "
                            + "--out");
                case (null, { } file):
                    opened.RotateOverTheAir(name, result.GetValue(from), (version, wrapped) =>
                    {
                        Save(file, name, new CommandOrder(CommandCode.RotateKeys, [version], wrapped));
                        Console.WriteLine(
                            $"key version {version} of {name} is in {file}, wrapped. Export the keyring and "
                                + $"start the ingest "
                            + $"again, then: ./pulsegate command {name} rotate-keys {file}");
                    });
                    break;
                default:
                    throw new CommandException(
                        "say either --out FOLDER, for a visit, or --order FILE, to send it");
            }
        }));
        return command;
    }

    private static Command Renew()
    {
        (Argument<string> device, Option<string> station) = (Device(), Station());
        Option<string?> order =
            Order("file to write, to be sent with 'command DEVICE renew-certificate FILE'");
        order.Required = true;
        var command = new Command("renew", "a new certificate for the key that a device has, to be sent")
            { device, station, order };
        command.SetAction(result => With(result.GetRequiredValue(station), opened =>
        {
            (string name, string file) = (result.GetRequiredValue(device), result.GetValue(order)!);
            opened.Renew(name, certificate =>
            {
                Save(file, name, new CommandOrder(
                    CommandCode.RenewCertificate, [certificate.EndDay], certificate.CertificateDer));
                Console.WriteLine(
                    $"certificate of {name} until {Day(certificate.NotAfterUtc)} is in {file}: "
                    + $"./pulsegate command {name} renew-certificate {file}");
            });
        }));
        return command;
    }

    private static Option<string?> Order(string description)
        => new("--order") { Description = description, HelpName = "FILE" };

    private static void Save(string file, string? device, CommandOrder order)
    {
        if (File.Exists(file))
        {
            throw new ProvisioningException($"{file} exists already");
        }

        PrivateFile.Write(file, order.ToFile(device));
    }
}
