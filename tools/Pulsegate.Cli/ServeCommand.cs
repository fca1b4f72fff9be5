// `serve`: the read API over the ingest's database, until it is stopped.

using System.CommandLine;
using System.Net;
using Pulsegate.Read;
using Pulsegate.Read.Webhooks;

namespace Pulsegate.Cli;

internal static class ServeCommand
{
    private const int PortDefault = 8480;
    private const int RequestsMin = 60;

    public static Command Create()
    {
        var database = new Option<string>("--database")
        {
            Description = "the ingest's database: FILE or postgres://USER@HOST:PORT/NAME", Required = true,
            HelpName = "ADDRESS",
        };
        Option<string> access = TokenCommand.AccessOption();
        var keys = new Option<string?>("--keys") { Description = "keyring, to verify messages anew",
            HelpName = "FILE" };
        var port = new Option<int>("--port")
        {
            Description = "port; 0 for one that is free", DefaultValueFactory = _ => PortDefault,
        };
        var address = new Option<string>("--address")
        {
            Description = "where to listen; beyond this machine only with a certificate",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        var certificate = new Option<string?>("--certificate") { Description = "certificate, PEM",
            HelpName = "FILE" };
        var key = new Option<string?>("--certificate-key") { Description = "its key, PEM",
            HelpName = "FILE" };
        var webhooks = new Option<string?>("--webhooks")
        {
            Description = "who is told of alarms, JSON: [{\"name\", \"url\", \"secret\"}, ...]; mode 0600",
            HelpName = "FILE",
        };
        var requests = new Option<int>("--requests-per-minute")
        {
            Description = "most requests of one token in a minute, at least 60",
            DefaultValueFactory = _
                => new ReadOptions { Database = "", AccessFile = "" }.RequestsPerMinuteMax,
        };
        Option<string?> otlp = Operations.OtlpOption();
        var command = new Command("serve",
            "the read API: readings, gaps, alarms over HTTP, by token and role")
        {
            database, access, keys, port, address, certificate, key, webhooks, requests, otlp,
        };
        command.SetAction(result => Run(result.GetValue(webhooks), new ReadOptions
        {
            Database = result.GetRequiredValue(database), AccessFile = result.GetRequiredValue(access),
            KeyringFile = result.GetValue(keys), Port = Port(result.GetValue(port)),
            Address = Address(result.GetValue(address)!),
            CertificateFile = result.GetValue(certificate), CertificateKeyFile = result.GetValue(key),
            RequestsPerMinuteMax = Requests(result.GetValue(requests)),
            Otlp = Operations.Otlp(result.GetValue(otlp)),
            LibraryFolder = Environment.GetEnvironmentVariable(PageSettings.LibraryVariable) ?? "",
        }));
        return command;
    }

    private static int Run(string? webhooks, ReadOptions options)
    {
        try
        {
            options = webhooks is null ? options : options with { Webhooks = Webhook.Load(webhooks) };
            using var stop = new StopSignal();
            ReadServer server = ReadServer.StartAsync(
                options, null, problem => Console.Error.WriteLine(
                    $"pulsegate: serve: {Printable.Line(problem)}")).GetAwaiter().GetResult();
            Console.WriteLine(
                $"read API on {server.Address}; a browser shows the fleet there; its document is "
                + "openapi.json; Ctrl-C stops it");
            stop.Token.WaitHandle.WaitOne();
            server.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return 0;
        }
        catch (ReadException exception)
        {
            throw new CommandException(exception.Message);
        }
    }

    private static int Port(int port) => port is >= 0 and <= 65535 ? port
        : throw new CommandException("--port is 0 to 65535");

    private static int Requests(int number) => number >= RequestsMin ? number
        : throw new CommandException($"--requests-per-minute is at least {RequestsMin}");

    private static IPAddress Address(string text) => IPAddress.TryParse(text, out IPAddress? address)
        ? address
        : throw new CommandException("--address is an address as 127.0.0.1 or ::1");
}
