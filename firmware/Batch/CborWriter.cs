// CBOR (RFC 8949) into a fixed buffer: the deterministic subset that records use (integers, byte strings,
// text, arrays, maps, null, booleans; shortest heads, definite lengths, map keys rising). Allocates nothing
// after construction.

using System;

namespace Pulsegate.Batch;

/// <summary>
/// Writes CBOR items one after the other. When the buffer is full, or the calls make no valid map,
/// <see cref="HasFailed"/> is set, nothing more is written, and what was written must be thrown away. Not
/// thread-safe.
/// </summary>
public sealed class CborWriter
{
    /// <summary>Most entries of the map made with <see cref="OpenMap"/>: its head stays one byte.</summary>
    public const int MapEntryCountMax = 23;

    private const int MajorUnsigned = 0b000_00000;
    private const int MajorNegative = 0b001_00000;
    private const int MajorBytes = 0b010_00000;
    private const int MajorText = 0b011_00000;
    private const int MajorArray = 0b100_00000;
    private const int MajorMap = 0b101_00000;
    private const byte False = 0xF4;
    private const byte True = 0xF5;
    private const byte Null = 0xF6;

    private readonly byte[] _buffer;
    private readonly int _start;
    private readonly int _end;
    private int _position;
    private int _mapPosition;
    private int _mapEntryCount;
    private int _lastKey;
    private bool _hasFailed;

    /// <summary>A writer over <c>buffer[start..start+capacity)</c>.</summary>
    /// <exception cref="ArgumentException">The part does not lie within the buffer.</exception>
    public CborWriter(byte[] buffer, int start, int capacity)
    {
        if (buffer == null || start < 0 || capacity < 0 || start > buffer.Length - capacity)
        {
            throw new ArgumentException();
        }

        _buffer = buffer;
        _start = start;
        _end = start + capacity;
        Reset();
    }

    /// <summary>The buffer given at construction.</summary>
    public byte[] Buffer => _buffer;

    /// <summary>Index of the first byte written.</summary>
    public int Start => _start;

    /// <summary>Bytes written so far.</summary>
    public int Length => _position - _start;

    /// <summary>True when something did not fit or was out of order; what was written is worth nothing
    /// then.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>Starts anew at the beginning of the buffer.</summary>
    public void Reset()
    {
        _position = _start;
        _mapPosition = -1;
        _mapEntryCount = 0;
        _lastKey = -1;
        _hasFailed = false;
    }

    /// <summary>Opens the one map whose entries are counted by <see cref="Key"/>; the head is completed by
    /// <see cref="CloseMap"/>.</summary>
    public void OpenMap()
    {
        if (_mapPosition >= 0 || !Has(1))
        {
            _hasFailed = true;
            return;
        }

        _mapPosition = _position;
        _buffer[_position++] = MajorMap;
        _mapEntryCount = 0;
        _lastKey = -1;
    }

    /// <summary>Writes the next key of the open map; its value is the next item. Keys must rise, from
    /// 0.</summary>
    public void Key(int key)
    {
        if (_mapPosition < 0 || key <= _lastKey || _mapEntryCount == MapEntryCountMax)
        {
            _hasFailed = true;
            return;
        }

        _lastKey = key;
        _mapEntryCount++;
        Head(MajorUnsigned, (ulong)key);
    }

    /// <summary>Completes the map that <see cref="OpenMap"/> began.</summary>
    public void CloseMap()
    {
        if (_mapPosition < 0 || _hasFailed)
        {
            _hasFailed = true;
            return;
        }

        _buffer[_mapPosition] = (byte)(MajorMap | _mapEntryCount);
        _mapPosition = -1;
    }

    /// <summary>Writes a signed integer.</summary>
    public void WriteInt(long value)
    {
        if (value >= 0)
        {
            Head(MajorUnsigned, (ulong)value);
        }
        else
        {
            Head(MajorNegative, (ulong)(-1 - value));
        }
    }

    /// <summary>Writes an unsigned integer of up to 64 bits.</summary>
    public void WriteUnsigned(ulong value) => Head(MajorUnsigned, value);

    /// <summary>Writes a byte string.</summary>
    public void WriteBytes(byte[] bytes, int offset, int count)
    {
        int at = ReserveBytes(count);
        if (at >= 0)
        {
            Array.Copy(bytes, offset, _buffer, at, count);
        }
    }

    /// <summary>Writes the head of a byte string whose <paramref name="count"/> bytes the caller puts into
    /// <see cref="Buffer"/> itself.</summary>
    /// <returns>Index of the first of them; -1 when they do not fit.</returns>
    public int ReserveBytes(int count)
    {
        Head(MajorBytes, (ulong)count);
        if (!Has(count))
        {
            return -1;
        }

        int at = _position;
        _position += count;
        return at;
    }

    /// <summary>Writes text of ASCII characters; anything else is written as a question mark.</summary>
    public void WriteText(string text)
    {
        int length = text.Length;
        Head(MajorText, (ulong)length);
        if (!Has(length))
        {
            return;
        }

        for (int i = 0; i < length; i++)
        {
            char character = text[i];
            _buffer[_position + i] = character < 0x80 ? (byte)character : (byte)'?';
        }

        _position += length;
    }

    /// <summary>Writes the head of an array; its items follow.</summary>
    public void WriteArrayHead(int count) => Head(MajorArray, (ulong)count);

    /// <summary>Writes the head of a map; its keys and values follow, in the order of their encoded keys (the
    /// caller's duty).</summary>
    public void WriteMapHead(int count) => Head(MajorMap, (ulong)count);

    /// <summary>Writes null.</summary>
    public void WriteNull() => Single(Null);

    /// <summary>Writes a boolean.</summary>
    public void WriteBool(bool value) => Single(value ? True : False);

    /// <summary>Bytes that <see cref="WriteInt"/> would take for a value.</summary>
    public static int IntLength(int value)
    {
        int magnitude = value >= 0 ? value : -1 - value;
        return magnitude < 24 ? 1 : magnitude < 0x100 ? 2 : magnitude < 0x10000 ? 3 : 5;
    }

    private void Single(byte item)
    {
        if (Has(1))
        {
            _buffer[_position++] = item;
        }
    }

    // RFC 8949, 4.2.1: the shortest head that holds the argument.
    private void Head(int major, ulong argument)
    {
        int extra = argument < 24 ? 0
            : argument < 0x100 ? 1
            : argument < 0x10000 ? 2
            : argument < 0x100000000 ? 4 : 8;
        if (!Has(1 + extra))
        {
            return;
        }

        int low = extra == 0 ? (int)argument : extra == 1 ? 24 : extra == 2 ? 25 : extra == 4 ? 26 : 27;
        _buffer[_position++] = (byte)(major | low);
        for (int shift = 8 * (extra - 1); shift >= 0; shift -= 8)
        {
            _buffer[_position++] = (byte)(argument >> shift);
        }
    }

    private bool Has(int count)
    {
        if (_hasFailed || count < 0 || count > _end - _position)
        {
            _hasFailed = true;
            return false;
        }

        return true;
    }
}
