// The ingest's PostgreSQL database: one group of messages a transaction. Any number of ingests may share it:
// a transaction takes the rows of its stores first, in one order, and so no two decide about a store at a
// time.

using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Pulsegate.Ingest.Storage;

/// <summary>Owned by one thread. A failed commit changes nothing that is known, and the next one connects
/// anew: what was committed although the answer was lost is then a double, and acknowledged.</summary>
internal sealed class PostgresDatabase : IRecordSink
{
    /// <summary>Months of partitions kept ready, with the present one.</summary>
    internal const int MonthsAhead = 4;

    /// <summary>Number of the advisory lock that a group holds shared from before its records have numbers
    /// until they are committed.</summary>
    internal const long NumberLock = MigrationLock + 1;

    private const long MigrationLock = 0x50756C7365;   // any number that every Pulsegate uses
    private const int LockSeconds = 10;
    private static readonly TimeSpan PartitionInterval = TimeSpan.FromHours(6);

    private readonly DatabaseAddress _address;
    private readonly TimeProvider _time;
    private readonly int _lockSeconds;
    private NpgsqlConnection? _connection;
    private PostgresTransaction? _transaction;
    private GroupWriter? _writer;
    private DateTimeOffset _partitionsDueUtc;

    /// <summary>Connects, and makes or migrates the schema.</summary>
    /// <param name="address">Of PostgreSQL.</param>
    /// <param name="time">Clock; the system's when null.</param>
    /// <param name="lockSeconds">How long a statement waits for another program's lock.</param>
    /// <exception cref="IngestException">It cannot be reached, or is not ours; one line.</exception>
    internal PostgresDatabase(DatabaseAddress address, TimeProvider? time = null,
        int lockSeconds = LockSeconds)
    {
        _address = address;
        _lockSeconds = lockSeconds;
        _time = time ?? TimeProvider.System;
        Guard(() => _ = Writer());
    }

    /// <inheritdoc/>
    public CommitResult Commit(CommitGroup group)
    {
        CommitResult? result = null;
        Guard(() =>
        {
            GroupWriter writer = Writer();
            MakePartitions();
            _transaction!.Begin();
            result = writer.Write(group);
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
            using var command = new NpgsqlCommand(
                Regex.Replace(sql, @"\$(\d+)", match => "$" + (int.Parse(match.Groups[1].Value) + 1)),
                _connection);
            foreach (object? value in values)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
            }

            result = Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
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
            removed = PostgresRetention.Run(_connection!, beforeUtcMs);
        });
        return removed;
    }

    /// <inheritdoc/>
    public void NoteRestored(long takenUtcMs, long nowUtcMs) => Guard(() =>
    {
        _ = Writer();
        using var command = new NpgsqlCommand(
            """
            insert into incident (utc_ms, device, epoch, sequence, kind, detail)
            select $2, device, epoch, cumulative, 'restored',
                'from a backup taken at ' || utc_text($1) || ': later records are missing here'
            from device_state
            """,
            _connection);
        command.Parameters.Add(new NpgsqlParameter { Value = takenUtcMs });
        command.Parameters.Add(new NpgsqlParameter { Value = nowUtcMs });
        command.ExecuteNonQuery();
    });

    /// <inheritdoc/>
    public void Dispose() => Close();

    // Any failure closes the connection: what is half-done is rolled back by the server.
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (PostgresProblem.IsOfConnection(e))
        {
            Close();
            throw new IngestException($"database {_address.Text} {PostgresProblem.Explain(e)}", e);
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

        _connection = new NpgsqlConnection(_address.ConnectionString);
        _connection.Open();
        Run($"set lock_timeout = '{_lockSeconds}s'; set synchronous_commit = on; set timezone = 'UTC'");
        Migrate();
        _partitionsDueUtc = default;
        MakePartitions();
        _transaction = new PostgresTransaction(_connection);
        _writer = new GroupWriter(_transaction);
        return _writer;
    }

    private void Migrate()
    {
        long version = FindVersion();
        int known = Migrations.Postgres.Version;
        if (version > known)
        {
            throw new IngestException(
                $"database {_address.Text} has schema version {version}, this program knows {known}: "
                + "use the program that wrote it");
        }

        if (version == known)
        {
            return;
        }

        using NpgsqlTransaction transaction = _connection!.BeginTransaction();
        Run($"select pg_advisory_xact_lock({MigrationLock})");   // another ingest may be at it
        Run("create table if not exists schema_version (version integer primary key, applied timestamptz "
            + "default now())");
        for (int next = (int)FindVersion() + 1; next <= known; next++)
        {
            Run(Migrations.Postgres[next]);
            Run($"insert into schema_version (version) values ({next})");
        }

        transaction.Commit();
    }

    private long FindVersion()
    {
        using var exists = new NpgsqlCommand("select to_regclass('schema_version') is not null", _connection);
        if (!(bool)exists.ExecuteScalar()!)
        {
            return 0;
        }

        using var version = new NpgsqlCommand("select coalesce(max(version), 0) from schema_version",
            _connection);
        return Convert.ToInt64(version.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    // A month without a partition is stored in record_other, so this is never in the way of a commit for
    // long.
    private void MakePartitions()
    {
        DateTimeOffset now = _time.GetUtcNow();
        if (now < _partitionsDueUtc)
        {
            return;
        }

        using var command = new NpgsqlCommand("select make_record_partitions($1, $2)", _connection);
        command.Parameters.Add(new NpgsqlParameter { Value = now.ToUnixTimeMilliseconds() });
        command.Parameters.Add(new NpgsqlParameter { Value = MonthsAhead });
        command.ExecuteNonQuery();
        _partitionsDueUtc = now + PartitionInterval;
    }

    private void Run(string sql)
    {
        using var command = new NpgsqlCommand(sql, _connection);
        command.ExecuteNonQuery();
    }

    private void Close()
    {
        _writer = null;
        _transaction = null;
        _connection?.Dispose();
        _connection = null;
    }
}
