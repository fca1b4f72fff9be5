// A new certificate, or new authorities, without a visit. What a command brings is staged; the next
// connection tries it; an acknowledgement that releases a record on that connection confirms it. Anything
// else, and the old ones are used for the next connection: when that one is acknowledged, what was staged was
// at fault and is dropped, and when it is not, nobody can tell and both are tried in turn. That it was tried
// is durable before it is, so that a unit which does not survive the attempt comes back with the old ones.

using Pulsegate.Commands;
using Pulsegate.Platform;

namespace Pulsegate.Renewal;

/// <summary>Which certificates the link uses. Stage and the outcome belong to the acquisition loop, the rest
/// to the uplink's thread.</summary>
public sealed class CertificateRenewal
{
    /// <summary>Most authorities: the old and the new one.</summary>
    public const int AuthorityCountMax = 2;

    /// <summary>A connection with what is staged that has no acknowledgement for so long has failed,
    /// ms.</summary>
    public const int ProofMsMax = 2 * 60 * 1000;

    private const int Failed = 128;

    private readonly object _gate = new object();
    private readonly CertificateFile _file;
    private readonly int _provisionedEndDay;
    private bool _isTrying;              // the present attempt or connection uses what is staged
    private bool _isOldsTurn;
    private string _reason = "";

    /// <summary>Reads what was renewed earlier. Blocks for the flash.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="provisionedMark">A number made of the provisioned files: other files, other
    /// number.</param>
    /// <param name="provisionedEndDay">Last whole day of the provisioned certificate, in days since 1970; 0
    /// when it is not known.</param>
    public CertificateRenewal(IStorage storage, long provisionedMark, int provisionedEndDay)
    {
        _file = new CertificateFile(storage);
        _file.Load(provisionedMark);
        _provisionedEndDay = provisionedEndDay;
        _isOldsTurn = _file.IsTried != 0;
    }

    /// <summary>Certificate for the present attempt, in DER; null for the provisioned one.</summary>
    public byte[] Certificate
        => _isTrying && _file.StagedCode == CommandCode.RenewCertificate ? _file.Staged : _file.Certificate;

    /// <summary>Authorities for the present attempt, in DER one after the other; null for the provisioned
    /// ones.</summary>
    public byte[] Authorities
        => _isTrying && _file.StagedCode == CommandCode.SetAuthorities ? _file.Staged : _file.Authorities;

    /// <summary>Last whole day of the certificate in use, in days since 1970; 0 when it is not
    /// known.</summary>
    public int EndDay => _file.EndDay != 0 ? _file.EndDay : _provisionedEndDay;

    /// <summary>True when something new waits for its first connection.</summary>
    public bool IsReconnectDue => _file.StagedCode != 0 && _file.IsTried == 0;

    /// <summary>True on a connection that has yet to show that what is staged works.</summary>
    public bool IsProofDue => _isTrying && _file.StagedCode != 0;

    /// <summary>Set when a connection with what is staged is up: whoever seals records seals one, so that
    /// there is something to acknowledge. Its owner clears it.</summary>
    public bool IsProofAsked;

    /// <summary>Number of the command that is being carried out, or whose outcome waits to be told.</summary>
    public long Number => _file.Number;

    /// <summary>What that record says.</summary>
    public string ProofNote => CommandCode.NameOf(_file.StagedCode)
        + (IsProofDue ? ": connected with the new one" : ": connected with the old one");

    /// <summary>True when there is something to tell.</summary>
    public bool HasOutcome => _file.Outcome != 0;

    /// <summary>What became of the command <see cref="Number"/>, in the words of an answer.</summary>
    public string Outcome
    {
        get
        {
            lock (_gate)
            {
                int outcome = _file.Outcome;
                if (outcome < Failed)
                {
                    return CommandCode.NameOf(outcome) + ": done";
                }

                return CommandCode.NameOf(outcome - Failed) + ": failed, the old one is back: "
                    + (_reason.Length > 0 ? _reason : "not confirmed before a restart");
            }
        }
    }

    /// <summary>Keeps something new for the next connection.</summary>
    /// <param name="code">RenewCertificate or SetAuthorities.</param>
    /// <param name="endDay">Last whole day of a certificate, in days since 1970.</param>
    /// <param name="der">Certificate, or authorities one after the other.</param>
    /// <param name="number">Number of the command, for its answer.</param>
    /// <returns>Why not; null when it is kept.</returns>
    public string Stage(int code, int endDay, byte[] der, long number)
    {
        int countMax = code == CommandCode.SetAuthorities ? AuthorityCountMax : 1;
        if (der == null || der.Length > CertificateFile.DerLengthMax || !Pem.HasSequences(der, countMax))
        {
            return "refused: must be " + (countMax == 1 ? "a certificate" : "1 or 2 certificates")
                + " of at most "
                + CertificateFile.DerLengthMax.ToString() + " bytes";
        }

        lock (_gate)
        {
            if (_file.StagedCode != 0 || _file.Outcome != 0)
            {
                return "refused: the one before is still being tried";
            }

            _file.Number = number;
            _file.StagedCode = (byte)code;
            _file.IsTried = 0;
            _file.StagedEndDay = endDay;
            _file.Staged = der;
            if (_file.TrySave())
            {
                return null;
            }

            DropStaged();
            return "failed: could not be kept in flash";
        }
    }

    /// <summary>A connection is about to be tried: chooses the certificates for it.</summary>
    public void BeginAttempt()
    {
        lock (_gate)
        {
            _isTrying = false;
            if (_file.StagedCode == 0 || (_isOldsTurn && _file.IsTried != 0))
            {
                return;
            }

            if (_file.IsTried == 0)
            {
                _file.IsTried = 1;
                if (!_file.TrySave())
                {
                    _file.Outcome = (byte)(_file.StagedCode + Failed);
                    _reason = "flash refuses";
                    DropStaged();
                    return;
                }
            }

            _isTrying = true;
        }
    }

    /// <summary>The connection is up.</summary>
    public void NoteUp()
    {
        IsProofAsked = IsProofDue || _file.IsTried != 0;
    }

    /// <summary>An attempt has failed, or a connection has ended.</summary>
    /// <param name="reason">Why, in few words.</param>
    public void EndAttempt(string reason)
    {
        lock (_gate)
        {
            if (IsProofDue)
            {
                _reason = reason;   // the record cuts what is too long
            }

            _isOldsTurn = _isTrying;
            _isTrying = false;
        }
    }

    /// <summary>The backend has acknowledged a record on this connection. Blocks for the flash when that
    /// decides something.</summary>
    public void NoteProof()
    {
        lock (_gate)
        {
            if (_file.StagedCode == 0 || (!_isTrying && _file.IsTried == 0))
            {
                return;
            }

            IsProofAsked = false;
            CertificateFile before = _file.Copy();
            _file.Outcome = (byte)(_file.StagedCode + (_isTrying ? 0 : Failed));
            if (_isTrying && _file.StagedCode == CommandCode.RenewCertificate)
            {
                _file.Certificate = _file.Staged;
                _file.EndDay = _file.StagedEndDay;
            }
            else if (_isTrying)
            {
                _file.Authorities = _file.Staged;
            }

            DropStaged();
            if (_file.TrySave())
            {
                _isTrying = false;   // what is staged next has not been tried by this connection
            }
            else
            {
                _file.TakeFrom(before);   // the next acknowledgement is the next attempt
            }
        }
    }

    /// <summary>The outcome is in the store. When this cannot be kept, it is told once more after a
    /// restart.</summary>
    public void NoteAnswered()
    {
        lock (_gate)
        {
            _file.Outcome = 0;
            _reason = "";
            _file.TrySave();
        }
    }

    private void DropStaged()
    {
        _file.StagedCode = 0;
        _file.IsTried = 0;
        _file.Staged = null;
        _file.StagedEndDay = 0;
    }
}
