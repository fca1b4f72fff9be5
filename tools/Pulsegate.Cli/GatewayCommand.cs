// `gateway`: one virtual unit against a broker, until it is stopped.

using System.CommandLine;
using System.Diagnostics;
using Pulsegate.Configuration;
using Pulsegate.Mosquitto;
using Pulsegate.Provisioning;
using Pulsegate.Renewal;
using Pulsegate.Store;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Cli;

internal static class GatewayCommand
{
    // the certificates in use, below the folder that stands for flash
    private const string InUseFolder = "tls";
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var unit = new Option<string>("--unit")
        {
            Description = "folder of the provisioned unit (identity.json, ca.pem, cert.pem, key.pem, "
                + "configuration.json)", Required = true,
            HelpName = "FOLDER",
        };
        var store = new Option<string>("--store")
        {
            Description = "folder that stands for the unit's flash", Required = true, HelpName = "FOLDER",
        };
        var seconds = new Option<int>("--seconds") { Description = "stop by itself after this time" };
        Option<string?> configuration = ConfigurationFile.Option();
        var light = new LightOptions();
        var command = new Command("gateway", "run one virtual unit against a broker")
            { unit, store, configuration, seconds };
        light.AddTo(command);
        command.SetAction(result =>
        {
            if (result.GetValue(seconds) < 0)
            {
                throw new CommandException("--seconds must not be negative");
            }

            string folder = result.GetRequiredValue(unit);
            string ownSettings = Path.Combine(folder, UnitFolder.ConfigurationName);
            GatewayConfiguration settings = ConfigurationFile.Read(
                result.GetValue(configuration) ?? (File.Exists(ownSettings) ? ownSettings : null));
            return Run(
                folder, result.GetRequiredValue(store), settings, light.Open(result).Light,
                result.GetValue(seconds));
        });
        return command;
    }

    private static int Run(
        string unitFolder, string storeFolder, GatewayConfiguration configuration,
        Iot.Device.Max3010x.Emulator.IPpgSource light, int seconds)
    {
        try
        {
            var folder = new UnitFolder(unitFolder);
            using var stop = new StopSignal();
            var sinceStart = Stopwatch.StartNew();
            bool IsOver() => seconds > 0 && sinceStart.ElapsedMilliseconds >= seconds * 1000L;
            int exitCode;
            bool isRestartDue;
            do
            {
                exitCode =
                    RunOneBoot(folder, storeFolder, configuration, light, stop, IsOver, out isRestartDue);
            }
            while (isRestartDue && !IsOver());
            return exitCode;
        }
        catch (Exception exception)
            when (exception is ProvisioningException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(exception.Message);
        }
    }

    // From start to stop, or to the restart that a command asked for.
    private static int RunOneBoot(
        UnitFolder folder, string storeFolder, GatewayConfiguration configuration,
        Iot.Device.Max3010x.Emulator.IPpgSource light, StopSignal stop, Func<bool> isOver,
        out bool isRestartDue)
    {
        var clock = new HostClock();
        using var storage = new FileStorage(storeFolder);
        KeyRenewal keys = folder.OpenKeys(storage);
        CertificateRenewal certificates = folder.OpenCertificates(storage);
        using MosquittoLink link = folder.CreateLink(
            configuration, certificates, Path.Combine(storeFolder, InUseFolder));
        using var process = new GatewayProcess(
            new VirtualUnit(new VirtualUnitParts(
                folder.Identity.Device, folder.Identity.EpochUpper, clock, storage, keys,
                new ConsoleIndicator(), light, configuration, null, certificates)),
            link, keys, folder.Identity.Device, clock);
        Console.WriteLine($"gateway {folder.Identity.Device} runs; Ctrl-C stops it");
        Console.WriteLine(process.Read(unit => StoreReport.Line(unit.Store)));
        string told = "";
        int refusalTold = 0;
        do
        {
            isRestartDue = process.IsRestartDue;
            told = TellLink(process, told);
            refusalTold = TellRefusal(process, refusalTold);
        }
        while (!isRestartDue && !stop.Wait(PollTime) && process.Failure is null && !isOver());

        bool isDrained = process.Stop(DrainLimit);
        if (!isDrained)
        {
            TellLink(process, told);   // a stop tries once more: a run may be over before its first attempt is
        }

        ReadingBalance balance = process.Read(ReadingBalance.Of);
        Console.WriteLine(isRestartDue ? $"restarting as the backend asked; {balance}" : balance.ToString());
        if (process.Failure is { } failure)
        {
            throw new CommandException($"the gateway failed: {failure.GetType().Name}: {failure.Message}");
        }

        if (balance.InRam > 0)
        {
            throw new CommandException(
                $"{balance.InRam} readings could not be stored and are lost: check the folder {storeFolder} "
                    + $"and the free space");
        }

        if (process.Uplink.Connects == 0 && IsLasting(process.Uplink.LastError))
        {
            throw new CommandException(
                $"never reached the broker {configuration.BrokerHost}:{configuration.BrokerPort}: "
                    + $"{process.Uplink.LastError}"
                + $"{Advice(process.Uplink.LastError)}; the readings are in {storeFolder}");
        }

        if (!isDrained)
        {
            Console.Error.WriteLine(
                "pulsegate: not everything was acknowledged; the rest stays in the store and goes next time");
        }

        return balance.IsBalanced ? 0 : 1;
    }

    // What does not pass by waiting, as a broker that is down does.
    private static bool IsLasting(string error)
        => error.StartsWith("TLS:", StringComparison.Ordinal)
            || error.Contains("cannot be resolved", StringComparison.Ordinal)
            || error.StartsWith("refused", StringComparison.Ordinal)
            || error.StartsWith("subscription refused", StringComparison.Ordinal);

    private static string Advice(string error)
        => error.Contains("trust", StringComparison.Ordinal)
            ? " (unit and broker must be of one station: 'provision new' and 'provision broker')"
        : error.Contains("expired", StringComparison.Ordinal)
        ? " ('provision rotate' gives the unit a new one)"
        : error.Contains("revoked", StringComparison.Ordinal)
        ? " (provision the unit anew, under another name)"
        : error.Contains("another host", StringComparison.Ordinal)
            ? " (brokerHost must be a name that 'provision broker --host' was given)"
        : "";

    // A link that does not come up is told once for each new reason, not at every attempt.
    private static string TellLink(GatewayProcess process, string told)
    {
        string error = process.Uplink.State == Platform.LinkState.Up ? "" : process.Uplink.LastError;
        if (error.Length > 0 && error != told)
        {
            Console.Error.WriteLine(
                $"pulsegate: broker: {Printable.Line(error)} (readings stay in the store; trying again)");
        }

        return error.Length > 0 ? error : told;
    }

    // So is why the broker does not take what it is given.
    private static int TellRefusal(GatewayProcess process, int told)
    {
        int code = process.Uplink.LastRefusalCode;
        if (code != told)
        {
            string advice = code == MosquittoReason.NotAuthorised
                ? ": check its access list and this unit's certificate" : "";
            Console.Error.WriteLine(
                $"pulsegate: broker: a message was not delivered: {MosquittoReason.OfCode(code)}{advice} "
                + "(records stay in the store)");
        }

        return code;
    }
}
