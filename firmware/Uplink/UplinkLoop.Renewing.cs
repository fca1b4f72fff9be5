// What connections have to do with keys and certificates that are being renewed: which certificates they use,
// and what they show.

using Pulsegate.Renewal;

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    private bool _isReconnectAsked;

    /// <summary>Told of the key versions that the backend signs with; null, as at first, for nobody.</summary>
    public KeyRenewal Keys { get; set; }

    /// <summary>Told how connections fare; null, as at first, for nobody.</summary>
    public CertificateRenewal Certificates { get; set; }

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

        if (Certificates != null && Certificates.IsProofDue
            && nowMs - _upSinceMs >= CertificateRenewal.ProofMsMax)
        {
            EndConnection(false, "no acknowledgement", nowMs);
            _nextAttemptMs = nowMs + PauseMs(nowMs);
            return true;
        }

        return false;
    }
}
