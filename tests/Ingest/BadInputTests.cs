// Goal: each kind of bad input comes to a clear end, with its reason in the quarantine where it is not
// believed, and what is valid beside it is stored once. Method: messages as the broker hands them on, sealed
// by the firmware's encoder and then spoiled; the ingest's own sorting and a real database of either engine.

using System.Security.Cryptography;
using System.Text;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Client;
using Base64Url = System.Buffers.Text.Base64Url;

namespace Pulsegate.Tests.Ingest;

public abstract class BadInputTests
{
    private const long Year1971Ms = 31_536_000_000;
    private const long Year2099Ms = 4_070_908_800_000;
    private static readonly int SampleYear =
        DateTimeOffset.FromUnixTimeMilliseconds(BatchSample.UtcMs).Year;

    private readonly ConsumerFixture _unit = new();
    private TestSink? _sink;

    private protected abstract TestSink NewSink();

    [TestCleanup]
    public void Cleanup()
    {
        _sink?.Dispose();
        _unit.Dispose();
    }

    [TestMethod]
    public void WhatIsNotBelieved_HasItsReason_AndWhatIsValidBesideItIsStoredOnce()
    {
        _sink = NewSink();
        string good = _unit.Seal(1);
        string next = _unit.Seal(2);
        using IRecordSink database = _sink.Open();
        CommitResult result = Commit(
            database,
            Vitals(good), Vitals(good[..^1] + (good[^1] == 'A' ? 'E' : 'A')), Vitals(good[..^19]),
            Vitals(new string('x', BatchVerifier.TextLengthMax + 1)), Vitals(WithSchema(next, 2)),
            Vitals(good, device: "pg-0002"), Vitals(OfDevice(good, "pg-0002"), device: "pg-0002"),
            Vitals(good), Vitals(next), new("pg/1/pg-0001/alarm", Bytes(next), false, 1),
            new("elsewhere", Bytes(next), false, 1));
        CollectionAssert.AreEqual(
            new[] { RecordOutcome.Committed, RecordOutcome.Duplicate, RecordOutcome.Committed },
            result.Outcomes.ToArray());
        string[] reasons =
            [.. _sink.Query("select reason from quarantine").Select(row => (string)row["reason"])];
        CollectionAssert.AreEquivalent(
            new[]
            {
                "signature wrong", "signature wrong", "too long", "schema not known",
                "key id of another device", "key not known", "kind not of this topic", "topic",
            },
            reasons);
        Assert.AreEqual(18, database.Scalar("select count(*) from reading"));
        Assert.AreEqual(2, result.Stores.Single().Sequences.Cumulative);
    }

    [TestMethod]
    public void AClockThatIsYearsOff_ChangesNeitherOrderNorWhereItIsKept_AndAMillionSkippedIsOneGap()
    {
        _sink = NewSink();
        using IRecordSink database = _sink.Open();
        string[] texts =
        [
            Sealed(1, Year2099Ms), Sealed(2, Year1971Ms), Sealed(3, BatchSample.UtcMs),
            Sealed(1_000_004, Year2099Ms),
        ];
        CommitResult result = Commit(database, [.. texts.Reverse().Select(text => Vitals(text))]);
        Assert.IsTrue(result.Outcomes.All(outcome => outcome == RecordOutcome.Committed));
        Assert.AreEqual(0, result.Stores.Single().ChainBreaks);
        Assert.AreEqual(1, database.Scalar("select count(*) from gap where first = 4 and last = 1000003"));
        string[] years =
        [
            .. _sink.Query("select substr(utc, 1, 4) as year from reading order by sequence, monotonic_ms")
                .Select(row => (string)row["year"]),
        ];
        CollectionAssert.AreEqual(
            Enumerable.Repeat("2099", 9).Concat(Enumerable.Repeat("1971", 9))
                .Concat(Enumerable.Repeat($"{SampleYear}", 9)).Concat(Enumerable.Repeat("2099", 9)).ToArray(),
            years);
    }

    private string Sealed(long sequence, long utcMs)
    {
        _unit.UtcMs = utcMs;
        return _unit.Seal(sequence);
    }

    private static CommitResult Commit(IRecordSink database, params ReceivedMessage[] messages)
        => database.Commit(Sorting.Sort(messages, new BatchVerifier(new TestKeys()), new Tally()));

    private static ReceivedMessage Vitals(string text, string device = TestKeys.Device)
        => new($"pg/1/{device}/vitals", Bytes(text), false, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    // The first key of the payload is the schema: a map, key 1, its value.
    private static string WithSchema(string text, byte schema)
    {
        string[] parts = text.Split('.');
        byte[] payload = Base64Url.DecodeFromChars(parts[1]);
        Assert.AreEqual((byte)1, payload[1]);
        payload[2] = schema;
        return Sign($"{parts[0]}.{Base64Url.EncodeToString(payload)}");
    }

    private static string OfDevice(string text, string device)
    {
        string[] parts = text.Split('.');
        string header = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(parts[0]))
            .Replace(TestKeys.Device, device, StringComparison.Ordinal);
        return Sign($"{Base64Url.EncodeToString(Bytes(header))}.{parts[1]}");
    }

    private static string Sign(string input)
        => $"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(TestKeys.UpKey(1), Bytes(input)))}";
}

[TestClass]
public sealed class SqliteBadInputTests : BadInputTests
{
    private protected override TestSink NewSink() => new SqliteTestSink();
}

[TestClass]
public sealed class PostgresBadInputTests : BadInputTests
{
    private protected override TestSink NewSink() => new PostgresTestSink();
}
