// The unit's keys, and how they are replaced from afar. New keys are staged; they are used from the moment on
// at which the running backend has shown that it holds them, by an acknowledgement signed with the new down
// key. Until then nothing has changed, so that nothing is ever sealed that the backend cannot verify.
// Everything lies in two alternating files: a power cut leaves the one state or the other.

using System;
using Pulsegate.Platform;
using Pulsegate.Store;

namespace Pulsegate.Renewal;

/// <summary>
/// Signs with the newest keys in use, and still checks what was sealed with the ones before. Stage, Step and
/// the outcome belong to the acquisition loop, NoteHeard to the uplink's thread, the signer's members to
/// both.
/// </summary>
public sealed class KeyRenewal : ISigner
{
    private const string FileName = "key";
    private const int PreviousVersionAt = KeySlot.Length;
    private const int PreviousKeyAt = PreviousVersionAt + 1;
    private const int StagedAt = PreviousKeyAt + KeySet.KeyLength;
    private const int StagedFromAt = StagedAt + KeySlot.Length;
    private const int NumberAt = StagedFromAt + 1;
    private const int NumberLength = 8;
    private const int Length = NumberAt + NumberLength;

    private readonly ISignerMaker _maker;
    private readonly string _device;
    private readonly AlternatingFile _file;
    private KeySet _keys;
    private KeySet _staged;              // null: none
    private ISigner _signer;             // replaced as a whole: a reader sees the one or the other
    private ISigner _stagedSigner;       // null: none
    private byte _heardVersion;
    private long _answerDue;

    /// <summary>Reads what was renewed earlier. Blocks for the flash.</summary>
    /// <param name="storage">Where the renewed keys lie.</param>
    /// <param name="maker">Makes signers.</param>
    /// <param name="device">Device id.</param>
    /// <param name="provisioned">The keys that provisioning wrote. They go before renewed ones of a lower
    /// version: somebody was here.</param>
    /// <param name="previousVersion">Version before the provisioned one; 0 for none.</param>
    /// <param name="previousUpKey">Its up key; null for none.</param>
    public KeyRenewal(
        IStorage storage, ISignerMaker maker, string device, KeySet provisioned, byte previousVersion,
        byte[] previousUpKey)
    {
        _maker = maker;
        _device = device;
        _file = new AlternatingFile(storage, FileName, Length);
        _file.TryLoad();
        byte[] content = _file.Content;
        _keys = provisioned;
        if (content[0] > provisioned.Version)
        {
            _keys = KeySlot.Read(content, 0);
            previousVersion = content[PreviousVersionAt];
            previousUpKey = KeySet.Copy(content, PreviousKeyAt);
        }

        _signer = maker.Make(_keys.Version, _keys.UpKey, _keys.DownKey, previousVersion, previousUpKey);
        if (content[StagedAt] > _keys.Version && content[StagedFromAt] == _keys.Version)
        {
            SetStaged(KeySlot.Read(content, StagedAt));
        }
        else if (content[0] == _keys.Version && content[StagedAt] == 0)
        {
            _answerDue = RecordCodec.Get(content, NumberAt, NumberLength);
        }
    }

    /// <inheritdoc/>
    public byte KeyVersion => _signer.KeyVersion;

    /// <summary>Number of the command whose keys have come into use and that is not answered yet; 0 for
    /// none.</summary>
    public long AnswerDue => _answerDue;

    /// <summary>Believes, through <see cref="ISigner.VerifyDown"/>, what the provisioning station has signed
    /// for this unit: under the wrapping key, which no keyring has. Null when the unit was given
    /// none.</summary>
    public ISigner StationSigner
        => _keys.WrapKey == null ? null : _maker.Make(_keys.Version, _keys.WrapKey, _keys.WrapKey, 0, null);

    /// <inheritdoc/>
    public bool TrySign(byte[] message, int length, byte[] mac, int macOffset)
        => _signer.TrySign(message, length, mac, macOffset);

    /// <inheritdoc/>
    public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
        => _signer.TrySignWith(keyVersion, message, length, mac, macOffset);

    /// <summary>As <see cref="ISigner.VerifyDown"/>; believes the staged version too, which only the backend
    /// and this unit can have.</summary>
    public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
    {
        ISigner staged = _stagedSigner;
        return staged != null && keyVersion == staged.KeyVersion
            ? staged.VerifyDown(keyVersion, message, length, mac, macOffset)
            : _signer.VerifyDown(keyVersion, message, length, mac, macOffset);
    }

    /// <inheritdoc/>
    public bool IsEs256(byte keyVersion) => _signer.IsEs256(keyVersion);

    /// <inheritdoc/>
    public bool TrySignEs256(
        byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
        => _signer.TrySignEs256(keyVersion, message, length, signature, signatureOffset);

    /// <summary>Keeps new keys for later use, in place of others that have not come into use.</summary>
    /// <param name="version">Their version.</param>
    /// <param name="wrapped">The wrapped keys.</param>
    /// <param name="number">Number of the command, for its answer.</param>
    /// <returns>Why not; null when they are kept.</returns>
    public string Stage(int version, byte[] wrapped, long number)
    {
        if (_keys.WrapKey == null)
        {
            return "refused: this unit was provisioned without a key for renewal";
        }

        if (version <= _keys.Version || version > byte.MaxValue)
        {
            return "refused: version must be " + (_keys.Version + 1).ToString() + " to 255";
        }

        KeySet next = KeyWrap.Open(_maker, _device, _keys, (byte)version, wrapped);
        if (next == null)
        {
            return "refused: not wrapped for version " + _keys.Version.ToString() + " of this unit";
        }

        byte[] content = _file.Content;
        var before = new byte[Length];
        Array.Copy(content, 0, before, 0, Length);
        KeySlot.Write(next, content, StagedAt);
        content[StagedFromAt] = _keys.Version;
        RecordCodec.Put(content, NumberAt, number, NumberLength);
        if (!TrySave(before))
        {
            return "failed: could not be kept in flash";
        }

        SetStaged(next);
        return null;
    }

    /// <summary>The backend has acknowledged something under this version.</summary>
    public void NoteHeard(byte version) => _heardVersion = version;

    /// <summary>Takes the staged keys into use once the backend has shown that it has them.</summary>
    /// <returns>True when it has done so now.</returns>
    public bool Step()
    {
        if (_staged == null || _heardVersion != _staged.Version)
        {
            return false;
        }

        byte[] content = _file.Content;
        var before = new byte[Length];
        Array.Copy(content, 0, before, 0, Length);
        KeySlot.Write(_staged, content, 0);
        content[PreviousVersionAt] = _keys.Version;
        Array.Copy(_keys.UpKey, 0, content, PreviousKeyAt, KeySet.KeyLength);
        content[StagedAt] = 0;
        if (!TrySave(before))
        {
            _heardVersion = 0;   // the next acknowledgement is the next attempt
            return false;
        }

        _signer = _maker.Make(_staged.Version, _staged.UpKey, _staged.DownKey, _keys.Version, _keys.UpKey);
        _answerDue = RecordCodec.Get(content, NumberAt, NumberLength);
        _keys = _staged;
        _staged = null;
        _stagedSigner = null;
        return true;
    }

    /// <summary>The answer is in the store. When this cannot be kept, it is given once more after a
    /// restart.</summary>
    public void NoteAnswered()
    {
        _answerDue = 0;
        RecordCodec.Put(_file.Content, NumberAt, 0, NumberLength);
        _file.TrySaveBoth(Length);
    }

    private void SetStaged(KeySet staged)
    {
        _staged = staged;
        _stagedSigner = _maker.Make(staged.Version, staged.UpKey, staged.DownKey, 0, null);
    }

    // False when flash has refused, or holds what a newer firmware wrote: the content is then as before.
    private bool TrySave(byte[] before)
    {
        if (!_file.HasNewerFormat && _file.TrySaveBoth(Length))
        {
            return true;
        }

        Array.Copy(before, 0, _file.Content, 0, Length);
        return false;
    }
}
