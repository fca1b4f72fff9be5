// The keys that every payload begins with.

using Pulsegate.Platform;

namespace Pulsegate.Batch;

/// <summary>Writes the common keys; the caller's own keys follow, then
/// <see cref="CborWriter.CloseMap"/>.</summary>
public static class RecordHeader
{
    /// <summary>Bytes of the previous record's MAC that a record carries.</summary>
    public const int PreviousMacLength = 8;

    /// <summary>Opens the map and writes the header of a sealed record.</summary>
    /// <param name="writer">Reset, empty.</param>
    /// <param name="device">Device id.</param>
    /// <param name="epoch">Store epoch; all 64 bits count.</param>
    /// <param name="sequence">Sequence within the epoch.</param>
    /// <param name="bootId">Boot counter.</param>
    /// <param name="kind">Kind of the record.</param>
    /// <param name="monotonicMs">Monotonic ms of the first sample, or of the record.</param>
    /// <param name="quality">Time quality.</param>
    /// <param name="utcMs">UTC at <paramref name="monotonicMs"/>; not written when unsynced.</param>
    /// <param name="previousMac">MAC of the previous record, of which 8 bytes are written.</param>
    public static void WriteSealed(
        CborWriter writer, string device, long epoch, long sequence, uint bootId, RecordKind kind,
        long monotonicMs, TimeQuality quality, long utcMs, byte[] previousMac)
    {
        writer.OpenMap();
        writer.Key(PayloadKey.Schema);
        writer.WriteInt(PayloadKey.SchemaVersion);
        writer.Key(PayloadKey.Device);
        writer.WriteText(device);
        writer.Key(PayloadKey.Epoch);
        writer.WriteUnsigned((ulong)epoch);
        writer.Key(PayloadKey.Sequence);
        writer.WriteInt(sequence);
        WriteMoment(writer, bootId, kind, monotonicMs, quality, utcMs);
        writer.Key(PayloadKey.PreviousMac);
        writer.WriteBytes(previousMac, 0, PreviousMacLength);
    }

    /// <summary>Opens the map and writes the header of a message that is not stored: no epoch, sequence or
    /// chain.</summary>
    public static void WriteUnsequenced(
        CborWriter writer, string device, uint bootId, RecordKind kind, long monotonicMs,
        TimeQuality quality, long utcMs)
    {
        writer.OpenMap();
        writer.Key(PayloadKey.Schema);
        writer.WriteInt(PayloadKey.SchemaVersion);
        writer.Key(PayloadKey.Device);
        writer.WriteText(device);
        WriteMoment(writer, bootId, kind, monotonicMs, quality, utcMs);
    }

    private static void WriteMoment(
        CborWriter writer, uint bootId, RecordKind kind, long monotonicMs, TimeQuality quality, long utcMs)
    {
        writer.Key(PayloadKey.BootId);
        writer.WriteUnsigned(bootId);
        writer.Key(PayloadKey.Kind);
        writer.WriteInt((int)kind);
        writer.Key(PayloadKey.MonotonicMs);
        writer.WriteInt(monotonicMs);
        writer.Key(PayloadKey.TimeQuality);
        writer.WriteInt((int)quality);
        if (quality != TimeQuality.Unsynced)
        {
            writer.Key(PayloadKey.UtcMs);
            writer.WriteInt(utcMs);
        }
    }
}
