using System.Text;

namespace Pulsegate.Field.Lines;

/// <summary>Puts lines together from pieces. A line that grows too long is given up to its end.</summary>
public sealed class LineAssembler
{
    private readonly StringBuilder _line = new();

    /// <summary>Takes a byte of text.</summary>
    /// <returns>The line that it ends; null when it ends none.</returns>
    public string? Append(byte b)
    {
        if (b == '\n')
        {
            string line = _line.ToString();
            _line.Clear();
            return line.Length < UnitLineText.LengthMax ? line : null;
        }

        if (_line.Length < UnitLineText.LengthMax)
        {
            _line.Append((char)b);
        }

        return null;
    }
}
