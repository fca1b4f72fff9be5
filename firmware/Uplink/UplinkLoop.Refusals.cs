// How publishes ended, and what follows. Nothing is released by it: that is the backend's word alone.
//   too large        the record is set aside until the next connection, so that it blocks nothing
//   nobody listens   there will be no acknowledgement: the backlog waits, one record each 30 s asks again
//   other refusals   (not authorised, quota, rate) the same: pressing on would not help
// New records and alarms go on being sent in each case: the next may pass.

using Pulsegate.Diagnostics;
using Pulsegate.Platform;

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    private const int CompletionPerStepMax = 64;
    // MQTT 5, 3.4.2.1: accepted, and nobody was there to take it
    private const int NoSubscribers = 0x10;
    private const int Refused = 0x80;              // MQTT 5: reason codes from here on are failures
    private const int NotAuthorised = 0x87;
    private const int PacketTooLarge = 0x95;

    private readonly SetAside _setAside = new SetAside();
    private long _publishRefused;
    private long _publishTooLarge;
    private long _publishUnheard;
    private int _lastRefusalCode;

    /// <summary>Publishes that the broker refused (not authorised, quota, too large) since boot.</summary>
    public long PublishRefused => _publishRefused;

    /// <summary>Those of them that were records larger than the broker takes. They stay in flash.</summary>
    public long PublishTooLarge => _publishTooLarge;

    /// <summary>Publishes that the broker took while nobody subscribed, since boot.</summary>
    public long PublishUnheard => _publishUnheard;

    /// <summary>MQTT 5 reason code of the newest publish that did not end well; 0 for none since boot. For
    /// MQTT 3.1.1 and libraries that show none it stays 0.</summary>
    public int LastRefusalCode => _lastRefusalCode;

    /// <summary>Puts what is counted here into the unit's counters, for the health message.</summary>
    public void Report(Counters counters)
    {
        counters.Max(Counter.PublishRefused, _publishRefused);
        counters.Max(Counter.PublishTooLarge, _publishTooLarge);
        counters.Max(Counter.PublishUnheard, _publishUnheard);
    }

    private void TakeCompletions(long nowMs)
    {
        for (int i = 0; i < CompletionPerStepMax && _link.TryTakeCompletion(_completion); i++)
        {
            _pubackDueCount -= _pubackDueCount > 0 ? 1 : 0;
            _pubackSinceMs = nowMs;
            int code = _completion.ReasonCode;
            if (code >= Refused || code == NoSubscribers)
            {
                TakeRefusal(code, _inFlight.IndexOfToken(_completion.Token), nowMs);
            }
        }
    }

    // A slot below 0: not a record, or one that the backend has acknowledged meanwhile.
    private void TakeRefusal(int code, int slot, long nowMs)
    {
        _publishRefused += code >= Refused ? 1 : 0;
        _publishUnheard += code == NoSubscribers ? 1 : 0;
        _lastRefusalCode = code;
        _isNotAuthorised = _isNotAuthorised || code == NotAuthorised;
        if (slot < 0)
        {
            return;
        }

        if (code == PacketTooLarge)
        {
            _publishTooLarge++;
            _setAside.Add(_inFlight.Sequence[slot]);
            _inFlight.Remove(slot);
        }
        else
        {
            HoldBacklog(nowMs);
        }
    }

    // The link did not take a record. When nothing is under way its queue cannot be full: it is this record
    // that does not pass (the broker has said how much it takes, and the library holds to it).
    private void NoteNotTaken(long sequence)
    {
        if (_pubackDueCount == 0 && _link.State == LinkState.Up)
        {
            _publishRefused++;
            _publishTooLarge++;
            _lastRefusalCode = PacketTooLarge;
            _setAside.Add(sequence);
        }
    }

    private bool IsToBeSent(long sequence)
        => _inFlight.IndexOf(sequence) < 0 && !_setAside.Contains(sequence);

    // Credits are taken back: those under way were given for a broker that takes what is sent.
    private void HoldBacklog(long nowMs)
    {
        _creditCount = 0;
        _nextUncreditedMs = nowMs + BackfillIntervalMs;
    }
}
