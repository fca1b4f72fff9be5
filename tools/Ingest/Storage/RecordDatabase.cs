// The ingest's SQLite database: one group of messages a transaction, on disk before anything is acknowledged.

using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Pulsegate.Ingest.Storage;

/// <summary>Owned by one thread. A failed commit changes nothing, and the next one opens the file
/// anew.</summary>
internal sealed class RecordDatabase : IRecordSink
{
    /// <summary>Version of the schema, kept in the file as user_version.</summary>
    internal static readonly int SchemaVersion = Migrations.Sqlite.Version;

    /// <summary>Counter of messages that did not fit into the quarantine.</summary>
    internal const string QuarantineOverflow = "quarantine-overflow";

    private const int BusyTimeoutSeconds = 5;
    private const string Gone = "has been moved or removed, it or its -wal: put it back as it was";

    private readonly string _path;
    private readonly long _bytesMax;
    private readonly int _busyTimeoutSeconds;
    private readonly FileStream _lock;
    private SqliteConnection? _connection;
    private RecordStatements? _statements;
    private GroupWriter? _writer;
    private bool _hasLog;

    /// <summary>Opens or creates the database and keeps every other ingest away from it.</summary>
    /// <param name="path">Database file; its folder must exist.</param>
    /// <param name="bytesMax">Size at which the file counts as full; 0 for no limit but the disk's.</param>
    /// <param name="busyTimeoutSeconds">How long a statement waits for another program's lock.</param>
    /// <exception cref="IngestException">Not a database of ours, damaged, in use, or not to be opened; one
    /// line.</exception>
    internal RecordDatabase(string path, long bytesMax = 0, int busyTimeoutSeconds = BusyTimeoutSeconds)
    {
        _path = path;
        _bytesMax = bytesMax;
        _busyTimeoutSeconds = busyTimeoutSeconds;
        SystemSqlite.Initialize();
        _lock = TakeLock(path);
        try
        {
            Guard(() => _ = Writer());
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public CommitResult Commit(CommitGroup group)
    {
        CommitResult? result = null;
        Guard(() =>
        {
            GroupWriter writer = Writer();
            _statements!.Execute("begin immediate");
            result = writer.Write(group);
            _statements.Execute("commit");
            RequireInPlace();
        });
        return result!;
    }

    /// <inheritdoc/>
    public long Scalar(string sql, params object?[] values)
    {
        long result = 0;
        Guard(() =>
        {
            _ = Writer();
            result = _statements!.Scalar(sql, values);
        });
        return result;
    }

    /// <inheritdoc/>
    public long Retain(long beforeUtcMs)
    {
        long removed = 0;
        Guard(() =>
        {
            _ = Writer();
            _statements!.Execute("begin immediate");
            _statements.Execute(
                """
                update device_state set pruned_through = max(pruned_through, coalesce((
                    select max(r.sequence) from record r where r.device = device_state.device
                        and r.epoch = device_state.epoch and r.received_utc_ms < $0), 0))
                """,
                beforeUtcMs);
            removed = _statements.Execute("delete from record where received_utc_ms < $0", beforeUtcMs);
            _statements.Execute("delete from quarantine where last_utc_ms < $0", beforeUtcMs);
            _statements.Execute("delete from incident where utc_ms < $0", beforeUtcMs);
            _statements.Execute("commit");
            Close();   // states in memory are of before
        });
        return removed;
    }

    /// <inheritdoc/>
    public void NoteRestored(long takenUtcMs, long nowUtcMs) => Guard(() =>
    {
        _ = Writer();
        _statements!.Execute(
            """
            insert into incident (utc_ms, device, epoch, sequence, kind, detail)
            select $1, device, epoch, cumulative, 'restored', 'from a backup taken at '
                || strftime('%Y-%m-%dT%H:%M:%fZ', $0 / 1000.0, 'unixepoch')
                || ': later records are missing here'
            from device_state
            """,
            takenUtcMs, nowUtcMs);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _lock.Dispose();
    }

    private static FileStream TakeLock(string path)
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            var taken = new FileStream(path + ".lock", options);
            if (!File.Exists(path))
            {
                // Vitals of people: its owner's alone from the first moment. SQLite gives its other files the
                // same mode.
                new FileStream(path, options).Dispose();
            }

            return taken;
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new IngestException($"database {path} is in use by another ingest", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngestException($"database {path} cannot be opened: {e.Message}", e);
        }
    }

    // Any failure closes the connection: what is half-done is rolled back, what is cached is forgotten.
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (SqliteException e)
        {
            Close();
            string problem = File.Exists(_path) ? Explain(e) : Gone;
            throw new IngestException($"database {_path} {problem}", e);
        }
        catch
        {
            Close();
            throw;
        }
    }

    private GroupWriter Writer()
    {
        if (_writer is not null)
        {
            return _writer;
        }

        // It has been there since the lock was taken: one that is gone is not begun anew, which would hide
        // it.
        var address = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = _busyTimeoutSeconds,
        };
        _connection = new SqliteConnection(address.ConnectionString);
        _connection.Open();
        _statements = new RecordStatements(_connection);
        CheckFormat();
        Run("pragma synchronous = full; pragma foreign_keys = on;");
        using (SqliteCommand command = _connection.CreateCommand())
        {
            command.CommandText = "pragma journal_mode = wal";   // answers what it is: not every disk can
            _hasLog = (string)command.ExecuteScalar()! == "wal";
        }

        if (_bytesMax > 0)
        {
            long pageSize = _statements.Scalar("pragma page_size");
            Run($"pragma max_page_count = {Math.Max(1, _bytesMax / pageSize)};");
        }

        _writer = new GroupWriter(_statements);
        return _writer;
    }

    // A file that was removed or moved is written on by whoever has it open, and nobody would find it again:
    // what was committed there must not be acknowledged. Without its log the file alone is not whole.
    private void RequireInPlace()
    {
        if (SystemSqlite.HasMoved(_connection!.Handle!) || (_hasLog && !File.Exists(_path + "-wal")))
        {
            throw new IngestException($"database {_path} {Gone}");
        }
    }

    private void CheckFormat()
    {
        long version = _statements!.Scalar("pragma user_version");
        long tables = _statements.Scalar("select count(*) from sqlite_master");
        if (version > SchemaVersion || (version == 0 && tables != 0))
        {
            throw new IngestException(
                $"database {_path} has schema version {version}, this program knows {SchemaVersion}: "
                + "use the program that wrote it");
        }

        for (long next = version + 1; next <= SchemaVersion; next++)
        {
            Run($"begin immediate; {Migrations.Sqlite[(int)next]} pragma user_version = {next}; commit;");
        }
    }

    private void Run(string sql)
    {
        using SqliteCommand command = _connection!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void Close()
    {
        _writer = null;
        _statements?.Dispose();
        _statements = null;
        _connection?.Dispose();   // rolls an open transaction back
        _connection = null;
    }

    private static string Explain(SqliteException e) => e.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "is locked by another program",
        raw.SQLITE_READONLY or raw.SQLITE_PERM => "may not be written",
        raw.SQLITE_IOERR => "cannot be read or written: disk error",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "is damaged or no database: restore or move it",
        raw.SQLITE_FULL => "cannot grow: the disk or its limit is full",
        raw.SQLITE_CANTOPEN => "cannot be opened",
        _ => $"refused: {e.Message.ReplaceLineEndings(" ")}",
    };
}
