using Microsoft.Data.Sqlite;
using Pulsegate.Ingest.Storage;
using Pulsegate.Tests.EndToEnd;

namespace Pulsegate.Tests.Field;

/// <summary>A virtual board of one test, with the failures it plays; the field commands run as
/// processes.</summary>
internal sealed class FieldCommand : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(170);

    public FieldCommand(string? folder = null)
    {
        Folder = folder ?? Directory.CreateTempSubdirectory("pulsegate-field-").FullName;
        Directory.CreateDirectory(Path.Combine(Board, "faults"));
    }

    public string Folder { get; }

    public string Board => Path.Combine(Folder, "board");

    public string Unit => Path.Combine(Folder, "site", "unit");

    public string OnDrive(string folder, string name) => Path.Combine(Board, "drive", folder, name);

    public void Play(string fault) => File.WriteAllBytes(Path.Combine(Board, "faults", fault), []);

    public void Mend(string fault) => File.Delete(Path.Combine(Board, "faults", fault));

    public (int ExitCode, string Output, string Error) Run(params string[] arguments)
        => CommandProcess.Run(Limit, [.. arguments, "--virtual", "--folder", Folder]);

    public CommandProcess Start(params string[] arguments)
        => CommandProcess.Start([.. arguments, "--virtual", "--folder", Folder]);

    public string Succeed(params string[] arguments)
    {
        (int exitCode, string output, string error) = Run(arguments);
        Assert.AreEqual(0, exitCode, $"{string.Join(' ', arguments)}: {output} {error}");
        return output;
    }

    /// <summary>The one line that it fails with.</summary>
    public string Fail(params string[] arguments)
    {
        (int exitCode, string output, string error) = Run(arguments);
        Assert.AreEqual(1, exitCode, $"{string.Join(' ', arguments)}: {output} {error}");
        Assert.AreEqual(1, error.Trim().Split('\n').Length, error);
        return error;
    }

    /// <summary>Notes of the events with a code that the backend has committed, in order.</summary>
    public string[] Notes(int code)
    {
        SystemSqlite.Initialize();
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Folder, "site", "pulsegate.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            "select fields ->> 'note' from record where fields ->> 'event' = $code order by sequence";
        command.Parameters.AddWithValue("$code", code);
        using SqliteDataReader reader = command.ExecuteReader();
        var notes = new List<string>();
        while (reader.Read())
        {
            notes.Add(reader.GetString(0));
        }

        return [.. notes];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
