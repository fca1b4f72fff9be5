// Goal: one unit, broken or hostile, cannot fill the quarantine for all. Method: more messages than its share
// through the real database of each engine, then another unit's, then retention.

using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

[TestClass]
public sealed class QuarantineShareTests
{
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void OneUnit_FillsItsShareAlone_AndHasItAgainWhenThereIsRoom(bool isPostgres)
    {
        using TestSink sink = isPostgres ? new PostgresTestSink() : new SqliteTestSink();
        using IRecordSink database = sink.Open();
        for (int part = 0; part < 3; part++)
        {
            database.Commit(Forged("ward-1", part * 500, 500));
        }

        database.Commit(Forged("ward-2", 0, 3));
        Assert.AreEqual(Quarantining.DeviceRowsMax, Count(database, "ward-1"));
        Assert.AreEqual(3, Count(database, "ward-2"));
        Assert.AreEqual(500, database.Scalar(
            "select value from counter where name = $0", RecordDatabase.QuarantineOverflow));

        database.Retain(2);
        database.Commit(Forged("ward-1", 5000, 7));
        Assert.AreEqual(7, Count(database, "ward-1"));
    }

    private static long Count(IRecordSink database, string device)
        => database.Scalar("select count(*) from quarantine where device = $0", device);

    private static CommitGroup Forged(string device, int first, int count)
    {
        var group = new CommitGroup();
        group.Rejected.AddRange(Enumerable.Range(first, count).Select(i => new RejectedMessage(
            device, $"pg/1/{device}/vitals", BitConverter.GetBytes(i), "x", 1)));
        return group;
    }
}
