// A backup of an ingest: database and keyring, in a new folder that only its owner can read. Taken while the
// ingest runs; put back into a database that is not there yet.

using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Database;

internal static class DatabaseBackup
{
    private const string SqliteName = "pulsegate.db";
    private const string PostgresName = "pulsegate.dump";
    private const string KeyringName = "keyring.json";
    private const string NoteName = "backup.json";

    // A log of the database that was there before would be played into the one that is put back.
    private static readonly string[] SqliteEndings = ["", "-wal", "-journal"];

    /// <summary>Takes a backup into a new folder.</summary>
    /// <exception cref="IngestException">It cannot be taken; one line why.</exception>
    public static void Take(DatabaseAddress address, string keyringFile, string folder)
    {
        if (Directory.Exists(folder) || File.Exists(folder))
        {
            throw new IngestException($"{folder} exists already: a backup wants a new folder");
        }

        PrivateFile.CreateFolder(folder);
        var note = new Note(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        if (address.IsPostgres)
        {
            RunProgram("pg_dump", address, "-Fc", "--no-owner", "--no-privileges", "-f",
                Path.Combine(folder, PostgresName));
        }
        else
        {
            CopySqlite(address.SqliteFile, Path.Combine(folder, SqliteName));
        }

        PrivateFile.Write(Path.Combine(folder, KeyringName), File.ReadAllBytes(keyringFile));
        PrivateFile.Write(Path.Combine(folder, NoteName), JsonSerializer.SerializeToUtf8Bytes(note));
    }

    /// <summary>Puts a backup back: into a database that is not there yet, or on PostgreSQL is empty; the
    /// keyring only where there is none. Each store gets an incident that says so.</summary>
    /// <exception cref="IngestException">It cannot be put back; one line why.</exception>
    public static void Restore(string folder, DatabaseAddress address, string keyringFile)
    {
        string notePath = Path.Combine(folder, NoteName);
        string source = Path.Combine(folder, address.IsPostgres ? PostgresName : SqliteName);
        if (!File.Exists(notePath) || !File.Exists(source))
        {
            throw new IngestException($"{folder} holds no whole backup of a database of this kind");
        }

        if (address.IsPostgres)
        {
            RequireEmpty(address);
            RunProgram("pg_restore", address, "--no-owner", "--no-privileges", "--single-transaction",
                source);
        }
        else if (SqliteEndings.Select(ending => address.SqliteFile + ending).FirstOrDefault(File.Exists)
            is { } there)
        {
            throw new IngestException($"{there} exists already: move it away first, with what belongs to it");
        }
        else
        {
            PrivateFile.Write(address.SqliteFile, File.ReadAllBytes(source));
        }

        if (!File.Exists(keyringFile))
        {
            PrivateFile.Write(keyringFile, File.ReadAllBytes(Path.Combine(folder, KeyringName)));
        }

        Note note = JsonSerializer.Deserialize<Note>(File.ReadAllBytes(notePath))!;
        using IRecordSink sink = RecordSink.Open(address);
        sink.NoteRestored(note.TakenUtcMs, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    // One snapshot, whatever the ingest commits meanwhile: https://sqlite.org/lang_vacuum.html
    private static void CopySqlite(string path, string copy)
    {
        if (!File.Exists(path))
        {
            throw new IngestException($"there is no database {path}");
        }

        try
        {
            SystemSqlite.Initialize();
            using var connection = new SqliteConnection($"Data Source={path};Mode=ReadWrite;Pooling=False");
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "vacuum into $0";
            command.Parameters.AddWithValue("$0", copy);
            command.ExecuteNonQuery();
            File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        catch (SqliteException e)
        {
            throw new IngestException($"database {path}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static void RequireEmpty(DatabaseAddress address)
    {
        try
        {
            using var connection = new NpgsqlConnection(address.ConnectionString);
            connection.Open();
            using var command = new NpgsqlCommand("select to_regclass('device_state') is null", connection);
            if (!(bool)command.ExecuteScalar()!)
            {
                throw new IngestException($"database {address.Text} is not empty: createdb another one");
            }
        }
        catch (NpgsqlException e)
        {
            throw new IngestException(
                $"database {address.Text} cannot be reached: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static void RunProgram(string name, DatabaseAddress address, params string[] arguments)
    {
        string folder = PostgresServer.FindPrograms()
            ?? throw new IngestException($"{name} is missing: apt-get install postgresql-client");
        var target = new NpgsqlConnectionStringBuilder(address.ConnectionString);
        var start = new ProcessStartInfo($"{folder}/{name}")
        {
            RedirectStandardError = true,
            ArgumentList = { "-w", "-h", target.Host!, "-p", target.Port.ToString(), "-d", target.Database! },
        };
        if (target.Username is { Length: > 0 } user)
        {
            start.ArgumentList.Add("-U");
            start.ArgumentList.Add(user);
        }

        start.Environment["PGSSLMODE"] = target.SslMode switch
        {
            SslMode.VerifyFull => "verify-full", SslMode.VerifyCA => "verify-ca",
                SslMode.Require => "require",
            SslMode.Disable => "disable", _ => "prefer",
        };
        if (target.RootCertificate is { Length: > 0 } root)
        {
            start.Environment["PGSSLROOTCERT"] = root;
        }

        Array.ForEach(arguments, start.ArgumentList.Add);
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new IngestException($"{name}: {error.Trim().ReplaceLineEndings(" ")}");
        }
    }

    private sealed record Note(long TakenUtcMs);
}
