// What a unit says about itself on its USB port, as lines: who it is, its identity files, its self-test,
// vitals, health, and the tail of its log. The board prints them. The runtime prints nothing until a host has
// pinged it in this boot, so all but the vitals is said again in rounds.

using Pulsegate.Alarms;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Uplink;
using Pulsegate.Vitals;

namespace Pulsegate.Diagnostics;

/// <summary>Makes the lines. Everything but <see cref="Log"/> belongs to the acquisition thread.</summary>
public sealed class UnitReport
{
    /// <summary>Time between two vitals lines, ms.</summary>
    public const int VitalsMs = 2000;

    /// <summary>Time between two rounds until the self-test has ended, and from then on, ms. Its end makes
    /// one due as well.</summary>
    public const int FirstRoundMs = 5000, RoundMs = 60000;

    /// <summary>Most identity files.</summary>
    public const int FileCountMax = 5;

    /// <summary>Log lines that are kept to be said again. The oldest makes room.</summary>
    public const int LogCountMax = 8;

    /// <summary>Most lines that one call of <see cref="Step"/> gives.</summary>
    public const int LineCountMax = 4 + FileCountMax + SelfTestItem.Count + LogCountMax;

    private readonly string _version;
    private readonly string _board;
    private readonly string _device;
    private readonly Counters _counters;
    private readonly SegmentStore _store;
    private readonly UnitLine _line = new UnitLine();
    private readonly UnitLine _logLine = new UnitLine();
    private readonly object _logLock = new object();
    private readonly string[] _log = new string[LogCountMax];
    private readonly string[] _files = new string[FileCountMax];
    private int _logCount;
    private int _fileCount;
    private bool _hasToldTest;
    private long _nextVitalsMs;
    private long _nextRoundMs = FirstRoundMs;

    /// <summary>A report of one unit.</summary>
    /// <param name="version">Version of the firmware.</param>
    /// <param name="board">Name of the board.</param>
    /// <param name="device">Device id; "unprovisioned" without an identity.</param>
    /// <param name="store">The store.</param>
    /// <param name="counters">The counters.</param>
    public UnitReport(string version, string board, string device, SegmentStore store, Counters counters)
    {
        _version = version;
        _board = board;
        _device = device;
        _store = store;
        _counters = counters;
    }

    /// <summary>Free managed heap as the board last saw it, bytes; 0 when it does not know.</summary>
    public long FreeHeapBytes;

    /// <summary>Slot that an update belongs into, then "." and the version of the keys by which the unit
    /// believes one; empty on a board that takes none.</summary>
    public string FreeSlot = "";

    /// <summary>Who this is. Its time since the start tells a new banner from a repeated one.</summary>
    public string Banner(long nowMs)
        => _line.Begin("banner").Add("version", _version).Add("board", _board).Add("device", _device)
            .Add("free", FreeSlot).Add("upMs", nowMs).End();

    /// <summary>One file of the identity folder, by what tells it from another and not what is in it. It is
    /// said again with each round.</summary>
    /// <param name="name">Name of the file.</param>
    /// <param name="length">Its length, bytes; -1 when it is missing.</param>
    /// <param name="digest">See <see cref="FileDigest"/>.</param>
    public string File(string name, int length, string digest)
    {
        string line = _line.Begin("file").Add("name", name).Add("length", length).Add("digest", digest).End();
        if (_fileCount < FileCountMax)
        {
            _files[_fileCount++] = line;
        }

        return line;
    }

    /// <summary>Keeps a line of the log and gives it as it is to be printed. Any thread may call.</summary>
    public string Log(string text)
    {
        lock (_logLock)
        {
            string line = _logLine.Begin("log").Add("number", _logCount).Add("text", text).End();
            _log[_logCount % LogCountMax] = line;
            _logCount++;
            return line;
        }
    }

    /// <summary>What is due now. Allocates strings when something is.</summary>
    /// <param name="reading">The newest reading.</param>
    /// <param name="alarmPriority">Highest priority now raised.</param>
    /// <param name="uplink">The uplink; null while there is none.</param>
    /// <param name="test">The self-test of this start.</param>
    /// <param name="nowMs">Monotonic ms.</param>
    /// <param name="lines">Takes at most <see cref="LineCountMax"/> lines.</param>
    /// <returns>How many lines there are.</returns>
    public int Step(
        Reading reading, byte alarmPriority, UplinkLoop uplink, SelfTest test, long nowMs, string[] lines)
    {
        int count = 0;
        if (nowMs >= _nextVitalsMs)
        {
            _nextVitalsMs = nowMs + VitalsMs;
            lines[count++] = VitalsLine(reading, alarmPriority);
        }

        if (nowMs >= _nextRoundMs || (test.IsFinished && !_hasToldTest))
        {
            _nextRoundMs = nowMs + (test.IsFinished ? RoundMs : FirstRoundMs);
            lines[count++] = Banner(nowMs);
            for (int i = 0; i < _fileCount; i++)
            {
                lines[count++] = _files[i];
            }

            lines[count++] = HealthLine(uplink, nowMs);
            count = AddTest(test, nowMs, lines, count);
            count = RepeatLog(lines, count);
        }

        return count;
    }

    /// <summary>How the unit fares: store, link, counters.</summary>
    /// <param name="uplink">The uplink; null while there is none.</param>
    /// <param name="nowMs">Monotonic ms.</param>
    public string HealthLine(UplinkLoop uplink, long nowMs)
    {
        _line.Begin("health").Add("upMs", nowMs).Add("boot", _store.BootId)
            .Add("freeHeapBytes", FreeHeapBytes)
            .Add("store", _store.Condition == StoreCondition.Open ? "open" : "closed")
            .Add("queued", _store.StoredReadings).Add("usedBytes", _store.UsedBytes)
            .Add("lost", _store.DroppedReadings + _counters.Get(Counter.LostReadings))
            .Add("sealed", _counters.Get(Counter.Sealed))
                .Add("sensorFaults", _counters.Get(Counter.OximeterFaults))
            .Add("lateSteps", _counters.Get(Counter.LateSteps))
            .Add("longestStepMs", _counters.Get(Counter.LongestStepGapMs));
        if (uplink == null)
        {
            return _line.Add("link", "none").End();
        }

        string state = uplink.State == LinkState.Up ? "up" : uplink.State == LinkState.Connecting
            ? "connecting" : "down";
        return _line.Add("link", state).Add("connects", uplink.Connects).Add("committed", uplink.Committed)
            .Add("error", uplink.LastError).End();
    }

    private string VitalsLine(Reading reading, byte alarmPriority)
    {
        _line.Begin("vitals").Add("ms", reading.MonotonicMs).Add("alarm", alarmPriority);
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            // A value goes out with its status only, and not at all when there is none.
            string key = KeyOf(vital);
            _line.Add(key + "Status", reading.Statuses[vital]);
            if (reading.HasValue(vital))
            {
                _line.Add(key, reading.Values[vital]);
            }
        }

        return _line.End();
    }

    private int AddTest(SelfTest test, long nowMs, string[] lines, int count)
    {
        for (int item = 0; item < SelfTestItem.Count; item++)
        {
            lines[count++] = _line.Begin("check").Add("name", SelfTestItem.NameOf(item))
                .Add("result", TextOf(test.ResultOf(item))).End();
        }

        if (!test.IsFinished)
        {
            return count;
        }

        _hasToldTest = true;
        lines[count++] = _line.Begin("selftest").Add("device", _device).Add("version", _version)
            .Add("boot", _store.BootId).Add("upMs", nowMs)
            .Add("result", test.HasPassed ? "passed" : "failed").Add("failures", test.Failures()).End();
        return count;
    }

    private int RepeatLog(string[] lines, int count)
    {
        lock (_logLock)
        {
            int first = _logCount > LogCountMax ? _logCount - LogCountMax : 0;
            for (int i = first; i < _logCount; i++)
            {
                lines[count++] = _log[i % LogCountMax];
            }
        }

        return count;
    }

    private static string KeyOf(int vital)
    {
        switch (vital)
        {
            case Vital.SpO2: return "spo2";
            case Vital.PulseRate: return "pulse";
            case Vital.PerfusionIndex: return "perfusion";
            case Vital.Quality: return "quality";
            default: return "temperature";
        }
    }

    private static string TextOf(SelfTestResult result)
    {
        switch (result)
        {
            case SelfTestResult.Passed: return "passed";
            case SelfTestResult.Failed: return "failed";
            case SelfTestResult.NotFitted: return "not-fitted";
            default: return "pending";
        }
    }
}
