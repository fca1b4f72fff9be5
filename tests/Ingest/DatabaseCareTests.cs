// Goal: retention and backups keep what the database promises: nothing comes back, nothing is missing without
// a name. Method: hand-made records, a backup by the engine's own means, put back into another database.

using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Cli.Database;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

public abstract class DatabaseCareTests
{
    private TestSink? _sink;

    private TestSink Sink => _sink ??= NewSink();

    private protected abstract TestSink NewSink();

    [TestCleanup]
    public void Cleanup() => _sink?.Dispose();

    [TestMethod]
    public void WhatRetentionRemoved_StaysRemembered_AndDoesNotComeBack()
    {
        using IRecordSink database = Sink.Open();
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        database.Commit(Records.Vitals(1), Records.Vitals(2));   // received in 2023
        CommitGroup later = Records.Group();
        later.Records.Add(new ReceivedRecord(Records.Vitals(3), now));
        database.Commit(later);

        Assert.AreEqual(2, database.Retain(now - 86_400_000));

        Assert.AreEqual(1, database.Scalar("select count(*) from record"));
        Assert.AreEqual(2, database.Scalar("select pruned_through from device_state"));
        CommitResult again = database.Commit(Records.Vitals(2), Records.Vitals(3), Records.Vitals(4));
        CollectionAssert.AreEqual(
            new[] { RecordOutcome.Duplicate, RecordOutcome.Duplicate, RecordOutcome.Committed },
            again.Outcomes.ToArray());
        Assert.AreEqual(0, again.Stores.Single().ChainBreaks);
        Assert.AreEqual(4, again.Stores.Single().Sequences.Cumulative);
    }

    [TestMethod]
    public void ARestoredBackup_ShowsItsGap()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["keyring.json"], "{}");
        using TestSink second = NewSink();
        using (IRecordSink database = Sink.Open())
        {
            database.Commit(Enumerable.Range(1, 5).Select(s => Records.Vitals(s)));
            DatabaseBackup.Take(DatabaseAddress.Parse(Sink.Address), folder["keyring.json"],
                folder["backup"]);
            // Acknowledged, and then lost.
            database.Commit(Enumerable.Range(6, 3).Select(s => Records.Vitals(s)));
        }

        DatabaseBackup.Restore(folder["backup"], DatabaseAddress.Parse(second.Address),
            folder["restored-keyring.json"]);
        using IRecordSink restored = second.Open();
        CommitResult result = restored.Commit(Records.Vitals(9));

        Assert.AreEqual(6, restored.Scalar("select count(*) from record"));
        Assert.AreEqual(1, restored.Scalar("select count(*) from gap where first = 6 and last = 8"));
        Assert.AreEqual(
            1, restored.Scalar(
                "select count(*) from incident where kind = 'restored' and sequence = 5 and detail like "
                    + "'%backup taken at 20%'"));
        Assert.AreEqual(0, result.Stores.Single().ChainBreaks, "nothing is known to be broken, only missing");
        Assert.AreEqual("{}", File.ReadAllText(folder["restored-keyring.json"]));
        Assert.ThrowsExactly<IngestException>(
            () => DatabaseBackup.Restore(folder["backup"], DatabaseAddress.Parse(second.Address),
                folder["keyring.json"]));
    }
}
