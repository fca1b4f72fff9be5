// What a command tells a unit to do, as the command line and the provisioning station hand it to who sends
// it.

using System.Text.Json;
using System.Text.Json.Serialization;
using Pulsegate.Commands;

namespace Pulsegate.Ingest.Format;

/// <summary>An order to a unit.</summary>
/// <param name="Code">What, by <see cref="CommandCode"/> number.</param>
/// <param name="Arguments">Its numbers, in order.</param>
/// <param name="Content">Wrapped keys or certificates; null for none.</param>
public sealed record CommandOrder(int Code, int[] Arguments, byte[]? Content = null)
{
    private const int Format = 1;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    /// <summary>True for an answer after which another one comes.</summary>
    public static bool IsProgress(string answer)
        => answer.EndsWith(": staged", StringComparison.Ordinal)
            || answer.Contains(": connected with the ", StringComparison.Ordinal);

    /// <summary>The order as a file for <see cref="Load"/>. Nothing in it is secret to who may send it: keys
    /// are wrapped.</summary>
    /// <param name="device">Device that it is for; null for every one.</param>
    public byte[] ToFile(string? device) => JsonSerializer.SerializeToUtf8Bytes(
        new FileContent(Format, CommandCode.NameOf(Code), device, Arguments, Content), Json);

    /// <summary>Reads an order that the station has written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="command">Name of the command that it must be.</param>
    /// <param name="device">Device that it must be for.</param>
    /// <exception cref="IngestException">The file cannot be read, or is something else.</exception>
    public static CommandOrder Load(string path, string command, string device)
    {
        FileContent? content;
        try
        {
            content = JsonSerializer.Deserialize<FileContent>(File.ReadAllBytes(path), Json);
        }
        catch (JsonException e)
        {
            throw new IngestException($"{path} is not an order from the station", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IngestException($"{path} cannot be read: {e.Message}", e);
        }

        if (content?.Format != Format || content.Arguments is null || content.Content is null
            || content.Content.Length > Command.ContentLengthMax)
        {
            throw new IngestException($"{path} is not an order from the station");
        }

        if (content.Command != command || (content.Device ?? device) != device)
        {
            throw new IngestException(
                $"{path} is for another command or another unit than {command} of {device}");
        }

        int code = Enumerable.Range(1, CommandCode.Last).First(c => CommandCode.NameOf(c) == command);
        return new CommandOrder(code, content.Arguments, content.Content);
    }

    private sealed record FileContent(
        int Format, string? Command, string? Device, int[]? Arguments, byte[]? Content);
}
