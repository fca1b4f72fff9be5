// One place where tests make sealed batches and read them back.

using System.Text;
using Pulsegate.Batch;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Virtual.Bench;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Batch;

/// <summary>Makes and opens batches of <see cref="TestKeys.Device"/>.</summary>
internal static class BatchSample
{
    public const long Epoch = unchecked((long)0xF123_4567_0000_0001);
    public const long UtcMs = 1_790_000_000_000;

    public static readonly TestKeys Keys = new();

    /// <summary>A writer with the header of a sealed record in it.</summary>
    public static CborWriter Begin(
        RecordKind kind, long sequence = 7, TimeQuality quality = TimeQuality.Synced)
    {
        var writer = new CborWriter(new byte[2048], 0, 2048);
        RecordHeader.WriteSealed(
            writer, TestKeys.Device, Epoch, sequence, 3, kind, 5000, quality, UtcMs,
            [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        return writer;
    }

    /// <summary>Closes the map and seals.</summary>
    public static byte[] Seal(CborWriter writer)
    {
        writer.CloseMap();
        Assert.IsFalse(writer.HasFailed);
        return Jws.Seal(writer, TestKeys.Device, Keys);
    }

    /// <summary>A sealed batch of what an encoder holds.</summary>
    public static byte[] Vitals(BatchEncoder encoder)
    {
        CborWriter writer = Begin(RecordKind.Vitals);
        Assert.IsTrue(encoder.Encode(writer));
        return Seal(writer);
    }

    /// <summary>An encoder with <paramref name="count"/> synthetic readings.</summary>
    public static BatchEncoder Encoder(int seed, int count)
    {
        var encoder = new BatchEncoder(count);
        var source = new SyntheticReadings(seed);
        var reading = new Reading();
        for (int i = 0; i < count; i++)
        {
            source.Next(reading);
            Assert.IsTrue(encoder.Add(reading));
        }

        return encoder;
    }

    public static bool TryVerify(byte[] text, string kind, out VerifiedRecord? record, out string reason)
        => new BatchVerifier(Keys).TryVerify(text, TestKeys.Device, kind, out record, out reason);

    public static VerifiedRecord Verify(byte[] text, string kind)
    {
        Assert.IsTrue(TryVerify(text, kind, out VerifiedRecord? record, out string reason), reason);
        return record!;
    }

    /// <summary>Signs any header and payload with the right key.</summary>
    public static byte[] Sign(string headerJson, byte[] payload)
    {
        string input = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(headerJson)) + "."
            + System.Buffers.Text.Base64Url.EncodeToString(payload);
        byte[] bytes = Encoding.ASCII.GetBytes(input);
        var mac = new byte[32];
        Keys.TrySign(bytes, bytes.Length, mac, 0);
        return Encoding.ASCII.GetBytes(input + "." + System.Buffers.Text.Base64Url.EncodeToString(mac));
    }
}
