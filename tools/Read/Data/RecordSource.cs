// Where the records are: opens connections to the ingest's database, of either engine, that can only read.

using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Read.Data;

/// <summary>One database. Thread-safe.</summary>
internal abstract class RecordSource : IDisposable
{
    /// <summary>The source of an address; it is there and of a version that is known.</summary>
    /// <exception cref="ReadException">It is not; one line.</exception>
    internal static RecordSource Open(string address)
    {
        try
        {
            var parsed = DatabaseAddress.Parse(address);
            return parsed.IsPostgres ? new PostgresSource(parsed) : new SqliteSource(parsed.SqliteFile);
        }
        catch (IngestException e)
        {
            throw new ReadException(e.Message, e);
        }
    }

    /// <summary>A connection for one question.</summary>
    internal abstract DbConnection Connect();

    /// <summary>A number behind one that was given, up to which every record that will ever have a number is
    /// committed; the one given when there is nothing new.</summary>
    /// <exception cref="DbException">The database cannot be used now, or an ingest takes long: ask again
    /// later.</exception>
    internal abstract long SettledRecordId(long after);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    private static long NewestRecordId(DbConnection connection)
        => Number(connection, "select coalesce(max(id), 0) from record");

    private static long Number(DbConnection connection, string sql)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private sealed class SqliteSource : RecordSource
    {
        private readonly string _connectionString;

        internal SqliteSource(string path)
        {
            if (!File.Exists(path))
            {
                throw new ReadException($"database {path} does not exist: start the ingest first");
            }

            SystemSqlite.Initialize();
            _connectionString = new SqliteConnectionStringBuilder
            {
                DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false,
            }.ConnectionString;
        }

        internal override DbConnection Connect()
        {
            var connection = new SqliteConnection(_connectionString);
            connection.Open();
            return connection;
        }

        // One writer at a time: records are committed in the order of their numbers.
        internal override long SettledRecordId(long after)
        {
            using DbConnection connection = Connect();
            return Math.Max(after, NewestRecordId(connection));
        }
    }

    private sealed class PostgresSource : RecordSource
    {
        private const int ConnectionCountMax = 32;
        private const int StatementSeconds = 30;
        // ingests that come meanwhile stand behind us in the queue for the lock
        private const int LockMs = 500;
        private readonly NpgsqlDataSource _source;
        private readonly Lock _settling = new();
        private long _settledId;   // stays true for ever; one question serves all webhooks

        internal PostgresSource(DatabaseAddress address)
        {
            _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(address.ConnectionString)
            {
                Pooling = true, MaxPoolSize = ConnectionCountMax,
                Options = "-c default_transaction_read_only=on -c timezone=UTC "
                    + $"-c statement_timeout={StatementSeconds}s",
            });
            try
            {
                using DbConnection connection = Connect();
                CheckVersion(connection, address.Text);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException)
            {
                _source.Dispose();
                throw new ReadException($"database {address.Text} {PostgresProblem.Explain(e)}", e);
            }
        }

        internal override DbConnection Connect() => _source.OpenConnection();

        // Ingests commit side by side: a lower number may be committed after a higher one. Every group holds
        // the lock shared while it writes, so whoever has it alone sees all that has a number.
        internal override long SettledRecordId(long after)
        {
            lock (_settling)
            {
                using DbConnection connection = Connect();
                if (_settledId <= after && NewestRecordId(connection) > after)
                {
                    _settledId = Settle(connection);
                }

                return Math.Max(after, _settledId);
            }
        }

        private static long Settle(DbConnection connection)
        {
            using DbTransaction transaction = connection.BeginTransaction();
            using DbCommand take = connection.CreateCommand();
            take.CommandText =
                $"set local lock_timeout = {LockMs}; select "
                    + $"pg_advisory_xact_lock({PostgresDatabase.NumberLock})";
            take.ExecuteNonQuery();
            long id = NewestRecordId(connection);
            transaction.Commit();
            return id;
        }

        public override void Dispose() => _source.Dispose();

        private static void CheckVersion(DbConnection connection, string address)
        {
            long version = Number(connection, "select (to_regclass('schema_version') is not null)::int")
                == 0 ? 0
                : Number(connection, "select coalesce(max(version), 0) from schema_version");
            if (version == 0)
            {
                throw new ReadException($"database {address} has no records of ours: start the ingest first");
            }

            if (version > Migrations.Postgres.Version)
            {
                throw new ReadException(
                    $"database {address} has schema version {version}, this program knows "
                    + $"{Migrations.Postgres.Version}: use the program that wrote it");
            }
        }
    }
}
