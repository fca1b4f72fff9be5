// What the backend's acknowledgements do: they alone release records, and they pace the backlog.

using Pulsegate.Batch;

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    private long _ackAccepted;
    private long _ackRefused;
    private long _released;
    private long _committed;
    private long _lastAckMs = -1;
    private long _lastAckUtcMs;
    private long _downlinkIgnored;

    /// <summary>Acknowledgements since boot that were genuine, of this store's epoch, and told something
    /// new.</summary>
    public long AckAccepted => _ackAccepted;

    /// <summary>Acknowledgements since boot that changed nothing: forged, damaged, for another epoch, about
    /// records never sealed, or repeated.</summary>
    public long AckRefused => _ackRefused;

    /// <summary>Records released since boot.</summary>
    public long Released => _released;

    /// <summary>Highest sequence up to which the backend has said that it holds everything; 0 before the
    /// first acknowledgement of this boot.</summary>
    public long Committed => _committed;

    /// <summary>Monotonic time of the last accepted acknowledgement; -1 for none since boot.</summary>
    public long LastAckMs => _lastAckMs;

    /// <summary>The backend's UTC in the last accepted acknowledgement, in ms; 0 for none since boot. Signed,
    /// so a check on the clock; the first of a boot may be an old one repeated.</summary>
    public long LastAckUtcMs => _lastAckUtcMs;

    /// <summary>Messages from the broker that are neither acknowledgement nor command, since boot.</summary>
    public long DownlinkIgnored => _downlinkIgnored;

    private void TakeAcknowledgement(long nowMs)
    {
        Acknowledgement ack = _acknowledgement;
        if (!ack.TryParse(_message.Payload, _message.PayloadLength, _device, _signer)
            || ack.Epoch != _store.Epoch || NamesUnsealed(ack))
        {
            _ackRefused++;
            return;
        }

        if (Keys != null)
        {
            Keys.NoteHeard(ack.KeyVersion);
        }

        // What was committed once stays committed, so releasing is harmless even for an old acknowledgement;
        // credits and time are taken from a newer one only. The backend's clock may be set back: progress
        // counts before time. A backend that was restored from a copy names less than before, and is heard
        // all the same.
        bool isNewer = ack.Cumulative > _committed || ack.UtcMs > _lastAckUtcMs;
        int releasedCount = _store.Release(ack.Cumulative, ack.RangeFirst, ack.RangeLast, ack.RangeCount);
        if (!isNewer && releasedCount == 0)
        {
            _ackRefused++;
            return;
        }

        _ackAccepted++;
        _released += releasedCount;
        if (Certificates != null && releasedCount > 0)
        {
            Certificates.NoteProof();   // only what was still waiting: an old acknowledgement proves nothing
        }

        _committed = ack.Cumulative > _committed ? ack.Cumulative : _committed;
        _lastAckMs = nowMs;
        _inFlight.RemoveCommitted(ack);
        _backoff.Reset();
        _hurryUntilMs = nowMs;
        if (isNewer)
        {
            _lastAckUtcMs = ack.UtcMs;
            int creditCount = ack.Credits - _inFlight.BackfillCount;   // those under way will use theirs
            _creditCount = creditCount > 0 ? creditCount : 0;
        }
    }

    // A backend cannot hold what this store has never sealed: flash was restored from a copy, or two units
    // share an identity.
    private bool NamesUnsealed(Acknowledgement ack)
    {
        long last = _store.LastSequence;
        if (ack.Cumulative > last)
        {
            return true;
        }

        for (int i = 0; i < ack.RangeCount; i++)
        {
            if (ack.RangeLast[i] > last)
            {
                return true;
            }
        }

        return false;
    }
}
