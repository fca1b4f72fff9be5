// The one rule for device ids. An id is at once a certificate's common name, an MQTT client id, a topic
// segment and the first half of a key id, so it may hold nothing that any of these gives a meaning to.

namespace Pulsegate.Provisioning;

/// <summary>Device ids: 4 to 32 of a-z, 0-9 and '-'; <c>ingest</c> and what begins with it belongs to the
/// backend.</summary>
public static class DeviceId
{
    /// <summary>Shortest id, in characters.</summary>
    public const int LengthMin = 4;

    /// <summary>Longest id, in characters.</summary>
    public const int LengthMax = 32;

    /// <summary>Names that begin with this belong to the backend.</summary>
    public const string ReservedPrefix = "ingest";

    /// <summary>True when the text may name a device.</summary>
    public static bool IsValid(string? id) => HasValidCharacters(id) && !IsReserved(id!);

    /// <summary>True when the text may name a part of the backend (a worker, a reader).</summary>
    public static bool IsBackendName(string? id) => HasValidCharacters(id) && IsReserved(id!);

    /// <summary>Throws one clear line when the text may not name a device.</summary>
    /// <exception cref="ProvisioningException">The id is malformed or reserved.</exception>
    public static void Check(string? id)
    {
        if (!HasValidCharacters(id))
        {
            throw new ProvisioningException(
                $"'{Printable(id)}' is not a device id: use {LengthMin} to {LengthMax} of a-z, 0-9 and '-'");
        }

        if (IsReserved(id!))
        {
            throw new ProvisioningException(
                $"'{id}' is not a device id: names that begin with '{ReservedPrefix}' are reserved");
        }
    }

    private static bool IsReserved(string id) => id.StartsWith(ReservedPrefix, StringComparison.Ordinal);

    private static bool HasValidCharacters(string? id)
    {
        if (id is null || id.Length < LengthMin || id.Length > LengthMax)
        {
            return false;
        }

        foreach (char c in id)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    private static string Printable(string? id)
    {
        string text = id ?? "";
        string shortened = text.Length > LengthMax ? text[..LengthMax] + "..." : text;
        return new string(shortened.Select(c => char.IsControl(c) ? '?' : c).ToArray());
    }
}
