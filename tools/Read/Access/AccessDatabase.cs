// The API's own SQLite file: tokens, audit log, assignments, acknowledged alarms. Every call opens and closes
// its own connection, so it is safe for any number of threads and for two programs at once.

using Microsoft.Data.Sqlite;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Read.Access;

/// <summary>Opens the file, and makes it when it is not there, readable by its owner alone.</summary>
public sealed class AccessDatabase
{
    private const int SchemaVersion = 1;
    private const int BusyTimeoutSeconds = 5;
    private readonly string _address;
    private readonly string _path;

    /// <summary>Opens or makes it.</summary>
    /// <exception cref="ReadException">It cannot be opened, or is not one of ours; one line.</exception>
    public AccessDatabase(string path)
    {
        _path = path;
        _address = new SqliteConnectionStringBuilder
        {
            DataSource = path, Pooling = false, DefaultTimeout = BusyTimeoutSeconds,
        }.ConnectionString;
        SystemSqlite.Initialize();
        try
        {
            Create(path);
            Prepare();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            string reason = e.Message.ReplaceLineEndings(" ");
            throw new ReadException($"access database {path} cannot be used: {reason}", e);
        }
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>Rows changed.</returns>
    internal int Execute(string sql, params (string Name, object? Value)[] values)
    {
        using SqliteConnection connection = Open();
        using SqliteCommand command = Command(connection, sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs several statements as one.</summary>
    internal void Transact(params (string Sql, (string Name, object? Value)[] Values)[] statements)
    {
        using SqliteConnection connection = Open();
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        foreach ((string sql, (string Name, object? Value)[] values) in statements)
        {
            using SqliteCommand command = Command(connection, sql, values);
            command.Transaction = transaction;
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Reads rows.</summary>
    internal List<T> Query<T>(
        string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] values)
    {
        using SqliteConnection connection = Open();
        using SqliteCommand command = Command(connection, sql, values);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private static void Create(string path)
    {
        if (!File.Exists(path))
        {
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
    }

    private void Prepare()
    {
        using SqliteConnection connection = Open();
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        long version = Number(connection, "pragma user_version");
        if (version == 0 && Number(connection, "select count(*) from sqlite_master") == 0)
        {
            using Stream stream = typeof(AccessDatabase).Assembly.GetManifestResourceStream("Access.sql")!;
            using var reader = new StreamReader(stream);
            using SqliteCommand command = Command(
                connection, $"{reader.ReadToEnd()} pragma user_version = {SchemaVersion};", []);
            command.ExecuteNonQuery();
            version = SchemaVersion;
        }

        transaction.Commit();
        if (version != SchemaVersion)
        {
            throw new ReadException($"{_path} is not an access database of version {SchemaVersion}");
        }
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = Command(connection, sql, []);
        return (long)command.ExecuteScalar()!;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_address);
        connection.Open();
        return connection;
    }

    private static SqliteCommand Command(
        SqliteConnection connection, string sql, (string Name, object? Value)[] values)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in values)
        {
            command.Parameters.AddWithValue("@" + name, value ?? DBNull.Value);
        }

        return command;
    }
}
