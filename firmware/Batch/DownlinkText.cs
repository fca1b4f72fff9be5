// What comes down, acknowledgement or command: a JWS whose header must be byte for byte the one that the
// backend is documented to write (docs/wire-format.md), so that no JSON is parsed from the network here.

using Pulsegate.Platform;
using Pulsegate.Store;

namespace Pulsegate.Batch;

/// <summary>Verifies one message at a time and gives its payload. The owner reuses it; nothing is allocated
/// after construction but what the signer's native call asks for.</summary>
internal sealed class DownlinkText
{
    private readonly int _lengthMax;
    private readonly byte[] _decoded;
    private readonly byte[] _mac = new byte[StoredRecord.MacLength + 3];

    /// <summary>A reader of messages up to a length; longer ones are refused unread.</summary>
    public DownlinkText(int lengthMax)
    {
        _lengthMax = lengthMax;
        _decoded = new byte[lengthMax];
    }

    /// <summary>The payload of the message that was opened last.</summary>
    public readonly CborReader Payload = new CborReader();

    /// <summary>Version of the down key that the message opened last was signed with.</summary>
    public byte KeyVersion;

    /// <summary>Verifies a message for a device: algorithm, type and device pinned by the header, down key,
    /// MAC. </summary>
    /// <param name="text">The message.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="device">Device id.</param>
    /// <param name="headerEnd">What must follow the key version in the header.</param>
    /// <param name="signer">Verifies.</param>
    public bool TryOpen(byte[] text, int length, string device, string headerEnd, ISigner signer)
    {
        if (text == null || length > text.Length || length > _lengthMax)
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
        int keyVersion = headerLength < 0 ? 0 : KeyVersionOf(_decoded, headerLength, device, headerEnd);
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

        KeyVersion = (byte)keyVersion;
        Payload.Reset(_decoded, 0, payloadLength);
        return true;
    }

    /// <summary>Reads the two keys that every payload begins with: schema and device.</summary>
    public bool TryReadStart(string device)
        => TryReadKey(PayloadKey.Schema) && Payload.TryReadInt(out long schema)
            && schema == PayloadKey.SchemaVersion
            && TryReadKey(PayloadKey.Device) && Payload.TryReadText(out int offset, out int length)
            && length == device.Length && HasTextAt(_decoded, offset, offset + length, device);

    /// <summary>Reads a key that must be this one.</summary>
    public bool TryReadKey(int expected) => Payload.TryReadInt(out long key) && key == expected;

    // The key version in a header of the one accepted form; 0 when it is any other header.
    private static int KeyVersionOf(byte[] header, int length, string device, string headerEnd)
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
        return isCanonical && at + headerEnd.Length == length
            && HasTextAt(header, at, length, headerEnd) ? version : 0;
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
