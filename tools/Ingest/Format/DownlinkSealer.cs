// The envelope of what goes down. The header is written in the one form that the device accepts.

using System.Security.Cryptography;
using System.Text;
using Pulsegate.Batch;

namespace Pulsegate.Ingest.Format;

internal static class DownlinkSealer
{
    /// <summary>The JWS text of a payload under a down key.</summary>
    internal static byte[] Seal(
        CborWriter payload, string device, int keyVersion, byte[] downKey, string headerEnd)
    {
        string header = $"{Jws.HeaderStart}{device}.{keyVersion}{headerEnd}";
        string input = Text(Encoding.ASCII.GetBytes(header)) + "."
            + Text(payload.Buffer.AsSpan(payload.Start, payload.Length));
        byte[] mac = HMACSHA256.HashData(downKey, Encoding.ASCII.GetBytes(input));
        return Encoding.ASCII.GetBytes(input + "." + Text(mac));
    }

    private static string Text(ReadOnlySpan<byte> bytes)
        => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
