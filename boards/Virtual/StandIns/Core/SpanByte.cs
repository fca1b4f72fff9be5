// Stand-in for SpanByte of nanoFramework's core library.

namespace System;

/// <summary>A view on a byte array.</summary>
public readonly ref struct SpanByte
{
    private readonly byte[] _array;
    private readonly int _start;
    private readonly int _length;

    /// <summary>A view on the whole array; null gives an empty view.</summary>
    public SpanByte(byte[] array)
    {
        _array = array;
        _start = 0;
        _length = array == null ? 0 : array.Length;
    }

    /// <summary>A view on a part of the array.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the array.</exception>
    public SpanByte(byte[] array, int start, int length)
    {
        int arrayLength = array == null ? 0 : array.Length;
        if (start < 0 || length < 0 || start > arrayLength - length)
        {
            throw new ArgumentOutOfRangeException();
        }

        _array = array;
        _start = start;
        _length = length;
    }

    /// <summary>An empty view.</summary>
    public static SpanByte Empty => new SpanByte(null);

    /// <summary>Bytes in the view.</summary>
    public int Length => _length;

    /// <summary>True when there are none.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>One byte of the view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside.</exception>
    public byte this[int index]
    {
        get => _array[_start + Check(index)];
        set => _array[_start + Check(index)] = value;
    }

    /// <summary>The whole array as a view.</summary>
    public static implicit operator SpanByte(byte[] array) => new SpanByte(array);

    /// <summary>Copies the view to the start of another, which must be long enough.</summary>
    public void CopyTo(SpanByte destination)
    {
        if (destination._length < _length)
        {
            throw new ArgumentException();
        }

        for (int i = 0; i < _length; i++)
        {
            destination[i] = this[i];
        }
    }

    /// <summary>The rest of the view from an index.</summary>
    public SpanByte Slice(int start) => Slice(start, _length - start);

    /// <summary>A part of the view.</summary>
    public SpanByte Slice(int start, int length)
    {
        if (start < 0 || length < 0 || start > _length - length)
        {
            throw new ArgumentOutOfRangeException();
        }

        return new SpanByte(_array, _start + start, length);
    }

    /// <summary>A copy of the bytes.</summary>
    public byte[] ToArray()
    {
        var copy = new byte[_length];
        for (int i = 0; i < _length; i++)
        {
            copy[i] = this[i];
        }

        return copy;
    }

    private int Check(int index)
        => index >= 0 && index < _length ? index : throw new ArgumentOutOfRangeException();
}
