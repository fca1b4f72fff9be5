// Finds packets in what comes over the port. Between them may be anything: the boot ROM's text, a log of the
// chip's own libraries, what an overrun has left. A packet that turns out damaged gives up its
// first byte and the search goes on behind it, so a lost byte costs one packet, never two.

using System.Buffers.Binary;

namespace Pulsegate.Field.Wire;

/// <summary>Reads packets from a stream of bytes. Holds at most one packet; not thread-safe.</summary>
public sealed class WireReader
{
    private readonly byte[] _bytes = new byte[WirePacket.HeaderSize + WirePacket.PayloadSizeMax];
    private int _count;

    /// <summary>Packets that were begun and could not be believed.</summary>
    public long DamagedCount { get; private set; }

    /// <summary>Bytes that belonged to no packet.</summary>
    public long NoiseCount { get; private set; }

    /// <summary>True while a packet has begun and not ended.</summary>
    public bool HasPartial => _count > 0;

    /// <summary>Takes what has come.</summary>
    /// <param name="bytes">Any number of bytes.</param>
    /// <param name="onPacket">Called for each packet, in order.</param>
    /// <param name="onNoise">Called for each byte outside packets, in order.</param>
    public void Append(ReadOnlySpan<byte> bytes, Action<WirePacket> onPacket, Action<byte> onNoise)
    {
        foreach (byte b in bytes)
        {
            _bytes[_count++] = b;
            Settle(onPacket, onNoise);
        }
    }

    /// <summary>Gives up the packet that has begun: call it when the line has been silent for some
    /// seconds.</summary>
    public void DropPartial(Action<WirePacket> onPacket, Action<byte> onNoise)
    {
        while (_count > 0)
        {
            DropFirst(onNoise);
            Settle(onPacket, onNoise);
        }
    }

    // Afterwards the buffer holds the beginning of a packet that needs more bytes, or nothing. Each turn
    // takes at least one byte away or ends.
    private void Settle(Action<WirePacket> onPacket, Action<byte> onNoise)
    {
        while (_count > 0)
        {
            int marked = Math.Min(_count, WirePacket.MarkerSize);
            if (!_bytes.AsSpan(0, marked).SequenceEqual(WirePacket.Marker[..marked]))
            {
                DropFirst(onNoise);
                continue;
            }

            if (_count < WirePacket.HeaderSize)
            {
                return;
            }

            uint size = Field(WirePacket.SizeOffset);
            bool isDamaged = size > WirePacket.PayloadSizeMax || !IsHeaderIntact();
            if (!isDamaged && _count < WirePacket.HeaderSize + size)
            {
                return;
            }

            if (isDamaged || !IsPayloadIntact((int)size))
            {
                DamagedCount++;
                DropFirst(onNoise);
                continue;
            }

            onPacket(Take((int)size));
        }
    }

    private bool IsHeaderIntact()
    {
        uint crc = Field(WirePacket.HeaderCrcOffset);
        if (crc == 0)
        {
            return true;   // built without CRCs
        }

        Span<byte> header = stackalloc byte[WirePacket.HeaderSize];
        _bytes.AsSpan(0, WirePacket.HeaderSize).CopyTo(header);
        header.Slice(WirePacket.HeaderCrcOffset, sizeof(uint)).Clear();
        return WireCrc.Of(header) == crc;
    }

    // Without a CRC a cut packet shows by the next one's marker within it: no text has that.
    private bool IsPayloadIntact(int size)
    {
        ReadOnlySpan<byte> payload = _bytes.AsSpan(WirePacket.HeaderSize, size);
        return Field(WirePacket.HeaderCrcOffset) != 0
            ? WireCrc.Of(payload) == Field(WirePacket.DataCrcOffset)
            : payload.IndexOf(WirePacket.Marker) < 0;
    }

    private WirePacket Take(int size)
    {
        var packet = new WirePacket(
            Field(WirePacket.CommandOffset), Short(WirePacket.SequenceOffset),
            Short(WirePacket.ReplySequenceOffset),
            (WireFlags)Field(WirePacket.FlagsOffset), _bytes.AsSpan(WirePacket.HeaderSize, size).ToArray());
        Remove(WirePacket.HeaderSize + size);
        return packet;
    }

    private void DropFirst(Action<byte> onNoise)
    {
        NoiseCount++;
        byte first = _bytes[0];
        Remove(1);
        onNoise(first);
    }

    private void Remove(int count)
    {
        _bytes.AsSpan(count, _count - count).CopyTo(_bytes);
        _count -= count;
    }

    private uint Field(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(offset));

    private ushort Short(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(offset));
}
