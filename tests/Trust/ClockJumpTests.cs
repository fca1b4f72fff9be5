// Goal: a clock that is set forwards or back changes labels, never order or number. Method: a whole unit in
// virtual time whose UTC jumps by seed while readings are taken; its records into the ingest's database, in
// order and shuffled; the count of readings and their monotonic times are the oracle.

using Microsoft.Data.Sqlite;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Commands;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed class ClockJumpTests
{
    private const int Minutes = 20;
    private const int StepsASecond = 10;
    private const int JumpMsMax = 2 * 86_400_000;   // two days either way

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void JumpsForwardsAndBack_NeverReorder_NeverDuplicate_NeverLose(int seed)
    {
        using var unit = new CommandFixture();
        var random = new Random(seed);
        for (int second = 0; second < Minutes * 60; second++)
        {
            if (random.Next(20) == 0)
            {
                unit.Clock.UtcOffsetMs = random.Next(-JumpMsMax, JumpMsMax);
                unit.Clock.Quality = (TimeQuality)random.Next(3);
            }

            unit.Steps(StepsASecond);
        }

        unit.Unit.Gateway.Stop(unit.Clock.MonotonicMs);
        List<VerifiedRecord> records = Records(unit);
        for (int i = 0; i < records.Count; i++)
        {
            Assert.AreEqual(i + 1, records[i].Sequence);
        }

        long[] times =
            [.. records.SelectMany(record => record.Readings).Select(reading => reading.MonotonicMs)];
        CollectionAssert.AreEqual(
            Enumerable.Range(1, Minutes * 60).Select(second => second * 1000L).ToArray(), times);

        VerifiedRecord[] shuffled = [.. records];
        random.Shuffle(shuffled);
        foreach (VerifiedRecord[] order in new[] { [.. records], shuffled })
        {
            // everything twice: delivery is at least once
            CollectionAssert.AreEqual(times, Stored([.. order, .. order]));
        }
    }

    private static List<VerifiedRecord> Records(CommandFixture unit)
    {
        var verifier = new BatchVerifier(unit.Keys);
        var record = new StoredRecord();
        var records = new List<VerifiedRecord>();
        for (long sequence = 0; unit.Unit.Store.TryReadNext(sequence, record); sequence = record.Sequence)
        {
            Assert.IsTrue(
                verifier.TryVerify(
                    Jws.ToText(record, CommandFixture.Device), CommandFixture.Device, null,
                    out VerifiedRecord? verified,
                    out string reason),
                reason);
            records.Add(verified!);
        }

        return records;
    }

    // In the database's own order, which must not be that of UTC.
    private static long[] Stored(VerifiedRecord[] records)
    {
        using var folder = new TemporaryFolder();
        using (var database = new RecordDatabase(folder["jumps.db"]))
        {
            database.Commit(records);
        }

        using var connection =
            new SqliteConnection($"Data Source={folder["jumps.db"]};Pooling=False;Mode=ReadOnly");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select monotonic_ms from reading order by sequence, monotonic_ms";
        using SqliteDataReader reader = command.ExecuteReader();
        var times = new List<long>();
        while (reader.Read())
        {
            times.Add(reader.GetInt64(0));
        }

        return [.. times];
    }
}
