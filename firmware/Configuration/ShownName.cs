// A name out of a file that somebody else wrote, made fit for one line of a message.

namespace Pulsegate.Configuration;

/// <summary>Names as messages show them.</summary>
internal static class ShownName
{
    /// <summary>Most characters shown; the rest is cut off.</summary>
    public const int LengthMax = 100;

    /// <summary>The name with '?' for every character that is not printable ASCII. Allocates.</summary>
    public static string Of(string name)
    {
        int length = name.Length < LengthMax ? name.Length : LengthMax;
        var shown = new char[length];
        for (int i = 0; i < length; i++)
        {
            char c = name[i];
            shown[i] = c >= ' ' && c <= '~' ? c : '?';
        }

        return new string(shown);
    }
}
