// The backend's signed acknowledgement, read on the device (docs/wire-format.md, 4).

using Pulsegate.Platform;

namespace Pulsegate.Batch;

/// <summary>One verified acknowledgement. The reader owns and reuses it; nothing is allocated after
/// construction.</summary>
public sealed class Acknowledgement
{
    /// <summary>Most committed ranges above the cumulative sequence.</summary>
    public const int RangeCountMax = 8;

    /// <summary>Longest text that is looked at, in bytes.</summary>
    public const int TextLengthMax = 768;

    /// <summary>Store epoch it speaks of. The caller compares it with the store's: one of another epoch is
    /// nothing.</summary>
    public long Epoch;

    /// <summary>Every sequence up to this one is committed.</summary>
    public long Cumulative;

    /// <summary>First sequence of each committed range above it.</summary>
    public readonly long[] RangeFirst = new long[RangeCountMax];

    /// <summary>Last sequence of each committed range.</summary>
    public readonly long[] RangeLast = new long[RangeCountMax];

    /// <summary>Ranges in use.</summary>
    public int RangeCount;

    /// <summary>Backfill batches that the backend will take now; -1 when it does not say.</summary>
    public int Credits;

    /// <summary>The backend's UTC in ms.</summary>
    public long UtcMs;

    /// <summary>Version of the down key that it was signed with.</summary>
    public byte KeyVersion => _text.KeyVersion;

    private const int CreditsMax = 1_000_000;
    private readonly DownlinkText _text = new DownlinkText(TextLengthMax);
    private readonly CborReader _reader;

    /// <summary>A reader.</summary>
    public Acknowledgement()
    {
        _reader = _text.Payload;
    }

    /// <summary>
    /// Reads and verifies an acknowledgement for a device: algorithm pinned, down key, device in kid and
    /// payload, ranges rising and apart.
    /// </summary>
    /// <returns>False for anything else; every field is then without meaning and <see cref="RangeCount"/>
    /// 0.</returns>
    public bool TryParse(byte[] text, int length, string device, ISigner signer)
    {
        RangeCount = 0;
        if (_text.TryOpen(text, length, device, Jws.AcknowledgementHeaderEnd, signer)
            && TryReadPayload(device) && _reader.IsAtEnd)
        {
            return true;
        }

        RangeCount = 0;
        return false;
    }

    // The map's keys come in rising order, each at most once; schema, device, epoch, cumulative sequence and
    // UTC are required.
    private bool TryReadPayload(string device)
    {
        Credits = -1;
        if (!_reader.TryReadMap(out int count)
            || !_text.TryReadStart(device)
            || !_text.TryReadKey(PayloadKey.Epoch) || !_reader.TryReadUnsigned(out ulong epoch)
            || !_text.TryReadKey(PayloadKey.AckCumulative) || !_reader.TryReadInt(out long cumulative)
            || cumulative < 0)
        {
            return false;
        }

        Epoch = (long)epoch;
        Cumulative = cumulative;
        int left = count - 4;
        if (!_reader.TryReadInt(out long key))
        {
            return false;
        }

        if (key == PayloadKey.AckRanges)
        {
            left--;
            if (!TryReadRanges() || !_reader.TryReadInt(out key))
            {
                return false;
            }
        }

        if (key == PayloadKey.AckCredits)
        {
            left--;
            if (!_reader.TryReadIntWithin(0, CreditsMax, out Credits) || !_reader.TryReadInt(out key))
            {
                return false;
            }
        }

        return left == 1 && key == PayloadKey.AckUtcMs && _reader.TryReadInt(out UtcMs) && UtcMs >= 0;
    }

    private bool TryReadRanges()
    {
        if (!_reader.TryReadArray(out int count) || (count & 1) != 0 || count > 2 * RangeCountMax)
        {
            return false;
        }

        long previous = Cumulative;
        for (int i = 0; i < count / 2; i++)
        {
            if (!_reader.TryReadInt(out long first) || !_reader.TryReadInt(out long last)
                || first <= previous || last < first)
            {
                return false;
            }

            RangeFirst[i] = first;
            RangeLast[i] = last;
            previous = last;
        }

        RangeCount = count / 2;
        return true;
    }
}
