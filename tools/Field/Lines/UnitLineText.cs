// One of the unit's own lines, as the firmware's UnitLine writes it:
//   #pg <kind> key=value ... *<CRC-32, 8 hexadecimal digits>

using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Pulsegate.Field.Lines;

/// <summary>A line that was believed.</summary>
/// <param name="Kind">banner, file, check, selftest, vitals, health or log.</param>
/// <param name="Fields">Its values by name.</param>
public sealed record UnitLineText(string Kind, IReadOnlyDictionary<string, string> Fields)
{
    /// <summary>Longest line that is looked at, in characters.</summary>
    public const int LengthMax = 512;

    private const string Mark = "#pg ";
    private const int TailLength = 10;   // " *" and eight digits

    /// <summary>Reads a line; what stands before the mark is passed over.</summary>
    /// <returns>Null when it is none of the unit's lines, or damaged.</returns>
    public static UnitLineText? Parse(string line)
    {
        int start = line.LastIndexOf(Mark, StringComparison.Ordinal);
        string text = start < 0 ? "" : line[start..].TrimEnd('\r');
        if (text.Length < Mark.Length + TailLength || text.Length > LengthMax)
        {
            return null;
        }

        string body = text[..^TailLength];
        if (text[^TailLength..^8] != " *" || !IsCrcOf(body, text[^8..]))
        {
            return null;
        }

        string[] words = body[Mark.Length..].Split(' ');
        var fields = new Dictionary<string, string>();
        foreach (string word in words.Skip(1))
        {
            int equals = word.IndexOf('=');
            if (equals <= 0 || !fields.TryAdd(word[..equals], word[(equals + 1)..]))
            {
                return null;
            }
        }

        return new UnitLineText(words[0], fields);
    }

    /// <summary>A value; empty when the line has none of that name.</summary>
    public string Text(string name) => Fields.GetValueOrDefault(name, "");

    /// <summary>A number; null when the line has none of that name.</summary>
    public long? Number(string name)
        => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out long value) ? value : null;

    private static bool IsCrcOf(string body, string digits)
    {
        var crc = new Crc32();
        crc.Append(Encoding.UTF8.GetBytes(body));
        return crc.GetCurrentHashAsUInt32().ToString("X8", CultureInfo.InvariantCulture) == digits;
    }
}
