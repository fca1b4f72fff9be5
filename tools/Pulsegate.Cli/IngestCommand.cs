// `ingest`: the backend of one machine, until it is stopped.

using System.CommandLine;
using Pulsegate.Ingest;

namespace Pulsegate.Cli;

internal static class IngestCommand
{
    /// <summary>How long what waits is worked on after SIGTERM; the manifests give more
    /// (deploy/kubernetes).</summary>
    internal static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var settings = new Option<string>("--settings")
        {
            Description = "settings file, JSON: brokerHost, brokerPort, caFile, certificateFile, keyFile, "
                + "keyringFile, databaseFile",
            Required = true, HelpName = "FILE",
        };
        var database = new Option<string?>("--database")
        {
            Description = "in place of databaseFile: sqlite:PATH or postgres://USER@HOST:PORT/NAME; "
                + "a password is read from the file that PGPASSFILE names",
            HelpName = "ADDRESS",
        };
        Option<string?> metrics = Operations.MetricsOption();
        Option<string?> otlp = Operations.OtlpOption();
        var command = new Command("ingest", "the backend: verify, store in SQLite or PostgreSQL, acknowledge")
        {
            settings, database, metrics, otlp,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(settings), result.GetValue(database),
            () => Operations.Start(
                "pulsegate-ingest", IngestMetrics.MeterName, result.GetValue(metrics),
                result.GetValue(otlp))));
        return command;
    }

    private static int Run(string settings, string? database, Func<Operations> watch)
    {
        try
        {
            using Operations operations = watch();
            IngestOptions options = IngestOptions.Load(settings);
            if (database is not null)
            {
                options = options with { Database = database };
            }

            using var stop = new StopSignal();
            using IngestService service = IngestService.Start(
                options, problem => Console.Error.WriteLine($"pulsegate: ingest: {Printable.Line(problem)}"));
            Console.WriteLine($"ingest runs into {options.ReadAddress().Text}; Ctrl-C stops it");
            operations.Watch(
                () => !service.Completion.IsCompleted,
                () => !stop.Token.IsCancellationRequested
                    && service.GetTotals() is { IsConnected: true, LastError.Length: 0 });
            while (!stop.Wait(TimeSpan.FromMilliseconds(200)) && !service.Completion.IsCompleted)
            {
            }

            bool isClean = service.Stop(StopLimit);
            operations.Dispose();   // while the figures are still there
            IngestStatistics statistics = service.GetStatistics();
            Console.WriteLine(
                $"received {statistics.Received}, committed {statistics.Committed} records with "
                    + $"{statistics.ReadingsCommitted} readings, "
                + $"duplicates {statistics.Duplicates}, quarantined "
                + $"{statistics.Unverifiable + statistics.Conflicts}");
            service.Completion.GetAwaiter().GetResult();
            return isClean ? 0 : 1;
        }
        catch (IngestException exception)
        {
            throw new CommandException(exception.Message);
        }
    }
}
