// Goal: one database of either engine for one test. Method: SQLite in a folder of its own, PostgreSQL as a
// new database of a server that all tests share.

using Microsoft.Data.Sqlite;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

internal abstract class TestSink : IDisposable
{
    /// <summary>Address as `ingest --database` takes it.</summary>
    internal abstract string Address { get; }

    /// <summary>Opens it as the ingest does.</summary>
    internal abstract IRecordSink Open();

    /// <summary>Rows as a reader of its own sees them, by names of columns.</summary>
    internal abstract List<Dictionary<string, object>> Query(string sql);

    /// <summary>Runs a statement as another program would.</summary>
    internal abstract void Execute(string sql);

    /// <summary>A trigger before each insert of a record that takes its time.</summary>
    internal abstract string SlowTrigger { get; }

    public abstract void Dispose();

    private protected static List<Dictionary<string, object>> ReadAll(System.Data.Common.DbCommand command)
    {
        using System.Data.Common.DbDataReader reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, object>>();
        while (reader.Read())
        {
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetValue));
        }

        return rows;
    }
}

internal sealed class SqliteTestSink : TestSink
{
    private readonly TemporaryFolder _folder = new();

    internal SqliteTestSink() => SystemSqlite.Initialize();

    internal string Folder => _folder.Path;

    internal string FilePath => _folder["ingest.db"];

    internal override string Address => $"sqlite:{FilePath}";

    internal override IRecordSink Open() => new RecordDatabase(FilePath);

    internal override List<Dictionary<string, object>> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return ReadAll(command);
    }

    // Random bytes as text: a trigger there cannot wait, and has no loop.
    internal override string SlowTrigger =>
        "create trigger slow before insert on record begin select length(hex(randomblob(4000000))); end";

    internal override void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public override void Dispose() => _folder.Dispose();
}
