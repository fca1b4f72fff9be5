// The values below the keys: numbers, flags, texts and the maps of counters, each with its bound.

using System.Text;

namespace Pulsegate.Client;

internal sealed partial class PayloadDecoder
{
    private bool TryReadTime(out long ms) => _reader.TryReadInt(out ms) && ms is >= 0 and <= TimeMsMax;

    private bool TryReadField(string name, long least = long.MinValue, long greatest = long.MaxValue)
    {
        if (_reader.NextIsNull)
        {
            _fields[name] = null;
            return _reader.TryReadNull();
        }

        bool isRead = _reader.TryReadInt(out long value);
        _fields[name] = value;
        return isRead && value >= least && value <= greatest;
    }

    private bool TryReadFlag(string name)
    {
        bool isRead = _reader.TryReadBool(out bool value);
        _fields[name] = value;
        return isRead;
    }

    private bool TryReadTextField(string name)
    {
        bool isRead = TryReadText(RecordBody.TextLengthMax, out string value);
        _fields[name] = value;
        return isRead;
    }

    private bool TryReadMacField(string name)
    {
        bool isRead = TryReadMac(out byte[] mac);
        _fields[name] = Convert.ToHexStringLower(mac);
        return isRead;
    }

    private bool TryReadCounters()
    {
        if (!_reader.TryReadMap(out int count) || count > RecordBody.CounterCountMax)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            if (!TryReadText(RecordBody.TextLengthMax, out string name) || !_reader.TryReadInt(out long value)
                || !_fields.TryAdd(name, value))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadMac(out byte[] mac)
    {
        bool isRead = _reader.TryReadBytes(out int offset, out int length)
            && length == RecordHeader.PreviousMacLength;
        mac = isRead ? payload[offset..(offset + length)] : [];
        return isRead;
    }

    private bool TryReadText(int lengthMax, out string text)
    {
        bool isRead = _reader.TryReadText(out int offset, out int length) && length <= lengthMax
            && payload.AsSpan(offset, length).IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
        text = isRead ? Encoding.ASCII.GetString(payload, offset, length) : "";
        return isRead;
    }

    private static bool Keep(Action assign)
    {
        assign();
        return true;
    }

    private static int KeyBits(params int[] keys) => keys.Aggregate(0, (bits, key) => bits | (1 << key));
}
