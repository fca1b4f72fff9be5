// A picture of an emulated panel as PNG, for a page, a document or a test.
// Source: W3C, Portable Network Graphics (PNG) Specification, second edition, 5 and 11.2.

using System.Buffers.Binary;
using System.IO.Compression;
using Iot.Device.Ili9341;
using Iot.Device.Ili9341.Emulator;

namespace Pulsegate.Virtual.Display;

/// <summary>Pixels of a panel, three bytes each, red first, row by row.</summary>
public sealed class Picture
{
    private const int BytesPerPixel = 3;
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    private Picture(byte[] pixels) => Pixels = pixels;

    /// <summary>The pixels.</summary>
    public byte[] Pixels { get; }

    /// <summary>What an eye sees of a panel now.</summary>
    public static Picture Of(Ili9341Panel panel)
    {
        var pixels = new byte[Ili9341.Width * Ili9341.Height * BytesPerPixel];
        int at = 0;
        for (int y = 0; y < Ili9341.Height; y++)
        {
            for (int x = 0; x < Ili9341.Width; x++)
            {
                int color = panel.ColorAt(x, y);
                pixels[at++] = Widen(color >> 11, 5);
                pixels[at++] = Widen((color >> 5) & 0x3F, 6);
                pixels[at++] = Widen(color & 0x1F, 5);
            }
        }

        return new Picture(pixels);
    }

    /// <summary>Reads a picture that <see cref="ToPng"/> made.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static Picture FromPng(byte[] png)
    {
        using var packed = new MemoryStream();
        for (int at = Signature.Length; at + 12 <= png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                packed.Write(png, at + 8, length);
            }

            at += 12 + length;
        }

        packed.Position = 0;
        using var unpacked = new ZLibStream(packed, CompressionMode.Decompress);
        const int RowBytes = Ili9341.Width * BytesPerPixel;
        var row = new byte[RowBytes + 1];
        var pixels = new byte[RowBytes * Ili9341.Height];
        for (int y = 0; y < Ili9341.Height; y++)
        {
            unpacked.ReadExactly(row);
            row.AsSpan(1).CopyTo(pixels.AsSpan(y * RowBytes));
        }

        return new Picture(pixels);
    }

    /// <summary>The picture as a file.</summary>
    public byte[] ToPng()
    {
        const int RowBytes = Ili9341.Width * BytesPerPixel;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, true))
        {
            for (int y = 0; y < Ili9341.Height; y++)
            {
                zlib.WriteByte(0);   // no filter
                zlib.Write(Pixels, y * RowBytes, RowBytes);
            }
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Ili9341.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Ili9341.Height);
        header[8] = 8;   // bits a sample
        header[9] = 2;   // red, green, blue
        using var png = new MemoryStream();
        png.Write(Signature);
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, packed.ToArray());
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte Widen(int value, int bits)
        => (byte)((value << (8 - bits)) | (value >> ((2 * bits) - 8)));

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, byte[] content)
    {
        byte[] body = [.. type, .. content];
        var number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        png.Write(number);
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, System.IO.Hashing.Crc32.HashToUInt32(body));
        png.Write(number);
    }
}
