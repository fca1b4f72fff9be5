// `demo`: the main job, end to end, on this machine: throw-away certificates, a real broker, one virtual
// gateway, the ingest.

using System.CommandLine;
using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Ingest;
using Pulsegate.Provisioning;
using Pulsegate.Web;

namespace Pulsegate.Cli;

internal static class DemoCommand
{
    public static Command Create()
    {
        var seconds = new Option<int>("--seconds")
            { Description = "end by itself after this time (default: until Ctrl-C)" };
        seconds.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => int.TryParse(token.Value, out int value) && value < 1))
            {
                result.AddError("--seconds must be at least 1");
            }
        });
        var port = new Option<int>("--port")
            { Description = "port of the broker on 127.0.0.1 (default: a free one)" };
        var keep = new Option<string?>("--keep")
        {
            Description = "keep certificates, keys and database in this new folder", HelpName = "FOLDER",
        };
        Option<string?> configuration = ConfigurationFile.Option();
        var light = new LightOptions();
        var page = new PageSettings();
        var command = new Command("demo", "broker, gateway, ingest and a page on this machine, live")
        {
            seconds, port, keep, configuration,
        };
        page.AddTo(command);
        light.AddTo(command);
        command.SetAction(result =>
        {
            string? path = result.GetValue(configuration);
            GatewayConfiguration settings = ConfigurationFile.Read(path);
            (IPpgSource source, string? whyNoSpO2) = light.Open(result);
            return Run(
                settings, source, whyNoSpO2, result.GetValue(seconds), result.GetValue(port),
                result.GetValue(keep),
                page.Read(result));
        });
        return command;
    }

    private static int Run(
        GatewayConfiguration configuration, IPpgSource light, string? whyNoSpO2, int seconds, int port,
        string? keep,
        PageOptions? page)
    {
        try
        {
            using var stop = new StopSignal();
            using var folder = new DemoFolder(keep);
            using var guard = new DemoGuard(folder.IsKept ? "" : folder.Path);
            using var session = new DemoSession(folder.Path, configuration, light, port, page);
            guard.WatchBroker(session.BrokerProcessId);
            DemoScreen.Run(session, whyNoSpO2, seconds, stop);
            return session.Finish() ? 0 : 1;
        }
        catch (Exception exception) when (
            exception is ProvisioningException or IngestException or IOException
                or UnauthorizedAccessException)
        {
            throw new CommandException(exception.Message);
        }
    }
}
