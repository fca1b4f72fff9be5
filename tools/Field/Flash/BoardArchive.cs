// The folder that a field engineer takes along: for each board its image and a manifest that says what it is.
// With nanoff's own archive of firmware images beside it, no internet is needed.

using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulsegate.Field.Flash;

/// <summary>What an archive says of one board's image.</summary>
/// <param name="Board">Esp32S3, Esp32Wrover, Esp32DevKit or Virtual.</param>
/// <param name="Version">Version that the unit's banner must say.</param>
/// <param name="Target">nanoff's name of the firmware image that fits.</param>
/// <param name="Image">File name of the deployment image, beside the manifest.</param>
/// <param name="Sha256">Its SHA-256, hexadecimal.</param>
public sealed record BoardArchive(
    [property: JsonRequired] string Board, [property: JsonRequired] string Version,
    [property: JsonRequired] string Target,
    [property: JsonRequired] string Image, [property: JsonRequired] string Sha256)
{
    /// <summary>Name of the manifest, in a folder named after the board.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>Folder in the archive for nanoff's own files.</summary>
    public const string FirmwareFolder = "nanoff";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true,
    };

    /// <summary>The image, once it is read.</summary>
    [JsonIgnore]
    public byte[] Bytes { get; private init; } = [];

    /// <summary>Reads a board's part of an archive and checks it.</summary>
    /// <exception cref="IOException">Missing, damaged or not for this board: one line.</exception>
    public static BoardArchive Read(string archive, string board)
    {
        if (!Directory.Exists(archive))
        {
            throw new IOException(
                $"there is no archive {archive}: make it with ./pulsegate flash pack, or name it "
                + "with --archive");
        }

        string path = Path.Combine(archive, board, ManifestName);
        BoardArchive manifest = ReadManifest(path, board);
        string image = Path.Combine(archive, board, Path.GetFileName(manifest.Image));
        byte[] bytes = File.Exists(image)
            ? File.ReadAllBytes(image) : throw new IOException($"there is no {image}");
        if (!Convert.ToHexString(SHA256.HashData(bytes))
            .Equals(manifest.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new IOException($"{image} is not what {ManifestName} says: take the archive again");
        }

        if (manifest.Board != board || !DeploymentImage.IsProgram(bytes))
        {
            throw new IOException($"{image} is no program for {board}");
        }

        _ = PeFile.Read(bytes);
        return manifest with { Bytes = bytes };
    }

    private static BoardArchive ReadManifest(string path, string board)
    {
        if (!File.Exists(path))
        {
            throw new IOException($"the archive has nothing for {board}: there is no {path}");
        }

        try
        {
            return JsonSerializer.Deserialize<BoardArchive>(File.ReadAllBytes(path), Json) is
                { Board: not null, Version: not null, Target: not null, Image: not null,
                    Sha256: not null } manifest
                ? manifest : throw new IOException($"{path} is damaged: take the archive again");
        }
        catch (JsonException exception)
        {
            throw new IOException(
                $"{path} is damaged at line {exception.LineNumber + 1}: take the archive again", exception);
        }
    }

    /// <summary>Puts an image into an archive.</summary>
    public static void Write(string archive, string board, string version, string target, byte[] image)
    {
        string folder = Path.Combine(archive, board);
        Directory.CreateDirectory(folder);
        string name = board + ".bin";
        File.WriteAllBytes(Path.Combine(folder, name), image);
        var manifest = new BoardArchive(
            board, version, target, name, Convert.ToHexString(SHA256.HashData(image)));
        File.WriteAllBytes(Path.Combine(folder, ManifestName),
            JsonSerializer.SerializeToUtf8Bytes(manifest, Json));
    }
}
