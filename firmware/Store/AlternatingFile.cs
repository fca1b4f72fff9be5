// A few bytes that must survive a power cut while they are being replaced. Two files take turns; the one with
// the right CRC and the higher generation is the content, so a cut or a damaged file costs the last change
// and no more; and not even that where both are written.

using System;
using Pulsegate.Platform;

namespace Pulsegate.Store;

/// <summary>Small durable content in two files. Not thread-safe.</summary>
internal sealed class AlternatingFile
{
    private const int HeaderLength = 10;
    private const int VersionAt = 2;
    private const int LengthAt = 4;
    private const int GenerationAt = 6;
    private readonly IStorage _storage;
    private readonly string[] _names;
    private readonly byte[] _file;
    private long _generation;
    private int _slot;
    private int _wholeCount;

    /// <summary>Files <c>name0</c> and <c>name1</c>, for content of at most <paramref name="lengthMax"/>
    /// bytes.</summary>
    public AlternatingFile(IStorage storage, string name, int lengthMax)
    {
        _storage = storage;
        _names = new[] { name + "0", name + "1" };
        Content = new byte[lengthMax];
        _file = new byte[HeaderLength + lengthMax + RecordCodec.CrcLength];
    }

    /// <summary>The content: as loaded, or to be changed before <see cref="TrySave"/>.</summary>
    public readonly byte[] Content;

    /// <summary>True when a whole file of a newer format version was found: it must be left alone.</summary>
    public bool HasNewerFormat;

    /// <summary>True when the name is one of the two.</summary>
    public bool Owns(string name) => name == _names[0] || name == _names[1];

    /// <summary>True when one of the two is in the folder and was not whole, or could not be read: what was
    /// loaded may be the content before the newest.</summary>
    public bool IsDoubtful(string[] folder)
    {
        int count = 0;
        for (int i = 0; i < folder.Length; i++)
        {
            count += Owns(folder[i]) ? 1 : 0;
        }

        return count > _wholeCount;
    }

    /// <summary>Loads the newest whole content.</summary>
    /// <returns>False when neither file is whole; the content is zeros then.</returns>
    public bool TryLoad()
    {
        _generation = 0;
        _slot = 1;
        HasNewerFormat = false;
        _wholeCount = 0;
        Array.Clear(Content, 0, Content.Length);
        for (int slot = 0; slot < 2; slot++)
        {
            int length = ReadSlot(slot);
            if (length == 0)
            {
                continue;
            }

            if (_file[VersionAt] > RecordCodec.FormatVersion)
            {
                HasNewerFormat = true;
                continue;
            }

            _wholeCount++;
            long generation = RecordCodec.Get(_file, GenerationAt, 4);
            if (generation > _generation)
            {
                _generation = generation;
                _slot = slot;
                Array.Clear(Content, 0, Content.Length);
                Array.Copy(_file, HeaderLength, Content, 0, length - HeaderLength - RecordCodec.CrcLength);
            }
        }

        return _generation > 0;
    }

    /// <summary>Writes the first <paramref name="length"/> bytes of the content to the file that does not
    /// hold the newest one; the rest reads as zeros.</summary>
    /// <returns>False when the storage failed; the older content then still stands.</returns>
    public bool TrySave(int length)
    {
        int slot = 1 - _slot;
        _file[0] = (byte)'P';
        _file[1] = (byte)'F';
        _file[VersionAt] = RecordCodec.FormatVersion;
        _file[VersionAt + 1] = 0;
        RecordCodec.Put(_file, LengthAt, length, 2);
        RecordCodec.Put(_file, GenerationAt, _generation + 1, 4);
        Array.Copy(Content, 0, _file, HeaderLength, length);
        int fileLength = HeaderLength + length + RecordCodec.CrcLength;
        RecordCodec.PutCrc(_file, 0, fileLength);
        if (!_storage.TryWrite(_names[slot], _file, 0, fileLength))
        {
            return false;
        }

        _slot = slot;
        _generation++;
        return true;
    }

    /// <summary>As <see cref="TrySave"/>, and then the other file as well: what changes seldom and may not go
    /// back stands twice, so that one file that cannot be read costs nothing.</summary>
    public bool TrySaveBoth(int length)
    {
        if (!TrySave(length))
        {
            return false;
        }

        TrySave(length);
        return true;
    }

    // A missing file, a failing read and a damaged file look the same; only the second is worth another try,
    // and the others cost little. Returns 0 for a file that is not whole.
    private int ReadSlot(int slot)
    {
        for (int attempt = 0; attempt < SegmentReader.ReadAttemptMax; attempt++)
        {
            int length = _storage.Read(_names[slot], 0, _file, 0, _file.Length);
            if (length >= HeaderLength + RecordCodec.CrcLength && IsWhole(length))
            {
                return length;
            }
        }

        return 0;
    }

    // A newer version may be longer than what is read here; its length field says where its CRC lies, and
    // then it is not taken as whole.
    private bool IsWhole(int length)
        => _file[0] == (byte)'P' && _file[1] == (byte)'F'
            && RecordCodec.Get(_file, LengthAt, 2) == length - HeaderLength - RecordCodec.CrcLength
            && RecordCodec.HasRightCrc(_file, 0, length);
}
