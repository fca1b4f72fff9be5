// The station's JSON files: one set of rules for reading and writing them.

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pulsegate.Provisioning;

internal static class StationJson
{
    /// <summary>Camel case, indented; an unknown key is an error, not a silent nothing.</summary>
    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
    };

    internal static T Read<T>(string path) where T : class
    {
        byte[] content = PrivateFile.Read(path);
        try
        {
            return JsonSerializer.Deserialize<T>(content, Options)
                ?? throw new ProvisioningException($"{path} is empty");
        }
        catch (JsonException e)
        {
            // The parser's own message may quote the value, which is a key: only the place is repeated. A
            // member's name is the file's to choose, line breaks included.
            string member = string.Concat((e.Path ?? "start").Select(c => char.IsControl(c) ? '?' : c));
            string place = $"line {(e.LineNumber ?? 0) + 1}, {member}";
            throw new ProvisioningException($"{path} is not valid: {place}", e);
        }
    }
}
