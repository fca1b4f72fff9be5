// For whoever looks on: what has been committed, in the order in which it was, read beside the ingest that writes.

using Microsoft.Data.Sqlite;

namespace Pulsegate.Ingest.Storage;

/// <summary>Reads the records of a database that an ingest in this or another process writes. Owned by one
/// thread.</summary>
public sealed class RecordReader : IDisposable
{
    private const string Sql = """
        select id, kind, boot_id, utc_ms, received_utc_ms, readings, fields
        from record where id > $after order by id limit $count
        """;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _command;

    /// <summary>Opens the database for reading alone.</summary>
    /// <exception cref="IngestException">It cannot be opened.</exception>
    public RecordReader(string databaseFile)
    {
        SystemSqlite.Initialize();
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = databaseFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false,
        }.ConnectionString);
        try
        {
            _connection.Open();
        }
        catch (SqliteException e)
        {
            _connection.Dispose();
            throw new IngestException($"database {databaseFile} cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        _command = _connection.CreateCommand();
        _command.CommandText = Sql;
        _command.Parameters.AddWithValue("$after", 0L);
        _command.Parameters.AddWithValue("$count", 0);
    }

    /// <summary>What was committed after a record, oldest first.</summary>
    /// <param name="id">The last that is known already; 0 for none.</param>
    /// <param name="countMax">Most records to read now.</param>
    /// <exception cref="IngestException">The database cannot be read now.</exception>
    public IReadOnlyList<CommittedRecord> ReadAfter(long id, int countMax)
    {
        var records = new List<CommittedRecord>();
        try
        {
            _command.Parameters["$after"].Value = id;
            _command.Parameters["$count"].Value = countMax;
            using SqliteDataReader row = _command.ExecuteReader();
            while (row.Read())
            {
                records.Add(new CommittedRecord(
                    row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), row.IsDBNull(3) ? null : row.GetInt64(3),
                    row.GetInt64(4), row.IsDBNull(5) ? null : row.GetString(5),
                    row.IsDBNull(6) ? null : row.GetString(6)));
            }
        }
        catch (SqliteException e)
        {
            throw new IngestException($"database cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        return records;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _command.Dispose();
        _connection.Dispose();
    }
}
