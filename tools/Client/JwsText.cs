// The outer form of what devices send: three base64url parts and a header that says exactly one thing.

using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Pulsegate.Client;

/// <summary>A message taken apart, its signature not yet checked.</summary>
/// <param name="Algorithm">HS256 or ES256, as the message says.</param>
/// <param name="Device">Device of the key id.</param>
/// <param name="KeyVersion">Version of the key id.</param>
/// <param name="SigningInputLength">Bytes that were signed, from the start.</param>
/// <param name="Signature">The third part.</param>
/// <param name="Seal">First 8 bytes of the record's MAC in the unit's flash; null where the header has
/// none.</param>
/// <param name="Payload">The second part.</param>
internal sealed partial record JwsText(
    string Algorithm, string Device, int KeyVersion, int SigningInputLength, byte[] Signature, byte[]? Seal,
    byte[] Payload)
{
    /// <summary>Names of the algorithms.</summary>
    public const string Hs256 = "HS256", Es256 = "ES256";

    private const int HeaderLengthMax = 512;

    /// <summary>True for a device id as the design allows it.</summary>
    public static bool IsDeviceId(string text) => DeviceId().IsMatch(text);

    /// <summary>Takes a message apart; <paramref name="reason"/> says why not.</summary>
    public static bool TrySplit(ReadOnlyMemory<byte> text, out JwsText? parts, out string reason)
    {
        parts = null;
        byte[] bytes = text.ToArray();
        int firstDot = Array.IndexOf(bytes, (byte)'.');
        int secondDot = firstDot < 0 ? -1 : Array.IndexOf(bytes, (byte)'.', firstDot + 1);
        if (secondDot < 0 || Array.IndexOf(bytes, (byte)'.', secondDot + 1) >= 0)
        {
            reason = "not three parts";
            return false;
        }

        byte[]? header = Decode(bytes, 0, firstDot);
        byte[]? payload = Decode(bytes, firstDot + 1, secondDot);
        byte[]? signature = Decode(bytes, secondDot + 1, bytes.Length);
        if (header is null || payload is null || signature is null)
        {
            reason = "not base64url";
            return false;
        }

        if (!TryReadHeader(header, out Dictionary<string, string> members, out reason)
            || !TryCheckHeader(members, out string device, out int keyVersion, out byte[]? seal, out reason))
        {
            return false;
        }

        parts = new JwsText(members["alg"], device, keyVersion, secondDot, signature, seal, payload);
        return true;
    }

    private static byte[]? Decode(byte[] text, int start, int end)
    {
        var decoded = new byte[(end - start) * 3 / 4 + 3];
        int length = Base64Url.Decode(text, start, end - start, decoded, 0);
        return length < 0 ? null : decoded[..length];
    }

    // Known members, each once, nothing else: an unknown member could mean something that is not understood
    // here (crit says so of itself).
    private static bool TryReadHeader(byte[] json, out Dictionary<string, string> members, out string reason)
    {
        members = [];
        reason = "";
        if (json.Length > HeaderLengthMax)
        {
            reason = "header too long";
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reason = "header not an object";
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                if (name is not ("alg" or "kid" or "typ" or "cty" or "seal"))
                {
                    reason = name == "crit" ? "crit not understood" : "unknown header member";
                    return false;
                }

                reader.Read();
                if (reader.TokenType != JsonTokenType.String || !members.TryAdd(name, reader.GetString()!))
                {
                    reason = "header member twice or not text";
                    return false;
                }
            }

            if (reader.Read())
            {
                reason = "text after header";
                return false;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            reason = "header not JSON";
            return false;
        }

        return true;
    }

    private static bool TryCheckHeader(
        Dictionary<string, string> members, out string device, out int keyVersion, out byte[]? seal,
        out string reason)
    {
        device = "";
        keyVersion = 0;
        seal = null;
        reason = members.GetValueOrDefault("alg") is not (Hs256 or Es256) ? "algorithm not allowed"
            : members.GetValueOrDefault("typ") != "pulsegate+jws" ? "type not allowed"
            : members.GetValueOrDefault("cty") != "application/cbor" ? "content type not allowed" : "";
        if (reason.Length > 0)
        {
            return false;
        }

        Match kid = KeyId().Match(members.GetValueOrDefault("kid") ?? "");
        if (!kid.Success || (keyVersion = int.Parse(kid.Groups[2].ValueSpan)) > 255)
        {
            reason = "key id not well formed";
            return false;
        }

        if (members.TryGetValue("seal", out string? sealText))
        {
            byte[] text = Encoding.UTF8.GetBytes(sealText);
            seal = Decode(text, 0, text.Length);
            if (members["alg"] != Es256 || seal?.Length != RecordHeader.PreviousMacLength)
            {
                reason = "seal not well formed";
                return false;
            }
        }

        device = kid.Groups[1].Value;
        return true;
    }

    [GeneratedRegex(@"\A[a-z0-9-]{4,32}\z")]
    private static partial Regex DeviceId();

    [GeneratedRegex(@"\A([a-z0-9-]{4,32})\.([1-9][0-9]{0,2})\z")]
    private static partial Regex KeyId();
}
