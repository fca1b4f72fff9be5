// CBOR (RFC 8949) out of a buffer: the same deterministic subset that CborWriter makes, and nothing else. It
// never reads outside its part of the buffer, whatever the bytes are.

using System;

namespace Pulsegate.Batch;

/// <summary>
/// Reads CBOR items one after the other. Each method returns false, and reads no further from then on, when
/// the next item is of another type, longer than the rest, not in its shortest form, of indefinite length, a
/// tag or a float. Not thread-safe.
/// </summary>
public sealed class CborReader
{
    /// <summary>Deepest nesting that <see cref="TrySkip"/> follows.</summary>
    public const int DepthMax = 4;

    private const int MajorUnsigned = 0;
    private const int MajorNegative = 1;
    private const int MajorBytes = 2;
    private const int MajorText = 3;
    private const int MajorArray = 4;
    private const int MajorMap = 5;
    private const int MajorSimple = 7;
    private const byte False = 0xF4;
    private const byte True = 0xF5;
    private const byte Null = 0xF6;

    private byte[] _buffer;
    private int _position;
    private int _end;
    private bool _hasFailed;
    private ulong _argument;

    /// <summary>Sets the part of a buffer to read, from its beginning.</summary>
    /// <exception cref="ArgumentException">The part does not lie within the buffer.</exception>
    public void Reset(byte[] buffer, int start, int length)
    {
        if (buffer == null || start < 0 || length < 0 || start > buffer.Length - length)
        {
            throw new ArgumentException();
        }

        _buffer = buffer;
        _position = start;
        _end = start + length;
        _hasFailed = false;
    }

    /// <summary>The buffer being read.</summary>
    public byte[] Buffer => _buffer;

    /// <summary>Index of the next byte.</summary>
    public int Position => _position;

    /// <summary>True once something could not be read.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>True when everything was read, and read well.</summary>
    public bool IsAtEnd => !_hasFailed && _position == _end;

    /// <summary>True when the next item is null.</summary>
    public bool NextIsNull => !_hasFailed && _position < _end && _buffer[_position] == Null;

    /// <summary>True when the next item is an integer of either sign.</summary>
    public bool NextIsInt => NextMajor == MajorUnsigned || NextMajor == MajorNegative;

    /// <summary>True when the next item is a byte string.</summary>
    public bool NextIsBytes => NextMajor == MajorBytes;

    private int NextMajor => !_hasFailed && _position < _end ? _buffer[_position] >> 5 : -1;

    /// <summary>Reads an integer that fits 64 bits with sign.</summary>
    public bool TryReadInt(out long value)
    {
        value = 0;
        int major = NextMajor;
        if ((major != MajorUnsigned && major != MajorNegative) || !TryReadHead(major)
            || (_argument >> 63) != 0)
        {
            return Fail();
        }

        value = major == MajorUnsigned ? (long)_argument : -1 - (long)_argument;
        return true;
    }

    /// <summary>Reads an integer from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public bool TryReadIntWithin(int minimum, int maximum, out int value)
    {
        value = 0;
        if (!TryReadInt(out long wide) || wide < minimum || wide > maximum)
        {
            return Fail();
        }

        value = (int)wide;
        return true;
    }

    /// <summary>Reads an unsigned integer of up to 64 bits.</summary>
    public bool TryReadUnsigned(out ulong value)
    {
        bool isRead = TryReadHead(MajorUnsigned);
        value = isRead ? _argument : 0;
        return isRead;
    }

    /// <summary>Reads a byte string: where it lies in <see cref="Buffer"/>.</summary>
    public bool TryReadBytes(out int offset, out int length)
        => TryReadString(MajorBytes, out offset, out length);

    /// <summary>Reads text: where its UTF-8 bytes lie in <see cref="Buffer"/>. The bytes are not checked to
    /// be UTF-8.</summary>
    public bool TryReadText(out int offset, out int length)
        => TryReadString(MajorText, out offset, out length);

    /// <summary>Reads the head of an array.</summary>
    /// <param name="count">Items that follow; never more than there are bytes left.</param>
    public bool TryReadArray(out int count) => TryReadCount(MajorArray, 1, out count);

    /// <summary>Reads the head of a map.</summary>
    /// <param name="count">Pairs that follow; never more than half the bytes left.</param>
    public bool TryReadMap(out int count) => TryReadCount(MajorMap, 2, out count);

    /// <summary>Reads null.</summary>
    public bool TryReadNull()
    {
        if (!NextIsNull)
        {
            return Fail();
        }

        _position++;
        return true;
    }

    /// <summary>Reads a boolean.</summary>
    public bool TryReadBool(out bool value)
    {
        value = false;
        if (_hasFailed || _position >= _end || (_buffer[_position] != False && _buffer[_position] != True))
        {
            return Fail();
        }

        value = _buffer[_position++] == True;
        return true;
    }

    /// <summary>Passes over one item of any type of the subset, with all that it holds.</summary>
    public bool TrySkip() => TrySkip(0);

    private bool TrySkip(int depth)
    {
        int count;
        switch (NextMajor)
        {
            case MajorUnsigned:
            case MajorNegative:
                return TryReadHead(NextMajor);
            case MajorBytes:
            case MajorText:
                return TryReadString(NextMajor, out _, out _);
            case MajorArray:
                if (!TryReadArray(out count))
                {
                    return false;
                }

                break;
            case MajorMap:
                if (!TryReadMap(out count))
                {
                    return false;
                }

                count *= 2;
                break;
            case MajorSimple:
                return NextIsNull ? TryReadNull() : TryReadBool(out _);
            default:
                return Fail();
        }

        if (count > 0 && depth + 1 >= DepthMax)
        {
            return Fail();
        }

        for (int i = 0; i < count; i++)
        {
            if (!TrySkip(depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryReadString(int major, out int offset, out int length)
    {
        offset = 0;
        length = 0;
        if (!TryReadHead(major) || _argument > (ulong)(_end - _position))
        {
            return Fail();
        }

        offset = _position;
        length = (int)_argument;
        _position += length;
        return true;
    }

    private bool TryReadCount(int major, int bytesEach, out int count)
    {
        count = 0;
        if (!TryReadHead(major) || _argument > (ulong)((_end - _position) / bytesEach))
        {
            return Fail();
        }

        count = (int)_argument;
        return true;
    }

    private bool TryReadHead(int major)
    {
        if (NextMajor != major)
        {
            return Fail();
        }

        int low = _buffer[_position] & 0b000_11111;
        int extra = low < 24 ? 0 : low == 24 ? 1 : low == 25 ? 2 : low == 26 ? 4 : low == 27 ? 8 : -1;
        if (extra < 0 || extra > _end - _position - 1)
        {
            return Fail();
        }

        _position++;
        ulong argument = extra == 0 ? (ulong)low : 0;
        for (int i = 0; i < extra; i++)
        {
            argument = (argument << 8) | _buffer[_position++];
        }

        _argument = argument;
        bool isShortest = extra == 0
            || (extra == 1 && argument >= 24)
            || (extra == 2 && argument >= 0x100)
            || (extra == 4 && argument >= 0x10000)
            || (extra == 8 && argument >= 0x100000000);
        return isShortest || Fail();
    }

    private bool Fail()
    {
        _hasFailed = true;
        return false;
    }
}
