using System.Globalization;
using System.Text;

namespace Pulsegate.Cli;

/// <summary>Text that came from a file or from outside, made fit for a terminal.</summary>
internal static class Printable
{
    /// <summary>One line, in which control characters are written out as \u001b: none of them reaches the
    /// terminal.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder();
        foreach (char c in text.ReplaceLineEndings(" ").Trim())
        {
            if (char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format)
            {
                line.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                line.Append(c);
            }
        }

        return line.ToString();
    }
}
