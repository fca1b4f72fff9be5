// New identity files come over USB into a folder of their own, with a list of them as the last. At the next
// start the unit takes them over: at once when it has no identity, and only with its button pressed when it
// has one. A power cut at any moment leaves the old identity, or the new one and the rest of the work to do.
//
// Whoever has the USB port can write into the identity's folder as well: this keeps a tool, a wrong port or a
// mistake from giving a unit another's name. It is no defence against an attacker with the unit in hand.

using System.IO.Hashing;
using System.Text;
using Pulsegate.Platform;

namespace Pulsegate.Configuration;

/// <summary>Takes staged identity files over. For start-up; blocks for the flash.</summary>
public sealed class IdentityIntake
{
    /// <summary>How long after the start a provisioned unit looks at its button, ms.</summary>
    public const int ButtonMs = 5000;

    /// <summary>Longest file, in bytes.</summary>
    public const int FileLengthMax = 8192;

    /// <summary>Most files in a list.</summary>
    public const int FileCountMax = 8;

    /// <summary>The list, written last: a line for each file, its name, its length and its CRC-32, 8
    /// hexadecimal digits, with blanks between.</summary>
    public const string ListName = "complete";

    /// <summary>There from the permission to the end of the taking.</summary>
    public const string TakenName = "taken";

    /// <summary>A unit that has this file has an identity.</summary>
    public const string IdentityName = "identity.json";

    private readonly IStorage _staged;
    private readonly IStorage _identity;
    private readonly string[] _names = new string[FileCountMax];
    private int _count;

    /// <summary>An intake between two folders.</summary>
    /// <param name="staged">Where the tool puts new files.</param>
    /// <param name="identity">Where the unit reads its identity.</param>
    public IdentityIntake(IStorage staged, IStorage identity)
    {
        _staged = staged;
        _identity = identity;
    }

    /// <summary>True when new files wait.</summary>
    public bool IsDue => _staged.Length(ListName) >= 0 || IsTaken;

    /// <summary>True when the button must say yes: the unit has an identity, and has not begun to take
    /// another.</summary>
    public bool NeedsButton => !IsTaken && _identity.Length(IdentityName) > 0;

    private bool IsTaken => _staged.Length(TakenName) >= 0;

    /// <summary>Takes the files over. Call it when they are due and, where it is needed, the button has said
    /// yes. May be called again after a failure or a power cut.</summary>
    /// <param name="error">One line without secrets; empty when true.</param>
    /// <returns>False when nothing was taken: the list or a file is damaged, or the flash refused.</returns>
    public bool TryTake(out string error)
    {
        error = "";
        if (_staged.Length(ListName) >= 0)
        {
            // Everything is checked before the first file of the old identity goes.
            if (!ReadList(out error) || !(IsTaken || _staged.TryWrite(TakenName, new byte[] { 1 }, 0, 1)))
            {
                error = error.Length > 0 ? error : "the internal drive refused";
                return false;
            }

            for (int i = 0; i < _count; i++)
            {
                if (!Copy(_names[i]))
                {
                    error = _names[i] + " could not be written";
                    return false;
                }
            }

            _staged.TryDelete(ListName);
        }

        CleanUp();
        return true;
    }

    private bool ReadList(out string error)
    {
        error = "the list of new files is damaged: send them again";
        _count = 0;
        byte[] list = Read(_staged, ListName);
        if (list == null)
        {
            return false;
        }

        string[] lines = Encoding.UTF8.GetString(list, 0, list.Length).Split('\n');
        bool hasIdentity = false;
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            string[] words = lines[i].Split(' ');
            if (words.Length != 3 || _count == FileCountMax)
            {
                return false;
            }

            byte[] file = Read(_staged, words[0]);
            if (file == null || file.Length.ToString() != words[1] || CrcOf(file) != words[2])
            {
                error = words[0] + " did not arrive whole: send it again";
                return false;
            }

            hasIdentity |= words[0] == IdentityName;
            _names[_count++] = words[0];
        }

        if (!hasIdentity)
        {
            return false;
        }

        error = "";
        return true;
    }

    private bool Copy(string name)
    {
        byte[] file = Read(_staged, name);
        if (file == null || !_identity.TryWrite(name, file, 0, file.Length))
        {
            return false;
        }

        byte[] written = Read(_identity, name);
        return written != null && written.Length == file.Length && CrcOf(written) == CrcOf(file);
    }

    // The mark goes last: while it is there, this is done again.
    private void CleanUp()
    {
        string[] names = _staged.List();
        for (int i = 0; names != null && i < names.Length; i++)
        {
            if (names[i] != TakenName)
            {
                _staged.TryDelete(names[i]);
            }
        }

        _staged.TryDelete(TakenName);
    }

    private static byte[] Read(IStorage storage, string name)
    {
        int length = storage.Length(name);
        if (length < 0 || length > FileLengthMax)
        {
            return null;
        }

        var bytes = new byte[length];
        return storage.Read(name, 0, bytes, 0, length) == length ? bytes : null;
    }

    private static string CrcOf(byte[] bytes)
    {
        var crc = new Crc32();
        crc.Append(bytes);
        return crc.GetCurrentHashAsUInt32().ToString("X8");
    }
}
