// Goal: retention and backups on SQLite. Method: DatabaseCareTests, on it.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Cli.Database;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class SqliteDatabaseCareTests : DatabaseCareTests
{
    private protected override TestSink NewSink() => new SqliteTestSink();

    // SQLite would play the log of the database that was there into the one that is put back.
    [TestMethod]
    [DataRow("-wal")]
    [DataRow("-journal")]
    public void ARestore_BesideTheLogOfAnotherDatabase_IsRefused(string ending)
    {
        using var folder = new TemporaryFolder();
        using var sink = new SqliteTestSink();
        File.WriteAllText(folder["keyring.json"], "{}");
        using (var database = sink.Open())
        {
            database.Commit(Records.Vitals(1));
            DatabaseBackup.Take(
                DatabaseAddress.Parse(sink.Address), folder["keyring.json"], folder["backup"]);
        }

        string target = folder["restored.db"];
        File.WriteAllText(target + ending, "of another database");
        var e = Assert.ThrowsExactly<IngestException>(() => DatabaseBackup.Restore(
            folder["backup"], DatabaseAddress.Parse($"sqlite:{target}"), folder["keyring.json"]));
        StringAssert.Contains(e.Message, target + ending);
        Assert.IsFalse(File.Exists(target));
        File.Delete(target + ending);
        DatabaseBackup.Restore(
            folder["backup"], DatabaseAddress.Parse($"sqlite:{target}"), folder["keyring.json"]);
        using var restored = new RecordDatabase(target);
        Assert.AreEqual(1, restored.Scalar("select count(*) from record"));
    }
}
