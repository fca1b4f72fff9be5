// Messages without a sequence, handed over by the gateway: birth and will, health, live. One place each,
// where the newest wins.

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    private readonly string _healthTopic;
    private readonly string _statusTopic;
    private readonly string _liveTopic;
    private readonly object _offerGate = new object();
    private readonly byte[] _nothing = new byte[0];
    private byte[] _birth;           // under _offerGate, as the next four
    private byte[] _will;
    private byte[] _health;
    private byte[] _live;
    private bool _isBirthDue;

    /// <summary>Sets the birth message, published retained on <c>status</c> at each connection, and now when
    /// connected.</summary>
    public void SetBirth(byte[] payload)
    {
        lock (_offerGate)
        {
            _birth = payload;
            _isBirthDue = true;
        }
    }

    /// <summary>Sets the last will for the connections to come (retained, on <c>status</c>).</summary>
    public void SetWill(byte[] payload)
    {
        lock (_offerGate)
        {
            _will = payload;
        }
    }

    /// <summary>Offers a health report (QoS 1, retained). The newest offered goes as soon as there is a
    /// connection.</summary>
    public void OfferHealth(byte[] payload)
    {
        lock (_offerGate)
        {
            _health = payload;
        }
    }

    /// <summary>Offers the last seconds of vitals (QoS 0). The newest offered goes now, or never when there
    /// is no connection.</summary>
    public void OfferLive(byte[] payload)
    {
        lock (_offerGate)
        {
            _live = payload;
        }
    }

    private byte[] Will()
    {
        lock (_offerGate)
        {
            return _will == null ? _nothing : _will;
        }
    }

    private void BeginOffering()
    {
        lock (_offerGate)
        {
            _isBirthDue = _birth != null;
            _live = null;   // of before the connection: no longer live
        }
    }

    private void SendBirth(long nowMs)
    {
        lock (_offerGate)
        {
            if (_isBirthDue && TryPublish(_statusTopic, _birth, 1, true, nowMs))
            {
                _isBirthDue = false;
            }
        }
    }

    private void SendHealthAndLive(long nowMs)
    {
        lock (_offerGate)
        {
            if (_health != null && TryPublish(_healthTopic, _health, 1, true, nowMs))
            {
                _health = null;
            }

            if (_live != null)
            {
                TryPublish(_liveTopic, _live, 0, false, nowMs);
                _live = null;   // taken or not: the next one is fresher
            }
        }
    }
}
