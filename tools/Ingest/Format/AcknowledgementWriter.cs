// The backend's side of Pulsegate.Batch.Acknowledgement.

using Pulsegate.Batch;

namespace Pulsegate.Ingest.Format;

/// <summary>Makes the backend's signed acknowledgements.</summary>
public static class AcknowledgementWriter
{
    /// <summary>The JWS text of an acknowledgement under a down key.</summary>
    /// <param name="device">Device that it is for.</param>
    /// <param name="keyVersion">Version of the down key, 1 to 255.</param>
    /// <param name="downKey">The 32-byte down key.</param>
    /// <param name="epoch">Store epoch it speaks of.</param>
    /// <param name="cumulative">Every sequence up to this one is committed.</param>
    /// <param name="ranges">Committed ranges above it, rising and apart; those after the first eight are left
    /// for a later one.</param>
    /// <param name="credits">Backfill batches that may come now; -1 to say nothing.</param>
    /// <param name="utcMs">The backend's UTC in ms.</param>
    public static byte[] Write(
        string device, int keyVersion, byte[] downKey, ulong epoch, long cumulative,
        IReadOnlyList<(long First, long Last)> ranges, int credits, long utcMs)
    {
        var writer = new CborWriter(new byte[512], 0, 512);
        writer.OpenMap();
        writer.Key(PayloadKey.Schema);
        writer.WriteInt(PayloadKey.SchemaVersion);
        writer.Key(PayloadKey.Device);
        writer.WriteText(device);
        writer.Key(PayloadKey.Epoch);
        writer.WriteUnsigned(epoch);
        writer.Key(PayloadKey.AckCumulative);
        writer.WriteInt(cumulative);
        int rangeCount = Math.Min(ranges.Count, Acknowledgement.RangeCountMax);
        if (rangeCount > 0)
        {
            writer.Key(PayloadKey.AckRanges);
            writer.WriteArrayHead(2 * rangeCount);
            for (int i = 0; i < rangeCount; i++)
            {
                writer.WriteInt(ranges[i].First);
                writer.WriteInt(ranges[i].Last);
            }
        }

        if (credits >= 0)
        {
            writer.Key(PayloadKey.AckCredits);
            writer.WriteInt(credits);
        }

        writer.Key(PayloadKey.AckUtcMs);
        writer.WriteInt(utcMs);
        writer.CloseMap();
        return DownlinkSealer.Seal(writer, device, keyVersion, downKey, Jws.AcknowledgementHeaderEnd);
    }
}
