// One packet of nanoCLR's Wire Protocol, which is all that the USB port of a stock image speaks: a header of
// 32 bytes, little-endian, and up to 1 024 bytes. Source: nf-interpreter, src/CLR/WireProtocol, July 2026.

using System.Buffers.Binary;

namespace Pulsegate.Field.Wire;

/// <summary>A packet as it was read or will be sent.</summary>
/// <param name="Command">What it is, see <see cref="WireCommand"/>.</param>
/// <param name="Sequence">The sender's number of the packet.</param>
/// <param name="ReplySequence">Number of the packet that it answers; 0 otherwise.</param>
/// <param name="Flags">Flags.</param>
/// <param name="Payload">0 to 1 024 bytes.</param>
public sealed record WirePacket(
    uint Command, ushort Sequence, ushort ReplySequence, WireFlags Flags, byte[] Payload)
{
    /// <summary>Length of the header, in bytes.</summary>
    public const int HeaderSize = 32;

    /// <summary>Longest payload, in bytes.</summary>
    public const int PayloadSizeMax = 1024;

    internal const int MarkerSize = 8, HeaderCrcOffset = 8, DataCrcOffset = 12, CommandOffset = 16,
        SequenceOffset = 20,
        ReplySequenceOffset = 22, FlagsOffset = 24, SizeOffset = 28;

    /// <summary>How every packet begins.</summary>
    internal static ReadOnlySpan<byte> Marker => "NFPKTV1\0"u8;

    /// <summary>True when it accepts, or answers without refusing.</summary>
    public bool IsAccepted => Flags.HasFlag(WireFlags.Reply) && !Flags.HasFlag(WireFlags.Nack);

    /// <summary>The packet's bytes.</summary>
    /// <param name="isChecked">With CRCs; stock images are built without and send 0.</param>
    /// <exception cref="ArgumentException">The payload is too long.</exception>
    public byte[] ToBytes(bool isChecked)
    {
        if (Payload.Length > PayloadSizeMax)
        {
            throw new ArgumentException($"a payload has at most {PayloadSizeMax} bytes");
        }

        var bytes = new byte[HeaderSize + Payload.Length];
        Marker.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CommandOffset), Command);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(SequenceOffset), Sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(ReplySequenceOffset), ReplySequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(FlagsOffset), (uint)Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(SizeOffset), (uint)Payload.Length);
        Payload.CopyTo(bytes, HeaderSize);
        if (isChecked)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(DataCrcOffset), WireCrc.Of(Payload));

            // The header's CRC is taken with its own field at 0.
            BinaryPrimitives.WriteUInt32LittleEndian(
                bytes.AsSpan(HeaderCrcOffset), WireCrc.Of(bytes.AsSpan(0, HeaderSize)));
        }

        return bytes;
    }
}
