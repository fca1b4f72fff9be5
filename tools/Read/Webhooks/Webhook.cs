using System.Text.Json;
using System.Text.Json.Serialization;
using Pulsegate.Read.Access;

namespace Pulsegate.Read.Webhooks;

/// <summary>Who is told of alarms.</summary>
/// <param name="Name">Name, for the audit log.</param>
/// <param name="Url">Where to: https, or http on this machine.</param>
/// <param name="Secret">At least 32 characters, known to the receiver: it signs.</param>
public sealed record Webhook(string Name, string Url, string Secret)
{
    private const int SecretLengthMin = 32;
    private const int CountMax = 16;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Reads a file: an array of name, url, secret.</summary>
    /// <exception cref="ReadException">It is open to others than its owner, not JSON, or not that; one line
    /// without a secret.</exception>
    public static IReadOnlyList<Webhook> Load(string path)
    {
        try
        {
            KeyringFile.RequirePrivate(path, "webhook file");
            Webhook?[] hooks = JsonSerializer.Deserialize<Webhook?[]>(File.ReadAllBytes(path), Json) ?? [];
            bool isRight = hooks.Length <= CountMax && hooks.All(hook => hook?.IsComplete == true)
                && hooks.DistinctBy(hook => hook!.Name).Count() == hooks.Length;
            return isRight ? [.. hooks.Select(hook => hook!)] : throw new ReadException(
                $"{path}: each of at most {CountMax} has a name of its own, a url (https, or http on this "
                    + $"machine) and a "
                + $"secret of at least {SecretLengthMin} characters");
        }
        catch (Exception e)
            when (e is KeyringException or JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ReadException(e is JsonException ? $"{path} is not an array of webhooks" : e.Message,
                e);
        }
    }

    private bool IsComplete => Name is not null && Names.IsName(Name) && Secret?.Length >= SecretLengthMin
        && Uri.TryCreate(Url, UriKind.Absolute, out Uri? uri) && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));
}
