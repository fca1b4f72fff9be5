// Stored records -> broker, live first, until the backend has committed them. Step is the whole of it:
// connect with backoff, take what came down, then send in this order: birth, newest records, alarms of the
// backlog, what went unanswered, the backlog as far as credits allow, health, live.
//
// What may go wrong outside, and what follows: a lost publish or ack is resent after a time; a lost
// connection puts everything in flight back into the backlog; a forged, foreign or repeated ack changes
// nothing; a broker that stalls is left; all waiting is bounded, and no record leaves flash before a signed
// ack names it. Sending twice is harmless: a record is known by its sequence.

using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Store;

namespace Pulsegate.Uplink;

/// <summary>
/// The uplink's loop. Step and Close are for the uplink's own thread; the Set, Offer and Hold members and
/// BeginStop may be used from the acquisition thread, and the counters read from it.
/// </summary>
public sealed partial class UplinkLoop
{
    /// <summary>Longest time from TryConnect until the link is up, in ms; then the attempt has
    /// failed.</summary>
    public const int ConnectTimeoutMs = 30 * 1000;

    /// <summary>Longest time without any PUBACK while one is due, in ms; then the connection is given
    /// up.</summary>
    public const int StallTimeoutMs = 60 * 1000;

    /// <summary>A connection that has lasted this long, or has brought an acknowledgement, starts the backoff
    /// anew.</summary>
    public const int StableMs = 60 * 1000;

    /// <summary>Longest time that <see cref="HoldReconnect"/> can hold an attempt back, in ms.</summary>
    public const int HoldReconnectMsMax = 30 * 1000;

    /// <summary>The backlog is gone through again at least this often, in ms: a record that the flash did not
    /// give when its turn came is found when it does.</summary>
    public const int BackfillPassMs = 60 * 1000;

    private const int MessagePerStepMax = 16;      // the rest waits for the next step

    private readonly ILink _link;
    private readonly SegmentStore _store;
    private readonly ISigner _signer;
    private readonly string _device;
    private readonly Backoff _backoff;
    private readonly InFlight _inFlight = new InFlight();
    private readonly Acknowledgement _acknowledgement = new Acknowledgement();

    // What comes down is done with before anything is read to be sent, so that one buffer holds either.
    private readonly LinkMessage _message = new LinkMessage();
    private readonly StoredRecord _record;

    private readonly LinkCompletion _completion = new LinkCompletion();
    private readonly string _ackTopic;
    private readonly int _firstDelayMs;
    private long _nextAttemptMs = -1;   // -1: no step yet
    private long _connectByMs;
    private long _upSinceMs;
    private long _holdSinceMs = -1;     // -1: not holding
    private long _pubackSinceMs;        // last PUBACK, or the publish that began the wait for one
    private int _pubackDueCount;
    private long _nextPassMs;
    private bool _isStopping;
    private bool _hasTriedToStop;       // a stop does not wait for a backoff: one attempt is made at once
    private bool _isClosed;
    private LinkState _state;
    private bool _isDrained;
    private long _connectAttempts;
    private long _connects;

    /// <summary>An uplink that is down; the first attempt comes within a second of the first Step.</summary>
    /// <param name="link">The board's link.</param>
    /// <param name="store">Sealed records.</param>
    /// <param name="signer">Verifies what comes down.</param>
    /// <param name="device">Device id, as in topics and certificates.</param>
    /// <param name="bootId">Boot counter; with the device id it seeds the jitter.</param>
    public UplinkLoop(ILink link, SegmentStore store, ISigner signer, string device, uint bootId)
    {
        _link = link;
        _store = store;
        _signer = signer;
        _device = device;
        _record = new StoredRecord(_message.Payload);
        _backoff = new Backoff(device, bootId);
        _firstDelayMs = _backoff.FirstDelayMs();
        string prefix = "pg/1/" + device + "/";
        _ackTopic = prefix + "ack";
        _commandTopic = prefix + "cmd";
        _vitalsTopic = prefix + "vitals";
        _alarmTopic = prefix + "alarm";
        _eventTopic = prefix + "event";
        _healthTopic = prefix + "health";
        _statusTopic = prefix + "status";
        _liveTopic = prefix + "live";
    }

    /// <summary>Where the connection stands.</summary>
    public LinkState State => _state;

    /// <summary>Set while an alarm's condition is being confirmed: no connection attempt is begun (on a
    /// device it would stop the acquisition for seconds), for at most
    /// <see cref="HoldReconnectMsMax"/>.</summary>
    public bool HoldReconnect;

    /// <summary>True after <see cref="BeginStop"/>, once no sealed record is without its
    /// acknowledgement.</summary>
    public bool IsDrained => _isDrained;

    /// <summary>Why the last connection failed or ended; empty when there is nothing to say. No
    /// secrets.</summary>
    public string LastError => _link.LastError;

    /// <summary>Connection attempts since boot.</summary>
    public long ConnectAttempts => _connectAttempts;

    /// <summary>Connections that came up since boot.</summary>
    public long Connects => _connects;

    /// <summary>Does one turn of the loop. Blocks for flash reads, and on a device for a TLS handshake when
    /// it connects. Never throws for a network failure. Call it every 10 to 100 ms.</summary>
    /// <param name="nowMs">The monotonic clock.</param>
    public void Step(long nowMs)
    {
        if (_isClosed)
        {
            return;
        }

        if (_state == LinkState.Down)
        {
            ConnectWhenDue(nowMs);
        }

        LinkState linkState = _link.State;
        if (_state == LinkState.Connecting && linkState == LinkState.Up)
        {
            BeginConnection(nowMs);
        }
        else if ((_state == LinkState.Connecting && (linkState == LinkState.Down || nowMs >= _connectByMs))
            || (_state == LinkState.Up && linkState != LinkState.Up))
        {
            GiveUpConnection(nowMs);
        }

        if (_state == LinkState.Up)
        {
            Serve(nowMs);
        }

        if (_isStopping && !_isDrained && _inFlight.Count == 0)
        {
            _isDrained = !_store.TryReadNext(0, _record);
        }
    }

    /// <summary>Says farewell (retained, on <c>status</c>) when connected, and disconnects cleanly, so that
    /// the will is not sent. Step does nothing afterwards.</summary>
    /// <param name="farewell">The last status; null for none.</param>
    public void Close(byte[] farewell)
    {
        if (_state == LinkState.Up && farewell != null)
        {
            _link.TryPublish(_statusTopic, farewell, 1, true);
        }

        _link.Disconnect(true);
        _state = LinkState.Down;
        _isClosed = true;
    }

    private void ConnectWhenDue(long nowMs)
    {
        if (_nextAttemptMs < 0)
        {
            _nextAttemptMs = nowMs + _firstDelayMs;
        }

        HurryForAlarm(nowMs);

        bool isLastChance = _isStopping && !_hasTriedToStop;
        if (nowMs < _nextAttemptMs && !isLastChance)
        {
            return;
        }

        _hasTriedToStop = _isStopping;

        if (HoldReconnect && !_isStopping)
        {
            _holdSinceMs = _holdSinceMs < 0 ? nowMs : _holdSinceMs;
            if (nowMs - _holdSinceMs < HoldReconnectMsMax)
            {
                return;
            }
        }

        _holdSinceMs = -1;
        _connectAttempts++;
        _state = LinkState.Connecting;
        _connectByMs = nowMs + ConnectTimeoutMs;
        if (Certificates != null)
        {
            Certificates.BeginAttempt();
        }

        if (!_link.TryConnect(_statusTopic, Will()))
        {
            GiveUpConnection(nowMs);
        }
    }

    private void BeginConnection(long nowMs)
    {
        _state = LinkState.Up;
        _connects++;
        _upSinceMs = nowMs;
        _pubackDueCount = 0;
        _isReconnectAsked = false;
        _isNotAuthorised = false;
        if (Certificates != null)
        {
            Certificates.NoteUp();
        }

        BeginSending(nowMs);
    }

    private void GiveUpConnection(long nowMs)
    {
        EndConnection(false, _link.LastError, nowMs);
        _nextAttemptMs = nowMs + PauseMs(nowMs);
    }

    private void Serve(long nowMs)
    {
        NoteAlarmsWhileUp();
        TakeCompletions(nowMs);
        TakeMessages(nowMs);
        if (_pubackDueCount > 0 && nowMs - _pubackSinceMs >= StallTimeoutMs)
        {
            GiveUpConnection(nowMs);
            return;
        }

        if (RenewConnection(nowMs))
        {
            return;
        }

        if (nowMs - _upSinceMs >= StableMs)
        {
            _backoff.Reset();
            _hurryUntilMs = nowMs;
        }

        Send(nowMs);
    }

    private void TakeMessages(long nowMs)
    {
        _record.PayloadLength = 0;   // no record any more
        for (int i = 0; i < MessagePerStepMax && _link.TryTakeMessage(_message); i++)
        {
            if (_message.Topic == _ackTopic)
            {
                TakeAcknowledgement(nowMs);
            }
            else if (_message.Topic == _commandTopic && Commands != null)
            {
                TakeCommand();
            }
            else
            {
                _downlinkIgnored++;
            }
        }
    }
}
