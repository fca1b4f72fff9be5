// `database`: backup, restore and retention of the ingest's database.

using System.CommandLine;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Database;

internal static class DatabaseCommand
{
    private const int DaysMax = 36_500;

    public static Command Create()
    {
        var settings = new Option<string>("--settings")
        {
            Description = "settings file of the ingest", Required = true, HelpName = "FILE", Recursive = true,
        };
        var database = new Option<string?>("--database")
        {
            Description = "in place of the one in the settings", HelpName = "ADDRESS", Recursive = true,
        };
        var output = new Option<string>("--out") { Description = "a new folder", Required = true,
            HelpName = "FOLDER" };
        var input = new Option<string>("--from") { Description = "folder of the backup", Required = true,
            HelpName = "FOLDER" };
        var days = new Option<int>("--days") { Description = "keep what came in these days", Required = true,
            HelpName = "N" };
        var backup = new Command("backup",
            "database and keyring into a folder; the ingest may run") { output };
        var restore = new Command("restore", "put a backup back into a database that is new") { input };
        var retain = new Command("retain",
            "remove what is older; on SQLite while the ingest is stopped") { days };
        IngestOptions Options(ParseResult result)
        {
            IngestOptions options = IngestOptions.Load(result.GetRequiredValue(settings));
            return result.GetValue(database) is { } address ? options with { Database = address } : options;
        }

        backup.SetAction(result => Run(() =>
        {
            IngestOptions options = Options(result);
            DatabaseBackup.Take(options.ReadAddress(), options.KeyringFile, result.GetRequiredValue(output));
            Console.WriteLine(
                $"backup of {options.ReadAddress().Text} and its keyring in "
                    + $"{result.GetRequiredValue(output)}");
        }));
        restore.SetAction(result => Run(() =>
        {
            IngestOptions options = Options(result);
            DatabaseBackup.Restore(result.GetRequiredValue(input), options.ReadAddress(),
                options.KeyringFile);
            Console.WriteLine(
                $"restored into {options.ReadAddress().Text}; what was committed after the backup will show "
                    + $"in the view gap "
                + "when devices go on, and each store has an incident 'restored'");
        }));
        retain.SetAction(result => Run(() => Retain(Options(result).ReadAddress(), result.GetValue(days))));
        return new Command("database", "backup, restore and retention of the ingest's database")
        {
            settings, database, backup, restore, retain,
        };
    }

    private static void Retain(DatabaseAddress address, int days)
    {
        if (days is < 1 or > DaysMax)
        {
            throw new CommandException($"--days is 1 to {DaysMax}");
        }

        using IRecordSink sink = RecordSink.Open(address);
        long removed = sink.Retain(DateTimeOffset.UtcNow.AddDays(-days).ToUnixTimeMilliseconds());
        Console.WriteLine($"{removed} records removed from {address.Text}");
    }

    private static int Run(Action action)
    {
        try
        {
            action();
            return 0;
        }
        catch (Exception e) when (
            e is IngestException or ProvisioningException or IOException or UnauthorizedAccessException)
        {
            throw new CommandException(e.Message);
        }
    }
}
