// Which program runs: the one that was flashed, or a newer one from a file. Two slots hold an image and its
// manifest each; a state in two alternating files says which slot has proved itself and which is being
// tried. What was flashed is never touched, so there is always something to fall back to: a damaged slot, a
// cut at any moment or a program that does not come up costs the update, never the unit. The signature
// counts when an update is taken up; from then on the state names the image by its digest, for the keys may
// be renewed.

using System.IO.Hashing;
using System.Text;
using Pulsegate.Platform;

namespace Pulsegate.Update;

/// <summary>Chooses at start-up, and takes note of a program that has proved itself. Blocks for the
/// flash.</summary>
public sealed class UpdateSlots
{
    /// <summary>How often a new program may be started before it must have proved itself.</summary>
    public const int TryCountMax = 3;

    /// <summary>Names of the slots.</summary>
    public const string SlotA = "a", SlotB = "b";

    /// <summary>What follows the slot in the name of an image, and of its manifest, which is written
    /// last.</summary>
    public const string ImageEnd = ".img", ManifestEnd = ".txt";

    private const string None = "-";
    private const int StateLengthMax = 256;

    private readonly IStorage _storage;
    private readonly ISigner _signer;
    private readonly ISigner _digester;
    private readonly string _board;
    private readonly int _flashedNumber;
    private int _sequence;
    private string _proven = None;
    private string _provenDigest = None;
    private int _provenNumber;
    private string _tried = None;
    private string _triedDigest = None;
    private int _triedNumber;
    private int _tryCount;
    private int _failedNumber;

    /// <summary>Slots in a folder of their own.</summary>
    /// <param name="storage">The folder.</param>
    /// <param name="signer">Believes what the provisioning station has signed.</param>
    /// <param name="digester">Signs with the public key of file digests.</param>
    /// <param name="board">The board, as manifests name it.</param>
    /// <param name="flashedNumber">Version of the program that was flashed, as a number.</param>
    public UpdateSlots(IStorage storage, ISigner signer, ISigner digester, string board, int flashedNumber)
    {
        _storage = storage;
        _signer = signer;
        _digester = digester;
        _board = board;
        _flashedNumber = flashedNumber;
    }

    /// <summary>The slot that a new update belongs into.</summary>
    public string FreeSlot => _proven == SlotA ? SlotB : SlotA;

    /// <summary>Version that is being tried, as a number; 0 when none is.</summary>
    public int TriedNumber => _tried == None ? 0 : _triedNumber;

    /// <summary>Last version that was given up, as a number; 0 when none was.</summary>
    public int FailedNumber => _failedNumber;

    /// <summary>Reads the state; for a program that was itself started from a slot.</summary>
    public void Load()
    {
        _sequence = 0;
        for (int i = 0; i < 2; i++)
        {
            byte[] bytes = Read("s" + i.ToString(), StateLengthMax);
            if (bytes != null)
            {
                TakeState(Encoding.UTF8.GetString(bytes, 0, bytes.Length).Split(' '));
            }
        }
    }

    /// <summary>Chooses; for the program that was flashed, once at its start. A try is counted before it is
    /// made.</summary>
    /// <returns>The image to start; null to go on with what was flashed.</returns>
    public byte[] Choose()
    {
        Load();
        if (_tried == None)
        {
            Consider();
        }

        if (_tried != None)
        {
            byte[] image = _tryCount < TryCountMax ? Verified(_tried, _triedDigest) : null;
            if (image == null)
            {
                _failedNumber = _triedNumber;
                _tried = None;
                Save();
            }
            else
            {
                _tryCount++;
                if (Save())
                {
                    return image;
                }
            }
        }

        return _provenNumber > _flashedNumber ? Verified(_proven, _provenDigest) : null;
    }

    /// <summary>The running program has proved itself: from now on it is started until there is a newer
    /// one.</summary>
    /// <param name="runningNumber">Its version, as a number.</param>
    /// <returns>False when the flash refused: try again later.</returns>
    public bool Confirm(int runningNumber)
    {
        if (_tried == None || _triedNumber != runningNumber)
        {
            return true;
        }

        string proven = _proven;
        string provenDigest = _provenDigest;
        int provenNumber = _provenNumber;
        _proven = _tried;
        _provenDigest = _triedDigest;
        _provenNumber = _triedNumber;
        _tried = None;
        if (Save())
        {
            return true;
        }

        _tried = _proven;
        _proven = proven;
        _provenDigest = provenDigest;
        _provenNumber = provenNumber;
        return false;
    }

    // Only upwards: an old version with a known hole would otherwise come back with its old, good signature.
    // And never the version that is in flash: the runtime would quietly take the resident assembly of the
    // same name.
    private void Consider()
    {
        string slot = FreeSlot;
        UpdateManifest manifest = ManifestOf(slot);
        if (manifest != null && manifest.Number > _flashedNumber && manifest.Number > _provenNumber
            && manifest.Number != _failedNumber
            && _storage.Length(slot + ImageEnd) == manifest.ImageLength
            && Verified(slot, manifest.Digest) != null)
        {
            _tried = slot;
            _triedDigest = manifest.Digest;
            _triedNumber = manifest.Number;
            _tryCount = 0;
        }
    }

    private byte[] Verified(string slot, string digest)
    {
        byte[] image = slot == None ? null : Read(slot + ImageEnd, UpdateManifest.ImageLengthMax);
        return image != null && UpdateManifest.DigestOf(image, _digester) == digest ? image : null;
    }

    private UpdateManifest ManifestOf(string slot)
    {
        byte[] bytes = Read(slot + ManifestEnd, UpdateManifest.LengthMax);
        return bytes == null ? null : UpdateManifest.Read(bytes, _signer, _board);
    }

    private void TakeState(string[] words)
    {
        if (words.Length != 10 || !int.TryParse(words[0], out int sequence) || sequence <= _sequence
            || CrcOf(Joined(words)) != words[9] || !int.TryParse(words[2], out int provenNumber)
            || !int.TryParse(words[4], out int triedNumber) || !int.TryParse(words[5], out int tryCount)
            || !int.TryParse(words[6], out int failedNumber))
        {
            return;
        }

        _sequence = sequence;
        _proven = words[1];
        _provenNumber = provenNumber;
        _tried = words[3];
        _triedNumber = triedNumber;
        _tryCount = tryCount;
        _failedNumber = failedNumber;
        _provenDigest = words[7];
        _triedDigest = words[8];
    }

    // The older of the two files is written: a cut leaves the newer one.
    private bool Save()
    {
        _sequence++;
        string state = _sequence.ToString() + " " + _proven + " " + _provenNumber.ToString() + " " + _tried
            + " "
            + _triedNumber.ToString() + " " + _tryCount.ToString() + " " + _failedNumber.ToString()
            + " " + _provenDigest + " " + _triedDigest;
        byte[] bytes = Encoding.UTF8.GetBytes(state + " " + CrcOf(state));
        if (_storage.TryWrite("s" + (_sequence % 2).ToString(), bytes, 0, bytes.Length))
        {
            return true;
        }

        _sequence--;   // the next attempt writes the same file: the other one is the only good one
        return false;
    }

    private byte[] Read(string name, int lengthMax)
    {
        int length = _storage.Length(name);
        if (length < 1 || length > lengthMax)
        {
            return null;
        }

        var bytes = new byte[length];
        return _storage.Read(name, 0, bytes, 0, length) == length ? bytes : null;
    }

    private static string Joined(string[] words)
    {
        string text = words[0];
        for (int i = 1; i < words.Length - 1; i++)
        {
            text += " " + words[i];
        }

        return text;
    }

    private static string CrcOf(string text)
    {
        var crc = new Crc32();
        crc.Append(Encoding.UTF8.GetBytes(text));
        return crc.GetCurrentHashAsUInt32().ToString("X8");
    }
}
