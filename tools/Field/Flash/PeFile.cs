// The .pe files in an image, by their own headers: marker, CRCs, native checksum at 20, version at 28, name
// at 36 as a place in the table of texts, table places from 40 on (nf-interpreter,
// src/CLR/Include/nanoCLR_Types.h, CLR_RECORD_ASSEMBLY, July 2026).

using System.Buffers.Binary;
using System.Text;

namespace Pulsegate.Field.Flash;

/// <summary>One assembly in an image.</summary>
/// <param name="Name">Its name; empty when it is one of the few that the runtime itself knows.</param>
/// <param name="Version">Its version, four numbers.</param>
/// <param name="Bytes">All of it.</param>
public sealed record PeFile(string Name, string Version, byte[] Bytes)
{
    private const int HeaderSize = 124, ChecksumOffset = 20, VersionOffset = 28, NameOffset = 36,
    TextsOffset = 84,
        TextsEndOffset = 88, EndOffset = 100;

    // What is ours, in the order in which each finds what it stands on; the board's program is behind them.
    private static readonly string[] OwnBeginnings =
        ["nanoFramework.Iot.Device.", "Pulsegate.Firmware", "Pulsegate.Signing", "Pulsegate."];

    /// <summary>Checksum of the native half that it was made for; 0 when it has none.</summary>
    public uint NativeChecksum => Word(Bytes, ChecksumOffset);

    /// <summary>Takes an image apart.</summary>
    /// <exception cref="IOException">It is damaged.</exception>
    public static IReadOnlyList<PeFile> Read(byte[] image)
    {
        var files = new List<PeFile>();
        int end = 0;
        for (int at = 0; at + HeaderSize <= image.Length;)
        {
            ReadOnlySpan<byte> rest = image.AsSpan(at);
            uint length = Word(rest, EndOffset);
            uint name = Word(rest, TextsOffset) + BinaryPrimitives.ReadUInt16LittleEndian(rest[NameOffset..]);
            if (!DeploymentImage.IsProgram(rest) || length < HeaderSize || length > rest.Length)
            {
                throw new IOException($"the image is damaged at byte {at}");
            }

            // A name that the runtime itself knows, as the base library's, is not in the file.
            uint textsEnd = Math.Min(Word(rest, TextsEndOffset), length);
            ReadOnlySpan<byte> text = name < textsEnd ? rest[(int)name..(int)textsEnd] : [];
            int nameEnd = text.IndexOf((byte)0);
            files.Add(new PeFile(
                Encoding.UTF8.GetString(nameEnd < 0 ? text : text[..nameEnd]),
                VersionIn(rest[VersionOffset..]),
                rest[..(int)length].ToArray()));
            at += (int)((length + 3) & ~3u);
            end = at;
        }

        if (files.Count == 0 || image.AsSpan(Math.Min(end, image.Length)).ContainsAnyExcept((byte)0))
        {
            throw new IOException($"the image is damaged at byte {end}");
        }

        return files;
    }

    /// <summary>What an update carries of an image: our own assemblies, in the order in which they are
    /// loaded. The libraries stay as they were flashed.</summary>
    /// <param name="image">The image that would be flashed.</param>
    /// <param name="version">Version that all of them must have.</param>
    /// <exception cref="IOException">Damaged, none of ours, or one has another version: the runtime would
    /// quietly take the one that it has of the same name and version.</exception>
    public static byte[] UpdateOf(byte[] image, string version)
    {
        PeFile[] own =
        [
            .. Read(image).Where(file => RankOf(file.Name) >= 0).OrderBy(file => RankOf(file.Name)),
        ];
        if (own.Length == 0)
        {
            throw new IOException("the image has none of our assemblies");
        }

        if (own.FirstOrDefault(file => file.Version != version + ".0") is { } other)
        {
            throw new IOException($"{other.Name} in the image has version {other.Version}, not {version}");
        }

        using var update = new MemoryStream();
        foreach (PeFile file in own)
        {
            update.Write(file.Bytes);
            update.Write(new byte[-file.Bytes.Length & 3]);
        }

        return update.ToArray();
    }

    /// <summary>A file of this shape and nothing to run in it, for the virtual board.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="nativeChecksum">Checksum of its native half; 0 for none.</param>
    /// <param name="size">Bytes of it, a multiple of four.</param>
    internal static byte[] MakeEmpty(string name, uint nativeChecksum, int size)
    {
        byte[] text = Encoding.ASCII.GetBytes(name + "\0");
        var file = new byte[size];
        for (int i = HeaderSize + text.Length; i < size; i++)
        {
            file[i] = (byte)(i * 31);
        }

        DeploymentImage.Marker.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(ChecksumOffset), nativeChecksum);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(TextsOffset), HeaderSize);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(TextsEndOffset), HeaderSize + text.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(EndOffset), size);
        text.CopyTo(file, HeaderSize);
        return file;
    }

    private static int RankOf(string name)
        => Array.FindIndex(OwnBeginnings, start => name.StartsWith(start, StringComparison.Ordinal));

    private static uint Word(ReadOnlySpan<byte> bytes, int at)
        => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    /// <summary>A version as the runtime writes it: four numbers of two bytes.</summary>
    internal static string VersionIn(ReadOnlySpan<byte> bytes)
    {
        var parts = new string[4];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = $"{BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..])}";
        }

        return string.Join('.', parts);
    }
}
