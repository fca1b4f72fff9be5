// The last words of a unit that restarts itself, kept over the restart. The runtime tells no reset reason.

using System.Text;
using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>One line about the last failure, in a file of the board's own folder.</summary>
public sealed class FailureRecord
{
    /// <summary>Longest line that is kept, in characters; the rest is cut.</summary>
    public const int LengthMax = 200;

    private const string FileName = "failure";

    private readonly IStorage _storage;

    /// <summary>A record in a folder.</summary>
    public FailureRecord(IStorage storage)
    {
        _storage = storage;
    }

    /// <summary>Keeps a line. Blocks for the flash; a write that fails loses it, and nothing else.</summary>
    /// <returns>True when it is durable.</returns>
    public bool TryWrite(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line.Length > LengthMax ? line.Substring(0, LengthMax) : line);
        return _storage.TryWrite(FileName, bytes, 0, bytes.Length);
    }

    /// <summary>Takes the line of the last failure.</summary>
    /// <returns>The line; null when the unit was switched off or never failed.</returns>
    public string Take()
    {
        int length = _storage.Length(FileName);
        if (length <= 0 || length > LengthMax * 4)
        {
            return null;
        }

        var bytes = new byte[length];
        if (_storage.Read(FileName, 0, bytes, 0, length) != length)
        {
            return null;
        }

        _storage.TryDelete(FileName);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
