using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Pulsegate.Read.Api;

/// <summary>An answer; its content is bounded by the page sizes, so it is whole in memory.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Content type.</param>
/// <param name="Content">The bytes.</param>
internal sealed record ApiAnswer(int Status, string ContentType, byte[] Content)
{
    /// <summary>How the API writes JSON: nulls are written, since a null says that nothing may be
    /// shown.</summary>
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(), Encoder = JavaScriptEncoder.Default,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Name of a file that a browser saves it under; null for none.</summary>
    public string? FileName { get; init; }

    /// <summary>An object as JSON.</summary>
    public static ApiAnswer Of<T>(T content)
        => new(200, "application/json", JsonSerializer.SerializeToUtf8Bytes(content, Json));

    /// <summary>Text.</summary>
    public static ApiAnswer OfText(string contentType, string text)
        => new(200, contentType, Encoding.UTF8.GetBytes(text));

    /// <summary>Done, and nothing to say.</summary>
    public static ApiAnswer Nothing { get; } = new(204, "", []);

    /// <summary>Why not, as RFC 9457 has it.</summary>
    public static ApiAnswer Problem(int status, string title) => new(
        status, "application/problem+json", JsonSerializer.SerializeToUtf8Bytes(new { title, status }, Json));
}
