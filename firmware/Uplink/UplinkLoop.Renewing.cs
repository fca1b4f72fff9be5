// How connections end, and what they have to do with keys and certificates that are being renewed: which
// certificates they use, and what they show.

using Pulsegate.Platform;
using Pulsegate.Renewal;

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    private bool _isReconnectAsked;
    private bool _isNotAuthorised;   // the broker said so since the connection came up

    /// <summary>Told of the key versions that the backend signs with; null, as at first, for
    /// nobody.</summary>
    public KeyRenewal Keys;

    /// <summary>Told how connections fare; null, as at first, for nobody.</summary>
    public CertificateRenewal Certificates;

    /// <summary>A clean stop begins: everything has been sealed; keep stepping until <see cref="IsDrained"/>
    /// or a limit, then Close. Holding back for an alarm ends.</summary>
    public void BeginStop()
    {
        _isStopping = true;
    }

    /// <summary>Ends the connection in good order and makes a new one at once, unless held back. From the
    /// uplink's thread.</summary>
    public void Reconnect()
    {
        _isReconnectAsked = true;
    }

    // True when the connection was ended for it.
    private bool RenewConnection(long nowMs)
    {
        bool isDue = _isReconnectAsked || (Certificates != null && Certificates.IsReconnectDue);
        if (isDue && !HoldReconnect && !_isStopping)
        {
            _isReconnectAsked = false;
            EndConnection(true, "", nowMs);
            return true;
        }

        // A certificate in another name comes up and may publish nothing. Where the library shows refusals,
        // that is known at once.
        if (Certificates != null && Certificates.IsProofDue
            && (_isNotAuthorised || nowMs - _upSinceMs >= CertificateRenewal.ProofMsMax))
        {
            EndConnection(
                false, _isNotAuthorised
                    ? "the broker refuses what is published" : "no acknowledgement", nowMs);
            _nextAttemptMs = nowMs + PauseMs(nowMs);
            return true;
        }

        return false;
    }

    private void EndConnection(bool clean, string reason, long nowMs)
    {
        if (Certificates != null)
        {
            Certificates.EndAttempt(reason);
        }

        _link.Disconnect(clean);
        _state = LinkState.Down;
        PutBackAll();
        _nextAttemptMs = nowMs;
    }
}
