// Constants and default values of the table as boxed values of the right width.

using System.Globalization;

namespace Pulsegate.Surface;

/// <summary>Reads constants as they are written in the table.</summary>
public static class Constants
{
    /// <summary>The value of a constant.</summary>
    /// <param name="text">As written: a number, true or false, null, or text in double quotes.</param>
    /// <param name="type">Metadata name of its type; of an enum, its underlying type.</param>
    /// <returns>The value, boxed as that type; null for null.</returns>
    /// <exception cref="FormatException">The text is not a value of the type.</exception>
    public static object? Parse(string text, string type)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        return text == "null" ? null : type switch
        {
            "System.Boolean" => bool.Parse(text),
            "System.Char" => (char)ushort.Parse(text, invariant),
            "System.SByte" => sbyte.Parse(text, invariant),
            "System.Byte" => byte.Parse(text, invariant),
            "System.Int16" => short.Parse(text, invariant),
            "System.UInt16" => ushort.Parse(text, invariant),
            "System.Int32" => int.Parse(text, invariant),
            "System.UInt32" => uint.Parse(text, invariant),
            "System.Int64" => long.Parse(text, invariant),
            "System.UInt64" => ulong.Parse(text, invariant),
            "System.Single" => float.Parse(text, invariant),
            "System.Double" => double.Parse(text, invariant),
            "System.String" => text[1..^1],
            _ => throw new FormatException($"no constant of type {type}: {text}"),
        };
    }
}
