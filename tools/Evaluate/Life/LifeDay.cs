// One simulated day through emulated chips, drivers, signal chain, vitals and alarm engine in virtual time, and
// what came of it: planted events found or missed, and alarms that nothing stood behind.

using Pulsegate.Alarms;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Replay;
using Pulsegate.Evaluate.Simulated;
using Pulsegate.Vitals;

namespace Pulsegate.Evaluate.Life;

/// <summary>A planted event and when its alarm was raised.</summary>
/// <param name="Condition">The condition.</param>
/// <param name="TrueSecond">First second at which the truth lies beyond the limit by the tolerance.</param>
/// <param name="RaisedAfter">Seconds from there to the alarm; null when it was not raised.</param>
/// <param name="AllowedSeconds">The stated delay: blood to number, the condition's own, 1 s.</param>
/// <param name="Plan">What was planted.</param>
public sealed record PlantedEvent(
    int Condition, int TrueSecond, double? RaisedAfter, double AllowedSeconds, LifeEpisode Plan)
{
    /// <summary>True when it was raised within its stated delay.</summary>
    public bool IsInTime => RaisedAfter <= AllowedSeconds;
}

/// <summary>An alarm of medium or high priority about the patient that the truth does not explain.</summary>
/// <param name="Condition">The condition.</param>
/// <param name="Second">When it was raised.</param>
/// <param name="During">What was happening.</param>
public sealed record FalseAlarm(int Condition, int Second, LifeKind During);

/// <summary>One day.</summary>
public sealed class LifeDay : IReplayListener
{
    /// <summary>By how much a truth must lie beyond a limit before the alarm is owed, and within it before it is
    /// false: 1 %, 2 /min, 0.1 °C.</summary>
    public const double SpO2Tolerance = 1, RateTolerance = 2, CelsiusTolerance = 0.1;

    /// <summary>Blood to number, s, as docs/alarms.md states it.</summary>
    public const int SpO2Seconds = 6, RateSeconds = 12, TemperatureSeconds = 1;

    private const int LookBackSeconds = 45;
    private readonly LifeScene _scene;
    private readonly LifePlan _plan;
    private readonly List<(double Second, int Condition)> _raised = [];
    private VirtualUnit? _unit;
    private Action<int, string>? _trace;
    private int _shownSeconds;
    private int _seconds;

    private LifeDay(LifePlan plan, LifeScene scene)
    {
        _plan = plan;
        _scene = scene;
    }

    /// <summary>Events that were planted.</summary>
    public IReadOnlyList<PlantedEvent> Events { get; private set; } = [];

    /// <summary>Alarms without a cause.</summary>
    public IReadOnlyList<FalseAlarm> FalseAlarms { get; private set; } = [];

    /// <summary>Alarms raised, by condition.</summary>
    public int[] RaisedCounts { get; } = new int[AlarmCondition.Count];

    /// <summary>Share of the seconds with a pulse rate.</summary>
    public double ShownShare => (double)_shownSeconds / _seconds;

    /// <summary>Seconds lived.</summary>
    public int Seconds => _seconds;

    /// <summary>Lives a day.</summary>
    /// <param name="seed">Fixes every number.</param>
    /// <param name="seconds">Length, s.</param>
    /// <param name="eventCount">Events to plant.</param>
    /// <param name="recordings">Recordings to mix in, once each; none for a simulated finger alone.</param>
    /// <param name="trace">Told of each second with its reading, in a line; null for nobody.</param>
    public static LifeDay Run(
        int seed, int seconds, int eventCount, IReadOnlyList<ReferenceRecording> recordings,
        Action<int, string>? trace = null)
    {
        double[] lengths = [.. recordings.Select(recording => recording.Open().DurationMicroseconds / 1e6)];
        var plan = new LifePlan(seed, seconds, eventCount, lengths);
        var day = new LifeDay(plan, new LifeScene(plan, seed, recordings)) { _trace = trace };
        RecordingReplay.Play(
            day._scene, seconds * 1000L, 0, 0, SimulatedScene.Calibrated(), day, unit => day._unit = unit);
        day.Judge();
        return day;
    }

    void IReplayListener.OnReading(double seconds, Reading reading)
    {
        _seconds++;
        _shownSeconds += reading.IsFresh(Vital.PulseRate) ? 1 : 0;
        _unit!.Tmp117Chip!.MilliCelsius = _scene.MilliCelsius;
        if (_trace is not null)
        {
            int second = (int)seconds;
            string Shown(int vital) => $"{reading.Values[vital],5} {(ReadingStatus)reading.Statuses[vital],-12}";
            _trace(
                second, $"{second} {_scene.EpisodeAt(second).Kind,-10} pulse {_scene.TrueRate[^1],6:0.0} {Shown(Vital.PulseRate)} "
                + $"SpO2 {_scene.TrueSpO2[^1],5:0.0} {Shown(Vital.SpO2)} quality {Shown(Vital.Quality)} "
                + $"perfusion {Shown(Vital.PerfusionIndex)} {_scene.TrueCelsius[^1]:0.00} {Shown(Vital.Temperature)}");
        }
    }

    void IReplayListener.OnBeat(double seconds)
    {
    }

    void IReplayListener.OnAlarm(double seconds, int condition, bool isRaised)
    {
        if (isRaised)
        {
            _raised.Add((seconds, condition));
            RaisedCounts[condition]++;
        }
    }

    private void Judge()
    {
        Events = [.. _plan.Episodes.Concat(_plan.Fevers).Where(one => one.Kind == LifeKind.Event && one.End <= _seconds)
            .Select(Find)];
        FalseAlarms =
        [
            .. _raised.Where(alarm => IsOfPatient(alarm.Condition) && !IsExplained(alarm.Condition, (int)alarm.Second))
                .Select(alarm => new FalseAlarm(
                    alarm.Condition, (int)alarm.Second, _scene.EpisodeAt((int)alarm.Second).Kind)),
        ];
    }

    private PlantedEvent Find(LifeEpisode planted)
    {
        int condition = planted.Condition;
        int second = planted.Start;
        while (second < planted.End && !IsBeyond(condition, second, Tolerance(condition)))
        {
            second++;
        }

        // The number may cross a little before the tolerance is reached.
        int at = _raised.FindIndex(one => one.Condition == condition && one.Second >= planted.Start && one.Second <= planted.End);
        double allowed = Measuring(condition) + AlarmRules.DefaultDelaySecondsOf(condition) + 1;
        return new PlantedEvent(condition, second, at < 0 ? null : _raised[at].Second - second, allowed, planted);
    }

    private static bool IsOfPatient(int condition)
        => AlarmRules.VitalOf(condition) is Vital.SpO2 or Vital.PulseRate or Vital.Temperature
            && AlarmRules.PriorityOf(condition) >= (byte)AlarmPriority.Medium;

    // The truth was beyond the limit, less the tolerance, within what measuring and delay may take.
    private bool IsExplained(int condition, int second)
    {
        for (int back = 0; back <= LookBackSeconds; back++)
        {
            if (second >= back && IsBeyond(condition, second - back, -Tolerance(condition)))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsBeyond(int condition, int second, double by)
    {
        (IReadOnlyList<double> truth, double scale) = AlarmRules.VitalOf(condition) switch
        {
            Vital.SpO2 => (_scene.TrueSpO2, 10.0),
            Vital.PulseRate => (_scene.TrueRate, 10.0),
            _ => (_scene.TrueCelsius, 100.0),
        };
        double limit = AlarmRules.DefaultLimitOf(condition) / scale;
        double value = truth[Math.Clamp(second, 0, truth.Count - 1)];
        return AlarmRules.IsAbove(condition) ? value > limit + by : value < limit - by;
    }

    private static double Tolerance(int condition) => AlarmRules.VitalOf(condition) switch
    {
        Vital.SpO2 => SpO2Tolerance,
        Vital.PulseRate => RateTolerance,
        _ => CelsiusTolerance,
    };

    private static int Measuring(int condition) => AlarmRules.VitalOf(condition) switch
    {
        Vital.SpO2 => SpO2Seconds,
        Vital.PulseRate => RateSeconds,
        _ => TemperatureSeconds,
    };
}
