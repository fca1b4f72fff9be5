// A person who lives a plan, as the emulated chips see it, second by second, with the truth kept.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Vitals;

namespace Pulsegate.Evaluate.Life;

/// <summary>Light and temperature of one plan. Truth comes from here; nothing here knows the chain.</summary>
public sealed class LifeScene : IPpgSource
{
    private const double RatePerSecond = 1.5;      // how fast a pulse drifts by itself, /min a second
    private const double NormalCelsius = 36.8;
    private readonly LifePlan _plan;
    private readonly IReadOnlyList<ReferenceRecording> _recordings;
    private readonly Random _random;
    private readonly SyntheticPpgSource _finger;
    private readonly List<double> _trueRate = [];
    private readonly List<double> _trueSpO2 = [];
    private readonly List<double> _trueCelsius = [];
    private RecordedPpgSource? _recorded;
    private LifeEpisode _episode;
    private int _index;
    private double _rate = 58;
    private double _spO2 = 96;
    private double _perfusion = 2;
    private double _perfusionAim = 2;
    private double _restRate = 58;

    /// <summary>A person about to live.</summary>
    public LifeScene(LifePlan plan, int seed, IReadOnlyList<ReferenceRecording> recordings)
    {
        _plan = plan;
        _recordings = recordings;
        _random = new Random(seed ^ 0x11FE);
        _finger = new SyntheticPpgSource(seed);
        _episode = plan.Episodes[0];
        Begin(_episode);
    }

    /// <summary>True pulse rate at the end of each second, /min; NaN while there is no finger, or no reference
    /// of a recording.</summary>
    public IReadOnlyList<double> TrueRate => _trueRate;

    /// <summary>True saturation, percent; NaN while there is no finger or a recording.</summary>
    public IReadOnlyList<double> TrueSpO2 => _trueSpO2;

    /// <summary>True temperature, °C.</summary>
    public IReadOnlyList<double> TrueCelsius => _trueCelsius;

    /// <summary>Temperature now, for the emulated thermometer, 0.001 °C.</summary>
    public int MilliCelsius => (int)(_trueCelsius.Count == 0 ? NormalCelsius * 1000 : _trueCelsius[^1] * 1000);

    /// <summary>What happens at a second.</summary>
    public LifeEpisode EpisodeAt(int second) => _plan.Episodes.First(one => second < one.End || one == _plan.Episodes[^1]);

    /// <inheritdoc/>
    public void Sample(long timeMicroseconds, int[] light)
    {
        if (timeMicroseconds >= _trueRate.Count * 1_000_000L)
        {
            Live(_trueRate.Count);
        }

        if (_recorded is null)
        {
            _finger.Sample(timeMicroseconds, light);
        }
        else
        {
            _recorded.Sample(timeMicroseconds - (_episode.Start * 1_000_000L), light);
        }
    }

    private void Live(int second)
    {
        while (second >= _episode.End && _index + 1 < _plan.Episodes.Count)
        {
            _episode = _plan.Episodes[++_index];
            Begin(_episode);
        }

        SetPulse(second);
        _perfusion *= Math.Clamp(_perfusionAim / _perfusion, 0.97, 1.03);
        _finger.PerfusionPercent = _perfusion;
        double breath = LifePlan.IsAsleep(second) ? 13 : 16;
        _finger.BreathingRate += 0.02 * (breath + _random.Next(-4, 5) - _finger.BreathingRate);
        bool isOff = !_finger.IsFingerOn;
        _trueSpO2.Add(isOff || _recorded is not null ? double.NaN : _finger.SpO2);
        _trueRate.Add(
            _recorded is not null ? _recordings[_episode.RecordingIndex].Reference(second - _episode.Start) ?? double.NaN
            : isOff ? double.NaN : _finger.PulseRate);
        _trueCelsius.Add(CelsiusAt(second));
    }

    // Rate and saturation wander about what the hour asks for; an event takes one of them away and back.
    private void SetPulse(int second)
    {
        double aim = _episode.Kind == LifeKind.Exertion ? 100 + (12 * _episode.Level) : _restRate;
        _rate += Math.Clamp(aim - _rate, -RatePerSecond, RatePerSecond) * 0.2;
        double rest = LifePlan.IsAsleep(second) ? 95.5 : 97.5;
        _spO2 += ((rest - _spO2) * 0.01) + ((_random.NextDouble() - 0.5) * 0.1);
        double rate = Math.Clamp(_rate, 53, 113);
        double spO2 = Math.Clamp(_spO2, 94, 99.5);
        if (_episode.Kind == LifeKind.Dips)
        {
            // A breath held now and then: 40 s down and up, never below 91.5 %.
            double phase = (second - _episode.Start) % 120 / 40.0;
            spO2 -= phase < 1 ? (spO2 - 91.5) * _episode.Level * Math.Sin(Math.PI * phase) : 0;
        }

        if (_episode.Kind == LifeKind.Event)
        {
            double share = Share(_episode, second);
            bool isSaturation = AlarmRules.VitalOf(_episode.Condition) == Vital.SpO2;
            spO2 = isSaturation ? spO2 + ((_episode.Level - spO2) * share) : spO2;
            rate = isSaturation ? rate : rate + ((_episode.Level - rate) * share);
        }

        _finger.SpO2 = spO2;
        _finger.PulseRate = rate;
        _finger.ArrhythmiaPercent = 3 * Math.Min(1, 60 / rate);
    }

    private double CelsiusAt(int second)
    {
        double daily = 0.3 * Math.Sin(2 * Math.PI * (second - 36_000) / LifePlan.DaySeconds);
        double celsius = NormalCelsius + daily;
        foreach (LifeEpisode fever in _plan.Fevers)
        {
            celsius += (fever.Level - celsius) * Share(fever, second);
        }

        return celsius;
    }

    // How far an event has gone: up, there, and back.
    private static double Share(LifeEpisode episode, int second)
        => Math.Clamp(Math.Min(second - episode.Start, episode.End - second) / (double)episode.RampSeconds, 0, 1);

    private void Begin(LifeEpisode episode)
    {
        SetRest(episode);
        double level = episode.Level;
        switch (episode.Kind)
        {
            case LifeKind.Movement:
                Move(LogBetween(0.5, 5));
                break;
            case LifeKind.Exertion:
                Move(LogBetween(0.2, 2));
                break;
            case LifeKind.FingerOff:
                _finger.IsFingerOn = false;
                break;
            case LifeKind.Cold:
                _perfusionAim = 0.15 + (0.35 * level);
                break;
            case LifeKind.Ectopics:
                _finger.EctopicShare = 0.02 + (0.08 * level);
                break;
            case LifeKind.Lamp:
                _finger.FlickerPicoamperes = (int)LogBetween(5_000, 100_000);
                _finger.LightScale = LogBetween(0.7, 1.4);
                break;
            case LifeKind.Recording:
                _recorded = _recordings[episode.RecordingIndex].Open();
                break;
            default:
                break;
        }
    }

    private void SetRest(LifeEpisode episode)
    {
        _recorded = null;
        _finger.IsFingerOn = true;
        _finger.MotionShare = 0;
        _finger.EctopicShare = 0;
        _finger.FlickerPicoamperes = 0;
        _finger.LightScale = 1;
        _finger.MayerShare = 0.3 * _random.NextDouble();
        _finger.WanderShare = 0.5 * _random.NextDouble();
        _finger.BreathingShare = 0.1 + (0.4 * _random.NextDouble());
        _finger.IrregularityPercent = 0.5 + _random.NextDouble();
        _restRate = LifePlan.IsAsleep(episode.Start) ? 54 + (8 * _random.NextDouble()) : 66 + (24 * _random.NextDouble());
        // What takes saturation or rate away does not warm the hand in the same minute.
        bool isCalm = episode.Kind is LifeKind.Event or LifeKind.Rest;
        if (!isCalm || (episode.Kind == LifeKind.Rest && episode.Level < 0.3))
        {
            _perfusionAim = LogBetween(0.6, 8);
        }
    }

    // Hands as they are: any frequency or none, bursts or throughout, a ratio that wanders, red that lags.
    private void Move(double share)
    {
        _finger.MotionShare = share;
        _finger.MotionHz = _random.Next(2) == 0 ? 0 : 0.5 + (2.5 * _random.NextDouble());
        _finger.MotionHarmonic = _random.Next(3) == 0 ? _random.NextDouble() : 0;
        _finger.MotionDrift = _random.Next(3) == 0 ? 0.5 * _random.NextDouble() : 0;
        _finger.MotionRatio = 0.75 + (0.65 * _random.NextDouble());
        _finger.MotionRatioWander = _random.Next(3) == 0 ? 0.15 : 0;
        _finger.MotionLagMs = _random.Next(3) == 0 ? 15 : 0;
        _finger.MotionBurstSeconds = _random.Next(2) == 0 ? 0 : 3 + (12 * _random.NextDouble());
    }

    private double LogBetween(double low, double high) => low * Math.Pow(high / low, _random.NextDouble());
}
