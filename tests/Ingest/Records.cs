// Goal: hand-made verified records for the database tests. Method: plain values, chained by made-up MACs.

using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Ingest.Storage;

namespace Pulsegate.Tests.Ingest;

internal static class Records
{
    internal const ulong Epoch = 0xFEDC_BA98_0000_0001;   // with the upper bit: SQLite's integers are signed
    internal const long UtcMs = 1_700_000_000_123;        // 2023-11-14T22:13:20.123Z

    /// <summary>The MAC that the record of a sequence carries in an unbroken chain.</summary>
    internal static byte[] MacOf(long sequence)
    {
        byte[] mac = new byte[32];
        BitConverter.TryWriteBytes(mac, sequence * 0x0101_0101_0101);
        return mac;
    }

    internal static VerifiedRecord Vitals(long sequence, string device = "ward-1", ulong epoch = Epoch)
        => new(
            device, 1, epoch, sequence, 3, RecordKind.Vitals, sequence * 60_000, 2, UtcMs, MacOf(sequence),
            MacOf(sequence - 1), [1, 2, 3], "a.b.c"u8.ToArray(),
            [new DecodedReading(sequence * 60_000, UtcMs, [971, 720, 123, 88, 3655], [8, 0, 0, 0, 0])]);

    internal static VerifiedRecord Tombstone(long sequence, long first, long last)
        => Vitals(sequence) with
        {
            Kind = RecordKind.Tombstone,
            Readings = [],
            Fields = new Dictionary<string, object?> { ["first"] = first, ["last"] = last },
            Declared = first >= 1 && first <= last && last < sequence ? [(first, last)] : [],
        };

    internal static VerifiedRecord Anchor(long sequence, long monotonicMs, long utcMs)
        => Vitals(sequence) with
        {
            Kind = RecordKind.Event,
            Readings = [],
            Fields = new Dictionary<string, object?>
            {
                [ActedOnFields.AnchorMonotonicMs] = monotonicMs,
                [ActedOnFields.AnchorUtcMs] = utcMs,
            },
        };

    internal static CommitGroup Group(params IEnumerable<VerifiedRecord> records)
    {
        var group = new CommitGroup();
        group.Records.AddRange(records.Select(record => new ReceivedRecord(record, UtcMs)));
        return group;
    }

    internal static CommitResult Commit(
        this IRecordSink database, params IEnumerable<VerifiedRecord> records)
        => database.Commit(Group(records));
}
