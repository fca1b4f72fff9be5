// The few keys of a stored payload that the store itself needs: whose it is, what came before it, and what a
// tombstone declares.

using Pulsegate.Batch;

namespace Pulsegate.Store;

/// <summary>Reads some keys of a payload. Allocates nothing after construction. Not thread-safe.</summary>
internal sealed class PayloadPeek
{
    private const int EntryCountMax = 64;
    private readonly CborReader _reader = new CborReader();

    /// <summary>Epoch; 0 when the payload has none.</summary>
    public long Epoch { get; private set; }

    /// <summary>Boot counter.</summary>
    public uint BootId { get; private set; }

    /// <summary>Where the 8 bytes of the previous MAC lie in the buffer; -1 when the payload has
    /// none.</summary>
    public int PreviousMacAt { get; private set; }

    /// <summary>Tombstone: first sequence; 0 when it is none.</summary>
    public long First { get; private set; }

    /// <summary>Tombstone: last sequence.</summary>
    public long Last { get; private set; }

    /// <summary>Tombstone: readings; 0 when not known.</summary>
    public int Readings { get; private set; }

    /// <summary>Tombstone: reason.</summary>
    public int Reason { get; private set; }

    /// <summary>Tombstone: where the 8 bytes of the MAC before its range lie; -1 when it has none.</summary>
    public int MacBeforeAt { get; private set; }

    /// <summary>Reads a payload.</summary>
    /// <returns>False when it is not one.</returns>
    public bool TryRead(byte[] buffer, int at, int length)
    {
        Epoch = 0;
        BootId = 0;
        PreviousMacAt = -1;
        First = 0;
        Last = 0;
        Readings = 0;
        Reason = 0;
        MacBeforeAt = -1;
        _reader.Reset(buffer, at, length);
        if (!_reader.TryReadMap(out int count) || count > EntryCountMax)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (!_reader.TryReadInt(out long key) || !TryReadValue(key))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadValue(long key)
    {
        long value;
        bool isRead;
        switch (key)
        {
            case PayloadKey.Epoch:
                isRead = _reader.TryReadUnsigned(out ulong epoch);
                Epoch = (long)epoch;
                return isRead;
            case PayloadKey.BootId:
                isRead = _reader.TryReadInt(out value);
                BootId = (uint)value;
                return isRead;
            case PayloadKey.PreviousMac:
                PreviousMacAt = ReadMac();
                return PreviousMacAt >= 0;
            case PayloadKey.TombstoneFirst:
                isRead = _reader.TryReadInt(out value);
                First = value;
                return isRead;
            case PayloadKey.TombstoneLast:
                isRead = _reader.TryReadInt(out value);
                Last = value;
                return isRead;
            case PayloadKey.TombstoneReadings:
                isRead = _reader.TryReadIntWithin(0, int.MaxValue, out int readings);
                Readings = readings;
                return isRead;
            case PayloadKey.TombstoneReason:
                isRead = _reader.TryReadIntWithin(0, 255, out int reason);
                Reason = reason;
                return isRead;
            case PayloadKey.TombstoneMacBefore:
                MacBeforeAt = ReadMac();
                return MacBeforeAt >= 0;
            default:
                return _reader.TrySkip();
        }
    }

    private int ReadMac()
        => _reader.TryReadBytes(out int offset, out int length) && length == RecordHeader.PreviousMacLength
            ? offset : -1;
}
