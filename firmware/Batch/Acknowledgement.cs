// The backend's signed acknowledgement, read on the device: a JWS whose header must be byte for byte the one
// the backend is documented to write (docs/wire-format.md), so that no JSON is parsed from the network here.

using Pulsegate.Platform;
using Pulsegate.Store;

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

    private const int CreditsMax = 1_000_000;
    private readonly byte[] _decoded = new byte[TextLengthMax];
    private readonly byte[] _mac = new byte[StoredRecord.MacLength + 3];
    private readonly CborReader _reader = new CborReader();

    /// <summary>
    /// Reads and verifies an acknowledgement for a device: algorithm pinned, down key, device in kid and
    /// payload, ranges rising and apart.
    /// </summary>
    /// <returns>False for anything else; every field is then without meaning and <see cref="RangeCount"/>
    /// 0.</returns>
    public bool TryParse(byte[] text, int length, string device, ISigner signer)
    {
        RangeCount = 0;
        if (text == null || length > text.Length || length > TextLengthMax)
        {
            return false;
        }

        int firstDot = IndexOfDot(text, 0, length);
        int secondDot = firstDot < 0 ? -1 : IndexOfDot(text, firstDot + 1, length);
        if (secondDot < 0 || IndexOfDot(text, secondDot + 1, length) >= 0)
        {
            return false;
        }

        int headerLength = Base64Url.Decode(text, 0, firstDot, _decoded, 0);
        int keyVersion = headerLength < 0 ? 0 : KeyVersionOf(_decoded, headerLength, device);
        int macLength = Base64Url.Decode(text, secondDot + 1, length - secondDot - 1, _mac, 0);
        if (keyVersion == 0 || macLength != StoredRecord.MacLength
            || !signer.VerifyDown((byte)keyVersion, text, secondDot, _mac, 0))
        {
            return false;
        }

        int payloadLength = Base64Url.Decode(text, firstDot + 1, secondDot - firstDot - 1, _decoded, 0);
        if (payloadLength < 0)
        {
            return false;
        }

        _reader.Reset(_decoded, 0, payloadLength);
        if (TryReadPayload(device) && _reader.IsAtEnd)
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
            || !TryReadKey(PayloadKey.Schema) || !_reader.TryReadInt(out long schema)
            || schema != PayloadKey.SchemaVersion
            || !TryReadKey(PayloadKey.Device) || !TryReadDevice(device)
            || !TryReadKey(PayloadKey.Epoch) || !_reader.TryReadUnsigned(out ulong epoch)
            || !TryReadKey(PayloadKey.AckCumulative) || !_reader.TryReadInt(out long cumulative)
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

    private bool TryReadKey(int expected) => _reader.TryReadInt(out long key) && key == expected;

    private bool TryReadDevice(string device)
        => _reader.TryReadText(out int offset, out int length) && length == device.Length
            && HasTextAt(_decoded, offset, offset + length, device);

    // The key version in a header of the one accepted form; 0 when it is any other header.
    private static int KeyVersionOf(byte[] header, int length, string device)
    {
        int at = Jws.HeaderStart.Length + device.Length + 1;
        if (at >= length
            || !HasTextAt(header, 0, length, Jws.HeaderStart)
            || !HasTextAt(header, Jws.HeaderStart.Length, length, device)
            || header[at - 1] != (byte)'.')
        {
            return 0;
        }

        int version = 0;
        int digitCount = 0;
        while (at < length && header[at] >= (byte)'0' && header[at] <= (byte)'9' && digitCount < 3)
        {
            version = (version * 10) + header[at] - '0';
            at++;
            digitCount++;
        }

        bool isCanonical = version > 0 && version <= 255 && header[at - digitCount] != (byte)'0';
        return isCanonical && at + Jws.AcknowledgementHeaderEnd.Length == length
            && HasTextAt(header, at, length, Jws.AcknowledgementHeaderEnd) ? version : 0;
    }

    private static bool HasTextAt(byte[] bytes, int offset, int end, string text)
    {
        if (text.Length > end - offset)
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (bytes[offset + i] != text[i])
            {
                return false;
            }
        }

        return true;
    }

    private static int IndexOfDot(byte[] text, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (text[i] == (byte)'.')
            {
                return i;
            }
        }

        return -1;
    }
}
