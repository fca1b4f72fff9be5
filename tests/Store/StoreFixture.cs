// Makes stores, fills them and reads them back: what the store's tests share.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Store;

/// <summary>One record as a test remembers or finds it.</summary>
internal sealed record Remembered(long Sequence, RecordKind Kind, int ReadingCount, string Text);

/// <summary>Helpers over <see cref="SegmentStore"/>.</summary>
internal static class StoreFixture
{
    public const uint Upper = 0xF1234567;
    public static readonly TestKeys Keys = new();

    public static SegmentStore Make(IStorage storage) => new(storage, Keys, TestKeys.Device, 60);

    public static SegmentStore Open(IStorage storage)
    {
        SegmentStore store = Make(storage);
        Assert.IsTrue(store.TryOpen(Upper), store.Condition.ToString());
        return store;
    }

    /// <summary>Appends a minute of vitals.</summary>
    public static bool TryAppendVitals(SegmentStore store, int seed, int readings = 60, int turns = 59)
    {
        long monotonicMs = 60_000L * seed;
        CborWriter? writer = store.Begin(
            RecordKind.Vitals, store.BootId, monotonicMs, TimeQuality.Synced,
            BatchSample.UtcMs + monotonicMs);
        return writer is not null && BatchSample.Encoder(seed, readings).Encode(writer)
            && store.TryCommit(readings) && HasThinned(store, turns);
    }

    /// <summary>What the gateway lets a store do in the seconds between two commits.</summary>
    public static bool HasThinned(SegmentStore store, int turns = 59)
    {
        for (int second = 0; second < turns && store.ThinAhead(); second++)
        {
        }

        return true;
    }

    /// <summary>Appends an alarm.</summary>
    public static bool TryAppendAlarm(SegmentStore store, int seed)
    {
        CborWriter? writer =
            store.Begin(RecordKind.Alarm, store.BootId, 1000L * seed, TimeQuality.Unsynced, 0);
        if (writer is null)
        {
            return false;
        }

        RecordBody.WriteAlarm(writer, seed % 10, Vital.SpO2, 2, true, true, 850 + (seed % 50), true, 880);
        return store.TryCommit(0) && HasThinned(store);
    }

    /// <summary>Appends whichever of the two the seed says.</summary>
    public static bool TryAppend(SegmentStore store, int seed)
        => seed % 4 == 3 ? TryAppendAlarm(store, seed) : TryAppendVitals(store, seed, 1 + (seed % 20));

    /// <summary>All unreleased records in turn, each checked by the backend's verifier.</summary>
    public static List<Remembered> ReadAll(SegmentStore store)
    {
        var records = new List<Remembered>();
        var record = new StoredRecord();
        long after = 0;
        while (store.TryReadNext(after, record))
        {
            Assert.IsGreaterThan(after, record.Sequence, "sequence rises");
            after = record.Sequence;
            records.Add(Remember(record));
        }

        return records;
    }

    public static Remembered Remember(StoredRecord record)
    {
        byte[] text = Jws.ToText(record, TestKeys.Device);
        VerifiedRecord verified = Verify(record);
        Assert.AreEqual(record.Sequence, verified.Sequence);
        return new Remembered(record.Sequence, record.Kind, record.ReadingCount, Convert.ToHexString(text));
    }

    public static VerifiedRecord Verify(StoredRecord record)
    {
        string topic = record.Kind switch
        {
            RecordKind.Vitals => "vitals",
            RecordKind.Alarm => "alarm",
            RecordKind.Summary or RecordKind.CoarseSummary => "vitals",
            _ => "event",
        };
        return BatchSample.Verify(Jws.ToText(record, TestKeys.Device), topic);
    }

    public static int Release(SegmentStore store, long cumulative, params (long First, long Last)[] ranges)
        => store.Release(
            cumulative, [.. ranges.Select(range => range.First)], [.. ranges.Select(range => range.Last)],
            ranges.Length);

    /// <summary>Readings that tombstones declare lost, and those that summaries stand for; one whose own
    /// sequence lies in a later one's range has been taken over by that one, and its record is
    /// gone.</summary>
    public static long DeclaredReadings(SegmentStore store)
    {
        var tombstones = new List<VerifiedRecord>();
        var record = new StoredRecord();
        for (long after = 0; store.TryReadNext(after, record); after = record.Sequence)
        {
            if (record.Kind is RecordKind.Tombstone or RecordKind.Summary or RecordKind.CoarseSummary)
            {
                tombstones.Add(StoreFixture.Verify(record));
            }
        }

        tombstones.RemoveAll(tombstone => tombstones.Exists(other => other.Declared.Any(
            range => range.First <= tombstone.Sequence && tombstone.Sequence <= range.Last)));
        return tombstones.Sum(tombstone => (long)(tombstone.Fields.GetValueOrDefault("readings") ?? 0L));
    }
}
