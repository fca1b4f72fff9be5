// The unit tests itself at every start, while it already measures: whoever set it up wants to know before
// leaving. Sensors and flash are tried before the loops begin, the rest is watched as it happens. What is not
// decided within the limit has failed. The outcome goes out as lines and as a signed event.

using Iot.Device.Max3010x;
using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Uplink;
using Pulsegate.Vitals;

namespace Pulsegate.Diagnostics;

/// <summary>One self-test of one start. Check members before the loops run, <see cref="Step"/> from the
/// acquisition thread, <see cref="NoteUplink"/> from the uplink's.</summary>
public sealed class SelfTest
{
    /// <summary>Longest time from the start to the outcome, ms: Wi-Fi, time, a handshake, a finger.</summary>
    public const int LimitMs = 90000;

    /// <summary>Name of the file that is written and read back; it is deleted again.</summary>
    public const string FlashFileName = "selftest";

    /// <summary>Readings in a row that must agree on the order of red and infrared.</summary>
    public const int OrderReadingCount = 5;

    /// <summary>Ratio of ratios up to which the order is right, and from which it is wrong, in thousandths. A
    /// healthy finger (SpO2 of 90 % and more) lies below 0.85; swapped, it shows the reciprocal.</summary>
    public const int OrderRatioMilliMax = 900, SwappedRatioMilliMin = 1100;

    private const int FlashPatternLength = 64;
    private const int RetryMs = 10000;

    private readonly SegmentStore _store;
    private readonly Recorder _recorder;
    private readonly IClock _clock;
    private readonly byte[] _results = new byte[SelfTestItem.Count];
    private long _beganMs = -1;
    private long _retryAtMs;
    private long _eventSequence;
    private long _orderReadingMs = -1;
    private int _goodOrderCount;
    private int _badOrderCount;
    private bool _isFinished;
    private bool _hasPassed;

    /// <summary>A test that has not begun.</summary>
    public SelfTest(SegmentStore store, Recorder recorder, IClock clock)
    {
        _store = store;
        _recorder = recorder;
        _clock = clock;
    }

    /// <summary>True once every check is decided and its outcome is sealed, or could not be.</summary>
    public bool IsFinished => _isFinished;

    /// <summary>True when it is finished and nothing has failed.</summary>
    public bool HasPassed => _hasPassed;

    /// <summary>How one check stands.</summary>
    public SelfTestResult ResultOf(int item) => (SelfTestResult)_results[item];

    /// <summary>Asks both sensors who they are. Blocks for some transfers; 1 s each on a dead bus.</summary>
    /// <param name="oximeter">The oximeter's driver.</param>
    /// <param name="probe">The temperature probe; null when the settings say that none is fitted.</param>
    public void CheckSensors(Max3010x oximeter, ITemperatureProbe probe)
    {
        Decide(SelfTestItem.Oximeter, oximeter.TryInitialize());
        if (probe == null)
        {
            _results[SelfTestItem.Thermometer] = (byte)SelfTestResult.NotFitted;
        }
        else
        {
            Decide(SelfTestItem.Thermometer, probe.TryStart());
        }
    }

    /// <summary>Writes a small file and reads it back. Blocks for the flash.</summary>
    /// <param name="storage">A folder of the drive that the store lies on, not the store's own.</param>
    public void CheckFlash(IStorage storage)
    {
        // A pattern that no earlier start wrote: what is read back was written now.
        var written = new byte[FlashPatternLength];
        long seed = _clock.UtcMs + _clock.MonotonicMs;
        for (int i = 0; i < FlashPatternLength; i++)
        {
            written[i] = (byte)((seed >> (i % 8 * 8)) + (i * 37));
        }

        var read = new byte[FlashPatternLength];
        bool isGood = storage.TryWrite(FlashFileName, written, 0, FlashPatternLength)
            && storage.Read(FlashFileName, 0, read, 0, FlashPatternLength) == FlashPatternLength;
        for (int i = 0; i < FlashPatternLength && isGood; i++)
        {
            isGood = read[i] == written[i];
        }

        Decide(SelfTestItem.Flash, isGood && storage.TryDelete(FlashFileName));
    }

    /// <summary>Notes how far the uplink has come.</summary>
    /// <param name="uplink">The uplink.</param>
    /// <param name="isNetworkUp">True when the network below it has an address.</param>
    public void NoteUplink(UplinkLoop uplink, bool isNetworkUp)
    {
        bool isUp = uplink.State == LinkState.Up;
        PassWhen(SelfTestItem.Network, isNetworkUp || isUp);
        PassWhen(SelfTestItem.Tls, isUp);
    }

    /// <summary>One step; call it after the gateway's. Writes two records in all, which block for the
    /// flash.</summary>
    /// <param name="reading">The newest reading.</param>
    /// <param name="nowMs">Monotonic ms.</param>
    public void Step(Reading reading, long nowMs)
    {
        if (_isFinished)
        {
            return;
        }

        _beganMs = _beganMs < 0 ? nowMs : _beganMs;
        PassWhen(SelfTestItem.Time, _clock.Quality == TimeQuality.Synced);
        CheckOrder(reading);
        CheckBackend(nowMs);
        bool isOver = nowMs - _beganMs >= LimitMs;
        for (int item = 0; item < SelfTestItem.Count; item++)
        {
            if (ResultOf(item) == SelfTestResult.Pending && !isOver)
            {
                return;
            }
        }

        Finish(nowMs);
    }

    /// <summary>What failed, by name, separated by commas; empty when nothing did.</summary>
    public string Failures()
    {
        string names = "";
        for (int item = 0; item < SelfTestItem.Count; item++)
        {
            if (ResultOf(item) == SelfTestResult.Failed)
            {
                names += (names.Length > 0 ? "," : "") + SelfTestItem.NameOf(item);
            }
        }

        return names;
    }

    private void Finish(long nowMs)
    {
        for (int item = 0; item < SelfTestItem.Count; item++)
        {
            if (ResultOf(item) == SelfTestResult.Pending)
            {
                _results[item] = (byte)SelfTestResult.Failed;
            }
        }

        string failures = Failures();
        _hasPassed = failures.Length == 0;
        _isFinished = true;

        // A store that refuses now has been failing all along, and says so by its own alarm and counters.
        _recorder.StoreNote(
            EventCode.SelfTest, _hasPassed ? "self-test passed" : "self-test failed: " + failures, nowMs);
    }

    private void CheckOrder(Reading reading)
    {
        if (reading.MonotonicMs == _orderReadingMs
            || ResultOf(SelfTestItem.ChannelOrder) != SelfTestResult.Pending)
        {
            return;
        }

        _orderReadingMs = reading.MonotonicMs;
        bool isKnown = reading.IsFresh(Vital.PulseRate) && reading.RatioMilli > 0;
        _goodOrderCount = isKnown && reading.RatioMilli <= OrderRatioMilliMax ? _goodOrderCount + 1 : 0;
        _badOrderCount = isKnown && reading.RatioMilli >= SwappedRatioMilliMin ? _badOrderCount + 1 : 0;
        if (_goodOrderCount >= OrderReadingCount || _badOrderCount >= OrderReadingCount)
        {
            Decide(SelfTestItem.ChannelOrder, _goodOrderCount >= OrderReadingCount);
        }
    }

    private void CheckBackend(long nowMs)
    {
        if (_eventSequence > 0)
        {
            PassWhen(SelfTestItem.Backend, _store.IsReleased(_eventSequence));
        }
        else if (_recorder.IsOpen && nowMs >= _retryAtMs)
        {
            _retryAtMs = nowMs + RetryMs;
            if (_recorder.StoreNote(EventCode.SelfTest, "self-test", nowMs))
            {
                _eventSequence = _store.LastSequence;
            }
        }
    }

    private void PassWhen(int item, bool isGood)
    {
        if (isGood && ResultOf(item) == SelfTestResult.Pending)
        {
            _results[item] = (byte)SelfTestResult.Passed;
        }
    }

    private void Decide(int item, bool isGood)
        => _results[item] = (byte)(isGood ? SelfTestResult.Passed : SelfTestResult.Failed);
}
