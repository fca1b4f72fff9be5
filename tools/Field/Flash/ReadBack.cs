// Compares what lies in flash with what should: the unit computes the CRC of each piece, so that 200 KB take
// seconds and not minutes. It does not believe the tool that wrote.

using System.Buffers.Binary;
using Pulsegate.Field.Wire;

namespace Pulsegate.Field.Flash;

/// <summary>Reads a flashed image back.</summary>
public static class ReadBack
{
    /// <summary>Piece that is asked for at a time, bytes: a flash sector, which the unit may have to copy to
    /// RAM.</summary>
    public const int PieceSize = 4096;

    /// <summary>Longest wait for one answer.</summary>
    public static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    /// <summary>Compares.</summary>
    /// <param name="session">The unit.</param>
    /// <param name="address">Where the image should begin.</param>
    /// <param name="image">The image.</param>
    /// <param name="onProgress">Told the bytes that are good so far.</param>
    /// <returns>Null when all is as it should be; else one line that says where it is not.</returns>
    public static string? FindDifference(
        WireSession session, uint address, byte[] image, Action<int> onProgress)
    {
        for (int at = 0; at < image.Length; at += PieceSize)
        {
            ReadOnlySpan<byte> piece = image.AsSpan(at, Math.Min(PieceSize, image.Length - at));
            byte[] question = WireSession.Words(address + (uint)at, (uint)piece.Length);
            WirePacket? answer = session.Ask(WireCommand.CheckMemory, question, AnswerLimit)
                ?? session.Ask(WireCommand.CheckMemory, question, AnswerLimit);
            if (answer is not { IsAccepted: true, Payload.Length: >= sizeof(uint) })
            {
                return $"the unit did not say what is in its flash at 0x{address + at:X}";
            }

            if (BinaryPrimitives.ReadUInt32LittleEndian(answer.Payload) != WireCrc.Of(piece))
            {
                return $"the flash at 0x{address + at:X} is not what was to be written";
            }

            onProgress(at + piece.Length);
        }

        return null;
    }
}
