// Goal: what RecordSinkTests holds of every engine, on SQLite, and what is SQLite's alone. Method: real files.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class SqliteRecordTests : RecordSinkTests
{
    private protected override TestSink NewSink() => new SqliteTestSink();

    [TestMethod]
    public void Database_IsItsOwnersAlone()
    {
        using IRecordSink database = Sink.Open();
        database.Commit(Records.Vitals(1));
        foreach (string path in Directory.GetFiles(((SqliteTestSink)Sink).Folder))
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path), path);
        }
    }

    [TestMethod]
    public void EveryCommit_IsFlushedToDisk()
    {
        using IRecordSink database = Sink.Open();
        Assert.AreEqual(2, database.Scalar("pragma synchronous"), "full, https://sqlite.org/pragma.html");
        const string isWal = "select count(*) from pragma_journal_mode where journal_mode = 'wal'";
        Assert.AreEqual(1, database.Scalar(isWal));
    }

    [TestMethod]
    public void ADatabaseOfVersion1_IsMigrated_AndKeepsWhatItHas()
    {
        string path = ((SqliteTestSink)Sink).FilePath;
        using (var old = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={path};Pooling=False"))
        {
            SystemSqlite.Initialize();
            old.Open();
            using Microsoft.Data.Sqlite.SqliteCommand command = old.CreateCommand();
            command.CommandText = Migrations.Sqlite[1] + "; pragma user_version = 1;"
                + """
                insert into record (device, epoch, sequence, kind, boot_id, monotonic_ms, time_quality, key_version,
                    mac, previous_mac, payload, jws, reading_count, discontinuity, received_utc_ms)
                values ('ward-1', 7, 1, 3, 1, 1, 0, 2, x'01', x'00', x'00', 'a.b.c', 0, 0, 1);
                insert into device_state values ('ward-1', 7, 1, '[]', 1, 0, 0, 0, 0, x'01', 1, 1, 1);
                """;
            command.ExecuteNonQuery();
        }

        using IRecordSink database = Sink.Open();
        Assert.AreEqual(2, database.Scalar("select key_version from device_state"));
        Assert.AreEqual(1, database.Scalar("select count(*) from record"));
        Assert.AreEqual(RecordDatabase.SchemaVersion, database.Scalar("pragma user_version"));
    }
}
