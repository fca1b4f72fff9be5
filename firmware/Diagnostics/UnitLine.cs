// The unit's own lines, which come out of the USB port among everything else that is printed there:
//   #pg <kind> key=value key=value *<CRC-32 of all before the blank, 8 hexadecimal digits>
// The runtime cuts lines of more than 80 characters into several packets and drops bytes when nobody takes
// them: the CRC makes a reader believe whole lines only. No value has blanks, and none is ever a secret.

using System.IO.Hashing;
using System.Text;

namespace Pulsegate.Diagnostics;

/// <summary>Builds one line at a time. Allocates strings; not for the sample path. Not thread-safe: one for
/// each thread.</summary>
public sealed class UnitLine
{
    /// <summary>How every line begins.</summary>
    public const string Mark = "#pg ";

    /// <summary>Longest text value, in characters; the rest is cut.</summary>
    public const int ValueLengthMax = 96;

    private readonly StringBuilder _text = new StringBuilder();

    /// <summary>Begins a line of a kind.</summary>
    public UnitLine Begin(string kind)
    {
        _text.Clear();
        _text.Append(Mark);
        _text.Append(kind);
        return this;
    }

    /// <summary>Adds a number.</summary>
    public UnitLine Add(string key, long value)
    {
        Key(key);
        _text.Append(value.ToString());
        return this;
    }

    /// <summary>Adds a text. A blank becomes '_', and so does what is no printable ASCII or means something
    /// here.</summary>
    public UnitLine Add(string key, string value)
    {
        Key(key);
        int length = value == null ? 0 : value.Length < ValueLengthMax ? value.Length : ValueLengthMax;
        for (int i = 0; i < length; i++)
        {
            char c = value[i];
            _text.Append(c > ' ' && c < '\x7F' && c != '=' && c != '*' ? c : '_');
        }

        return this;
    }

    /// <summary>The line, without a line break.</summary>
    public string End()
    {
        string text = _text.ToString();
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var crc = new Crc32();
        crc.Append(bytes);
        return text + " *" + crc.GetCurrentHashAsUInt32().ToString("X8");
    }

    private void Key(string key)
    {
        _text.Append(' ');
        _text.Append(key);
        _text.Append('=');
    }
}
