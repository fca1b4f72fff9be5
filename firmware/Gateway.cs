// Read this first: Step() is the data path, top to bottom. Samples come from the chip and leave as a reading
// a second; an alarm is decided and shown before anything that can block; then readings and alarms are sealed
// into the store, from where the uplink takes them.

using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Commands;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Vitals;

namespace Pulsegate;

/// <summary>
/// The acquisition loop of one unit. Call <see cref="Start"/> once, then <see cref="Step"/> every
/// <see cref="StepMs"/> from one thread. Between commits Step allocates nothing, but for what a full store
/// writes. Not thread-safe; the uplink shares only the store, the telemetry and the counters with it.
/// </summary>
public sealed class Gateway
{
    /// <summary>Time between two steps, ms.</summary>
    public const int StepMs = 100;

    /// <summary>Time between two readings, ms.</summary>
    public const int ReadingMs = 1000;

    /// <summary>A step that comes later than this after the one before was held up by something native,
    /// ms.</summary>
    public const int LateStepMs = 500;

    /// <summary>After a failed append the next attempt waits this long, ms: flash that fails is not
    /// hammered.</summary>
    public const int StoreRetryMs = 10000;

    private readonly IVitalsSource _sensors;
    private readonly AlarmChanges _alarmChanges = new AlarmChanges();
    private readonly AlarmEngine _alarms;
    private readonly Annunciator _annunciator;
    private readonly IIndicator _indicator;
    private readonly BatchEncoder _batch;
    private readonly Recorder _recorder;
    private readonly Telemetry _telemetry;
    private readonly Counters _counters;
    private readonly Reading _reading = new Reading();
    private readonly CommandRunner _commands;
    private readonly GatewayConfiguration _configuration;
    private long _lastStepMs;
    private long _nextReadingMs;
    private long _nextCommitMs;
    private bool _hasLostSamples;

    /// <summary>The loop over its parts; see boards/*/Program.cs for how they are made.</summary>
    public Gateway(
        IVitalsSource sensors, IIndicator indicator, Recorder recorder, Telemetry telemetry,
        Counters counters,
        CommandRunner commands, GatewayConfiguration configuration)
    {
        _sensors = sensors;
        _alarms = new AlarmEngine(configuration.Alarms, _alarmChanges);
        _annunciator = new Annunciator(_alarms, _alarmChanges);
        _indicator = indicator;
        _recorder = recorder;
        _batch = new BatchEncoder(BatchEncoder.CapacityMax, recorder.Columns);
        _telemetry = telemetry;
        _counters = counters;
        _commands = commands;
        _configuration = configuration;

        // Before the first second is over there is nothing to show.
        for (int vital = 0; vital < Vital.Count; vital++)
        {
            _reading.SetAbsent(vital, ReadingStatus.Acquiring);
        }
    }

    /// <summary>The newest reading. Owned by the loop: read it from the loop's thread only.</summary>
    public Reading Reading => _reading;

    /// <summary>The alarms as they stand.</summary>
    public AlarmEngine Alarms => _alarms;

    /// <summary>What is to be seen and heard of them.</summary>
    public AlarmSignal AlarmSignal => _annunciator.Signal;

    /// <summary>Readings that are not sealed yet: what a power cut would take now.</summary>
    public int ReadingsInRam => _batch.Count;

    /// <summary>True once a command has asked for a restart and is answered: stop the unit, then start it
    /// again.</summary>
    public bool IsRestartDue => _commands.IsRestartDue;

    // A command may change it at any time.
    private int CommitMs => _configuration.CommitIntervalSeconds * 1000;

    /// <summary>Begins: aligns readings to whole seconds and seals the boot record. Blocks for the store's
    /// scan (5 s at most).</summary>
    public void Start(long nowMs)
    {
        _lastStepMs = nowMs;
        _nextReadingMs = NextSecond(nowMs);
        _recorder.Open(nowMs);
        _commands.Step(nowMs);
        _nextCommitMs = nowMs + CommitMs;
    }

    /// <summary>One step of the data path.</summary>
    /// <param name="nowMs">Monotonic ms; never goes back.</param>
    public void Step(long nowMs)
    {
        NoteDelay(nowMs);

        if (_sensors.Drain(nowMs))
        {
            _hasLostSamples = true;
        }

        int pressed = _indicator.TakePressed();
        bool isSecond = nowMs >= _nextReadingMs;
        if (isSecond)
        {
            TakeReading(nowMs);
            _alarms.Update(_reading, UnitConditions());
            Show(pressed, nowMs);
            Keep();
        }
        else if (pressed != 0)
        {
            Show(pressed, nowMs);
        }

        // From here on flash may block; what matters at the bedside has been decided and shown.
        _recorder.StoreAlarms(_alarmChanges, nowMs);
        _commands.Step(nowMs);
        if (nowMs >= _nextCommitMs || _nextCommitMs - nowMs > CommitMs)
        {
            Commit(nowMs);
        }
        else if (isSecond)
        {
            _recorder.ThinAhead();
        }
    }

    /// <summary>A clean stop: seals what is in RAM and says so. Blocks for the flash.</summary>
    public void Stop(long nowMs)
    {
        _recorder.ForgetRetry();
        _recorder.StoreAlarms(_alarmChanges, nowMs);
        Commit(nowMs);
        _recorder.Close(_batch.Count, nowMs);
    }

    private static long NextSecond(long nowMs) => (nowMs / ReadingMs * ReadingMs) + ReadingMs;

    private void NoteDelay(long nowMs)
    {
        long gapMs = nowMs - _lastStepMs;
        _lastStepMs = nowMs;
        _counters.Max(Counter.LongestStepGapMs, gapMs);
        if (gapMs > LateStepMs)
        {
            _counters.Add(Counter.LateSteps, 1);
        }
    }

    // A second that was slept through has no reading: the gap shows in the times of its neighbours, and
    // nothing is made up for it.
    private void TakeReading(long nowMs)
    {
        _reading.MonotonicMs = nowMs / ReadingMs * ReadingMs;
        _sensors.Read(nowMs, _reading.MonotonicMs, _reading);
        _reading.AfterDiscontinuity |= _hasLostSamples || _reading.MonotonicMs > _nextReadingMs;
        _hasLostSamples = false;
        _nextReadingMs = NextSecond(nowMs);
        _counters.Add(Counter.Readings, 1);
    }

    // What is wrong with the unit itself, a bit a condition.
    private int UnitConditions()
    {
        int conditions = _telemetry.IsConnected ? 0 : 1 << AlarmCondition.NotConnected;
        conditions |= _recorder.IsStoreFull || !_recorder.IsWorking ? 1 << AlarmCondition.StorageFull : 0;
        return _telemetry.IsClockKnown ? conditions : conditions | (1 << AlarmCondition.ClockUnknown);
    }

    private void Show(int pressed, long nowMs)
    {
        _annunciator.Update(pressed, nowMs);
        _indicator.Show(_reading, _annunciator.Signal, _telemetry.IsConnected);
    }

    private void Keep()
    {
        _telemetry.NoteReading(_reading, _alarms);
        if (_batch.Add(_reading))
        {
            return;
        }

        // The store has refused for as long as the batch can hold: the oldest goes, is counted, and is
        // declared once the store is back.
        _recorder.DeclareLost(1);
        _batch.RemoveFirst(1);
        _batch.Add(_reading);
    }

    private void Commit(long nowMs)
    {
        _nextCommitMs = nowMs + (_recorder.StoreVitals(_batch, nowMs) ? CommitMs : StoreRetryMs);
    }
}
