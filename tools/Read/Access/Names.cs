// What may be a name in a request, a header or a file. Everything else is refused, not mended.

using System.Text.RegularExpressions;

namespace Pulsegate.Read.Access;

internal static partial class Names
{
    /// <summary>True for a device id.</summary>
    public static bool IsDevice(string text) => Device().IsMatch(text);

    /// <summary>True for a patient's id: what FHIR R4 allows as an id.</summary>
    public static bool IsPatient(string text) => Patient().IsMatch(text);

    /// <summary>True for the name of a token: letters, digits, dot, hyphen, underscore.</summary>
    public static bool IsName(string text) => Name().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9-]{4,32}\z")]
    private static partial Regex Device();

    [GeneratedRegex(@"\A[A-Za-z0-9.-]{1,64}\z")]
    private static partial Regex Patient();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex Name();
}
