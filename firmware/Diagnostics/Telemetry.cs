// What goes up and is not stored: birth and last will, health, and the last seconds of vitals for a screen.
// The acquisition loop notes, the uplink's thread builds and signs: nothing here costs the acquisition loop
// more than a copy, and nothing is signed that could not be sent.

using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Configuration;
using Pulsegate.Platform;
using Pulsegate.Renewal;
using Pulsegate.Store;
using Pulsegate.Uplink;
using Pulsegate.Vitals;

namespace Pulsegate.Diagnostics;

/// <summary>Makes the unsequenced messages. The Note members and RequestHealth belong to the acquisition
/// loop, the rest to the uplink's thread.</summary>
public sealed class Telemetry
{
    /// <summary>Time between two health messages, ms.</summary>
    public const int HealthMs = 60000;

    /// <summary>Time between two live messages, ms, and the seconds in each.</summary>
    public const int LiveMs = 5000, LiveReadingCount = 5;

    /// <summary>Days before the end of its certificate at which the unit begins to warn.</summary>
    public const int CertificateWarningDays = 30;

    private const int PayloadLengthMax = 1024;
    private const int OtherNumberCount = 10;
    private const int DayMs = 24 * 60 * 60 * 1000;
    private const int NumberCount = Counter.Count + OtherNumberCount;

    private readonly string _device;
    private readonly IClock _clock;
    private readonly ISigner _signer;
    private readonly SegmentStore _store;
    private readonly Counters _counters;
    private readonly bool _isLiveEnabled;
    private readonly GatewayConfiguration _configuration;
    private readonly object _lock = new object();
    private readonly CborWriter _writer = new CborWriter(new byte[PayloadLengthMax], 0, PayloadLengthMax);
    private readonly byte[] _order = new byte[NumberCount];   // of the numbers in a health message
    private BatchEncoder _recent;    // under _lock: what comes in
    private BatchEncoder _sending;   // the uplink's thread: what goes out
    private byte _introducedVersion;
    private bool _isHealthAsked;
    private long _checkedUtcMs;   // the backend's time that ClockOffsetMs was taken from
    private long _nextHealthMs;
    private long _nextLiveMs;
    private bool _isConfirming;
    private int _urgentAlarmCount;
    private bool _isConnected;
    private long _clockOffsetMs;

    /// <summary>Telemetry of one unit.</summary>
    public Telemetry(
        string device, IClock clock, ISigner signer, SegmentStore store, Counters counters,
        GatewayConfiguration configuration)
    {
        _device = device;
        _clock = clock;
        _signer = signer;
        _store = store;
        _counters = counters;
        _isLiveEnabled = configuration.IsLiveEnabled;
        _configuration = configuration;
        var columns = new ColumnWriter(LiveReadingCount);   // for the one that is encoded
        _recent = new BatchEncoder(LiveReadingCount, columns);
        _sending = new BatchEncoder(LiveReadingCount, columns);
        SortNumbers();
    }

    /// <summary>True while a medium or high alarm waits for its delay: the uplink begins nothing that blocks
    /// then.</summary>
    public bool IsConfirming => _isConfirming;

    /// <summary>Alarms of medium and high priority raised since boot: the uplink hurries for a new
    /// one.</summary>
    public int UrgentAlarmCount => _urgentAlarmCount;

    /// <summary>True while the backend acknowledges; for the indicator.</summary>
    public bool IsConnected => _isConnected;

    /// <summary>The unit's clock less the backend's, as the newest signed acknowledgement of this boot told
    /// it, in ms; positive when the unit is ahead, and the acknowledgement's way included. 0 while either is
    /// not known. A check and no more: the clock is not set by it, and the backend places readings by the
    /// offset if it wants to.</summary>
    public long ClockOffsetMs => _clockOffsetMs;

    /// <summary>True while the time of day is known.</summary>
    public bool IsClockKnown => _clock.Quality != TimeQuality.Unsynced;

    /// <summary>The unit's certificates, whose end the health message tells; null, as at first, when it is
    /// not known.</summary>
    public CertificateRenewal Certificates;

    /// <summary>Keeps a reading for the next live message, and how the alarms stand for the uplink. The lock
    /// is held for a copy or an exchange, never while something is encoded or signed.</summary>
    public void NoteReading(Reading reading, AlarmEngine alarms)
    {
        _isConfirming = alarms.IsConfirming;
        _urgentAlarmCount = alarms.UrgentCount;
        lock (_lock)
        {
            if (_recent.Count == LiveReadingCount)
            {
                _recent.RemoveFirst(1);
            }

            _recent.Add(reading);
        }
    }

    /// <summary>Makes the next health message due now.</summary>
    public void RequestHealth() => _isHealthAsked = true;

    /// <summary>Readies an uplink for its connections: birth and last will of this boot.</summary>
    public void Introduce(UplinkLoop uplink, long nowMs)
    {
        _introducedVersion = _signer.KeyVersion;
        uplink.SetBirth(MakeStatus(true, nowMs));
        uplink.SetWill(MakeStatus(false, nowMs));
    }

    /// <summary>Hands the uplink what is due. Call it before each of the uplink's steps, from its
    /// thread.</summary>
    public void Serve(UplinkLoop uplink, long nowMs)
    {
        uplink.HoldReconnect = _isConfirming;
        uplink.UrgentAlarmCount = _urgentAlarmCount;

        // Two commit intervals and some: longer without an acknowledgement is not connected.
        int connectedMs = (_configuration.CommitIntervalSeconds * 2000) + 30000;
        _isConnected = uplink.State == LinkState.Up && uplink.LastAckMs >= 0
            && nowMs - uplink.LastAckMs < connectedMs;
        CheckClock(uplink.LastAckUtcMs);
        uplink.Report(_counters);
        if (uplink.State != LinkState.Up)
        {
            return;   // what is due is made when there is a connection, and is fresher then
        }

        if (_introducedVersion != _signer.KeyVersion)
        {
            // The last will lies at the broker under a key that no longer counts.
            Introduce(uplink, nowMs);
            uplink.Reconnect();
            return;
        }

        byte[] health = TakeHealth(nowMs);
        if (health != null)
        {
            uplink.OfferHealth(health);
        }

        byte[] live = TakeLive(nowMs);
        if (live != null)
        {
            uplink.OfferLive(live);
        }
    }

    /// <summary>The live message, when one is due; else null. Allocates and signs.</summary>
    public byte[] TakeLive(long nowMs)
    {
        if (!_isLiveEnabled || nowMs < _nextLiveMs)
        {
            return null;
        }

        _nextLiveMs = nowMs + LiveMs;
        lock (_lock)
        {
            if (_recent.Count == 0)
            {
                return null;
            }

            BatchEncoder full = _recent;
            _recent = _sending;
            _sending = full;
        }

        Begin(RecordKind.Live, _sending.FirstMonotonicMs);
        _sending.Encode(_writer);
        _sending.Clear();
        return End();
    }

    /// <summary>The health message, when one is due; else null. Allocates and signs.</summary>
    public byte[] TakeHealth(long nowMs)
    {
        if (nowMs < _nextHealthMs && !_isHealthAsked)
        {
            return null;
        }

        _isHealthAsked = false;
        _nextHealthMs = nowMs + HealthMs;
        Begin(RecordKind.Health, nowMs);
        RecordBody.WriteCounters(_writer, NumberCount);
        for (int i = 0; i < NumberCount; i++)
        {
            RecordBody.WriteCounter(_writer, NameOf(_order[i]), NumberOf(_order[i]));
        }

        return End();
    }

    /// <summary>The birth message (online), the last will or the farewell (offline). Allocates and signs;
    /// null when the signer has no key.</summary>
    public byte[] MakeStatus(bool isOnline, long nowMs)
    {
        Begin(RecordKind.Status, nowMs);
        RecordBody.WriteStatus(_writer, isOnline, Recorder.FirmwareVersion);
        return End();
    }

    // Days since 1970; 0 when it is not known.
    private int CertificateEndDay => Certificates == null ? 0 : Certificates.EndDay;

    private bool IsCertificateEnding => CertificateEndDay > 0 && _clock.Quality != TimeQuality.Unsynced
        && CertificateEndDay - (_clock.UtcMs / DayMs) < CertificateWarningDays;

    private void CheckClock(long backendUtcMs)
    {
        if (backendUtcMs == _checkedUtcMs || _clock.Quality == TimeQuality.Unsynced)
        {
            return;
        }

        _checkedUtcMs = backendUtcMs;
        _clockOffsetMs = _clock.UtcMs - backendUtcMs;
    }

    private void Begin(RecordKind kind, long monotonicMs)
    {
        _writer.Reset();
        RecordHeader.WriteUnsequenced(
            _writer, _device, _store.BootId, kind, monotonicMs, _clock.Quality,
            _clock.UtcMs - (_clock.MonotonicMs - monotonicMs));
    }

    private byte[] End()
    {
        _writer.CloseMap();
        return Jws.Seal(_writer, _device, _signer);
    }

    // Numbers by index: the counters, then those of others. Names are made when they are written: as texts of
    // an array they would take a KB for good.
    private static string NameOf(int number)
    {
        switch (number)
        {
            case Counter.Count: return "stored";
            case Counter.Count + 1: return "released";
            case Counter.Count + 2: return "dropped";
            case Counter.Count + 3: return "corrupt";
            case Counter.Count + 4: return "clockOffsetMs";
            case Counter.Count + 5: return "certificateEndDay";
            case Counter.Count + 6: return "certificateEndsSoon";
            case Counter.Count + 7: return "decayed";
            case Counter.Count + 8: return "erases";
            case Counter.Count + 9: return "freeMinutes";
            default: return Counter.NameOf(number);
        }
    }

    private long NumberOf(int number)
    {
        switch (number)
        {
            case Counter.Count: return _store.StoredReadings;
            case Counter.Count + 1: return _store.ReleasedReadings;
            case Counter.Count + 2: return _store.DroppedReadings;
            case Counter.Count + 3: return _store.CorruptRecordCount;
            case Counter.Count + 4: return _clockOffsetMs;
            case Counter.Count + 5: return CertificateEndDay;
            case Counter.Count + 6: return IsCertificateEnding ? 1 : 0;
            case Counter.Count + 7: return _store.DecayedReadings;
            case Counter.Count + 8: return _store.EraseCount;
            case Counter.Count + 9: return _store.FreeMinutes;
            default: return _counters.Get(number);
        }
    }

    // Deterministic CBOR wants map keys in order: shorter first, then by letter. Done once, by insertion.
    private void SortNumbers()
    {
        for (int number = 0; number < NumberCount; number++)
        {
            string name = NameOf(number);
            int at = number;
            while (at > 0 && IsBefore(name, NameOf(_order[at - 1])))
            {
                _order[at] = _order[at - 1];
                at--;
            }

            _order[at] = (byte)number;
        }
    }

    private static bool IsBefore(string left, string right)
        => left.Length != right.Length ? left.Length < right.Length : string.Compare(left, right) < 0;
}
