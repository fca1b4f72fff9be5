// Goal: a database file that is taken away under a running ingest is said at once, and nothing is
// acknowledged that nobody would find again. Method: real files, moved and removed between commits; a real
// broker for what a device is told.

using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class MovedDatabaseTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);   // only a defect reaches it
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["ingest.db"];

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    public void AFileThatWasMoved_IsSaidToBe_NotBegunAnew_AndUsedAgainWhenItIsBack()
    {
        using var database = new RecordDatabase(FilePath);
        database.Commit(Records.Vitals(1));
        string[] endings = ["", "-wal", "-shm"];
        Array.ForEach(endings, ending => File.Move(FilePath + ending, FilePath + ".away" + ending));

        for (int attempt = 0; attempt < 3; attempt++)
        {
            var e = Assert.ThrowsExactly<IngestException>(() => database.Commit(Records.Vitals(2)));
            StringAssert.Contains(e.Message, "moved or removed");
            Assert.IsFalse(File.Exists(FilePath), "an empty database would hide that the other is gone");
        }

        foreach (string ending in endings.Where(ending => File.Exists(FilePath + ".away" + ending)))
        {
            File.Move(FilePath + ".away" + ending, FilePath + ending);
        }

        Assert.AreEqual(2, database.Commit(Records.Vitals(2)).Stores.Single().Sequences.Cumulative);
        Assert.AreEqual(2, database.Scalar("select count(*) from record"), "each once");
    }

    [TestMethod]
    public void ALogThatWasRemoved_IsSaidToBe_AndNothingIsMissingAfterwards()
    {
        using var database = new RecordDatabase(FilePath);
        database.Commit(Records.Vitals(1));
        File.Delete(FilePath + "-wal");
        var e = Assert.ThrowsExactly<IngestException>(() => database.Commit(Records.Vitals(2)));
        StringAssert.Contains(e.Message, "-wal");
        database.Commit(Records.Vitals(2), Records.Vitals(3));
        Assert.AreEqual(3, database.Scalar("select count(*) from record"));
    }

    [TestMethod]
    public void WhileTheFileIsGone_NothingIsAcknowledged_AndEverythingAfterwards()
    {
        using var backend = new TestBackend();
        using var device = new TestDevice(backend, backend.AddDevice("ward-a"));
        using var told = new ManualResetEventSlim();
        string problem = "";
        using IngestService ingest = IngestService.Start(backend.Options, line =>
        {
            problem = line;
            told.Set();
        });
        device.Send("vitals", device.Seal(1));
        Assert.AreEqual(1, device.WaitForAck(1).Cumulative);
        File.Move(backend.DatabasePath, backend.DatabasePath + ".away");
        device.Send("vitals", device.Seal(2));
        Assert.IsTrue(told.Wait(Limit), "nobody was told");
        StringAssert.Contains(problem, "moved or removed");
        Assert.IsFalse(device.HasAck, "acknowledged into a file that is not there");
        File.Move(backend.DatabasePath + ".away", backend.DatabasePath);
        Assert.AreEqual(2, device.WaitForAck(2).Cumulative);
        Assert.AreEqual(2, backend.Scalar("select count(*) from record"));
    }
}
