// The backlog: what was sealed before the connection, oldest first, as fast as the backend's credits allow
// and behind everything that is new.

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    /// <summary>Without credits one record of the backlog is sent in this time, in ms, so that a lost ack
    /// never stops the unit.</summary>
    public const int BackfillIntervalMs = 30 * 1000;

    private const int BackfillSlotCountMax = InFlight.CountMax - 2;   // the rest is for live ones and alarms

    private long _backfillCursor;    // backlog up to here has been sent
    private bool _mustRewind;        // something below _backfillCursor has to be sent again
    private long _nextUncreditedMs;
    private int _creditCount;

    private void SendBacklog(long nowMs)
    {
        if (_backfillCursor >= _liveCursor && (_mustRewind || nowMs >= _nextPassMs))
        {
            _backfillCursor = 0;
            _mustRewind = false;
            _nextPassMs = nowMs + BackfillPassMs;
        }

        // At most so many records are passed in a step: the whole window, sent or found in flight.
        for (int i = 0; i < 2 * InFlight.CountMax && _backfillCursor < _liveCursor; i++)
        {
            if (_inFlight.BackfillCount >= BackfillSlotCountMax || _inFlight.FindFree() < 0
                || (_creditCount == 0 && nowMs < _nextUncreditedMs))
            {
                return;
            }

            if (!_store.TryReadNext(_backfillCursor, _record) || _record.Sequence > _liveCursor)
            {
                _backfillCursor = _liveCursor;
                return;
            }

            if (IsToBeSent(_record.Sequence))
            {
                if (!TrySendNew(SendClass.Backfill, SendClass.None, nowMs))
                {
                    return;
                }

                _creditCount -= _creditCount > 0 ? 1 : 0;
                _nextUncreditedMs = nowMs + BackfillIntervalMs;
            }

            _backfillCursor = _record.Sequence;
        }
    }
}
