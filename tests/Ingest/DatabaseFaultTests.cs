// Goal: a database that is full, locked, damaged or foreign is one clear line, and nothing is half-stored.
// Method: real files, made so.

using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class DatabaseFaultTests
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["ingest.db"];

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void AFullDatabase_StoresNothingOfTheGroup_AndTakesItWhenThereIsRoomAgain()
    {
        const long bytesMax = 200_000;
        var group = Records.Group(
            Enumerable.Range(1, 1000).Select(s => Records.Vitals(s) with { Payload = new byte[1000] }));
        using (var database = new RecordDatabase(FilePath, bytesMax))
        {
            database.Commit(Records.Vitals(1) with { Payload = new byte[1000] });
            IngestException e = Assert.ThrowsExactly<IngestException>(() => database.Commit(group));
            StringAssert.Contains(e.Message, "full");
            Assert.AreEqual(1, database.Scalar("select count(*) from record"), "all of the group or nothing");
            Assert.AreEqual(1, database.Scalar("select cumulative from device_state"));
            Assert.ThrowsExactly<IngestException>(() => database.Commit(group), "and again");
        }

        using var larger = new RecordDatabase(FilePath);
        Assert.AreEqual(1000, larger.Commit(group).Stores.Single().Sequences.Cumulative);
    }

    [TestMethod]
    public void ADatabaseLockedByAnotherProgram_IsOneClearLine_AndWorksAfterwards()
    {
        using var database = new RecordDatabase(FilePath, busyTimeoutSeconds: 1);
        using (var other = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            other.Open();
            Execute(other, "begin immediate");
            IngestException e = Assert.ThrowsExactly<IngestException>(
                () => database.Commit(Records.Vitals(1)));
            StringAssert.Contains(e.Message, "locked");
            Execute(other, "rollback");
        }

        Assert.AreEqual(RecordOutcome.Committed, database.Commit(Records.Vitals(1)).Outcomes.Single());
    }

    [TestMethod]
    public void ADamagedFile_IsRefusedAtTheStart_AndLeftAsItIs()
    {
        byte[] content = new byte[8192];
        Random.Shared.NextBytes(content);
        File.WriteAllBytes(FilePath, content);

        IngestException e = Assert.ThrowsExactly<IngestException>(() => new RecordDatabase(FilePath));

        StringAssert.Contains(e.Message, "damaged");
        CollectionAssert.AreEqual(content, File.ReadAllBytes(FilePath));
    }

    [TestMethod]
    public void ADatabaseOfAnotherVersion_IsRefused()
    {
        using (var database = new RecordDatabase(FilePath))
        {
            database.Scalar("select 1");
        }

        using (var other = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            other.Open();
            Execute(other, "pragma user_version = 99");
        }

        IngestException e = Assert.ThrowsExactly<IngestException>(() => new RecordDatabase(FilePath));
        StringAssert.Contains(e.Message, "99");
    }

    [TestMethod]
    public void TwoIngestsOnOneDatabase_TheSecondIsRefused()
    {
        using var first = new RecordDatabase(FilePath);
        IngestException e = Assert.ThrowsExactly<IngestException>(() => new RecordDatabase(FilePath));
        StringAssert.Contains(e.Message, "another ingest");
    }

    [TestMethod]
    public void AMissingFolder_IsOneClearLine()
    {
        IngestException e = Assert.ThrowsExactly<IngestException>(
            () => new RecordDatabase(_folder["none/ingest.db"]));
        StringAssert.Contains(e.Message, "cannot be opened");
        Assert.IsFalse(e.Message.Contains('\n'));
    }

    [TestMethod]
    public void WhatIsCommitted_IsReadableByTheSqliteShell()
    {
        using (var database = new RecordDatabase(FilePath))
        {
            database.Commit(Records.Vitals(1));
        }

        if (!File.Exists("/usr/bin/sqlite3"))
        {
            Assert.Inconclusive("the sqlite3 shell is not installed");
        }

        string[] arguments = [FilePath, "pragma integrity_check; select jws from record;"];
        using Process shell = Process.Start(
            new ProcessStartInfo("/usr/bin/sqlite3", arguments) { RedirectStandardOutput = true })!;
        Assert.AreEqual("ok\na.b.c\n", shell.StandardOutput.ReadToEnd());
        shell.WaitForExit();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
