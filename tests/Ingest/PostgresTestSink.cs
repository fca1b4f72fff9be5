// Goal: a PostgreSQL database for one test. Method: one server for all tests, in a temporary folder, on a
// socket; not flushed to disk, since no test that shares it cuts the power.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Npgsql;
using Pulsegate.Ingest.Storage;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class SharedPostgres
{
    private static readonly Lazy<PostgresServer> Server = new(() => PostgresServer.Start(
        "fsync=off", "full_page_writes=off", "shared_buffers=32MB", "max_connections=50"));

    /// <summary>The server; a test without PostgreSQL on the machine is skipped.</summary>
    internal static PostgresServer Instance
    {
        get
        {
            RequireInstalled();
            return Server.Value;
        }
    }

    [AssemblyCleanup]
    public static void Stop()
    {
        if (Server.IsValueCreated)
        {
            Server.Value.Dispose();
        }
    }

    internal static void RequireInstalled()
    {
        if (PostgresServer.FindPrograms() is null)
        {
            Assert.Inconclusive("PostgreSQL 15 is not installed (apt-get install postgresql)");
        }
    }
}

internal sealed class PostgresTestSink : TestSink
{
    private readonly string _name = $"t{Guid.NewGuid():N}";

    internal PostgresTestSink()
        => Execute(PostgresServer.DatabaseName, $"create database {_name}");

    internal override string Address => SharedPostgres.Instance.AddressOf(_name);

    internal override IRecordSink Open() => new PostgresDatabase(DatabaseAddress.Parse(Address));

    internal override List<Dictionary<string, object>> Query(string sql)
    {
        using NpgsqlConnection connection = Connect(_name);
        using var command = new NpgsqlCommand(sql, connection);
        return ReadAll(command);
    }

    /// <summary>A connection of our own, as another program would have it.</summary>
    internal NpgsqlConnection Connect() => Connect(_name);

    internal override string SlowTrigger =>
        """
        create function slow() returns trigger language plpgsql as
        $$ begin perform pg_sleep(0.3); return null; end $$;
        create trigger slow before insert on record for each statement execute function slow()
        """;

    internal override void Execute(string sql) => Execute(_name, sql);

    public override void Dispose()
        => Execute(PostgresServer.DatabaseName, $"drop database if exists {_name} with (force)");

    private static void Execute(string database, string sql)
    {
        using NpgsqlConnection connection = Connect(database);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static NpgsqlConnection Connect(string database)
    {
        var connection = new NpgsqlConnection(
            DatabaseAddress.Parse(SharedPostgres.Instance.AddressOf(database)).ConnectionString);
        connection.Open();
        return connection;
    }
}
