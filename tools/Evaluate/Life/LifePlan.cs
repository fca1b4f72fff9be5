// The plan of one day: episodes of ordinary life one after the other, recordings and planted events at their
// times, and the temperature beside it. Nothing here knows the firmware but the numbers of its conditions.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Evaluate.Life;

/// <summary>What will happen to one person from midnight on, by seed.</summary>
public sealed class LifePlan
{
    /// <summary>Seconds of a day.</summary>
    public const int DaySeconds = 24 * 3600;

    /// <summary>Days of a week, and the events that are planted in one.</summary>
    public const int WeekDays = 7, WeekEvents = 200;

    private const int WakeHour = 7, BedHour = 22;
    private const int RestBeforeEvent = 45, RestAfterEvent = 60;
    private const double WarmingPerSecond = 0.1 / 60;     // a core changes by 0.1 °C a minute
    private const int FeverSeconds = 300;
    private const double NormalSpO2 = 97, FallMin = 0.3, FallMax = 1;   // % a second, of a breath held
    private const double NormalCelsius = 36.8;

    // Values that an event goes to: beyond the limit of its condition, not of the second one.
    private static readonly (int Condition, double From, double To)[] Optical =
    [
        (AlarmCondition.SpO2Low, 86.5, 88.5), (AlarmCondition.SpO2VeryLow, 75, 83.5),
        (AlarmCondition.PulseRateLow, 42.5, 47), (AlarmCondition.PulseRateVeryLow, 32, 37),
        (AlarmCondition.PulseRateHigh, 124, 136), (AlarmCondition.PulseRateVeryHigh, 145, 190),
    ];

    private static readonly (int Condition, double From, double To)[] Thermal =
    [
        (AlarmCondition.TemperatureHigh, 38.2, 39.2), (AlarmCondition.TemperatureVeryHigh, 39.7, 40.5),
        (AlarmCondition.TemperatureLow, 34.3, 34.8), (AlarmCondition.TemperatureVeryLow, 33.2, 33.8),
    ];

    private readonly Random _random;
    private readonly int _seconds;
    private readonly List<LifeEpisode> _episodes = [];
    private readonly List<LifeEpisode> _fevers = [];
    private int _now;

    /// <summary>Draws a plan.</summary>
    /// <param name="seed">Fixes every number.</param>
    /// <param name="seconds">Length, s.</param>
    /// <param name="eventCount">Events to plant, one in seven of them of temperature.</param>
    /// <param name="recordingSeconds">Lengths of the recordings to mix in, once each.</param>
    public LifePlan(int seed, int seconds, int eventCount, IReadOnlyList<double> recordingSeconds)
    {
        _random = new Random(seed);
        _seconds = seconds;
        int thermalCount = eventCount / 7;
        PlanTemperature(seed, thermalCount);
        PlanFinger(seed, eventCount - thermalCount, recordingSeconds);
    }

    /// <summary>What happens to the hand, one after the other without a gap.</summary>
    public IReadOnlyList<LifeEpisode> Episodes => _episodes;

    /// <summary>Events of the temperature; all else of the day it is normal.</summary>
    public IReadOnlyList<LifeEpisode> Fevers => _fevers;

    /// <summary>Events of the day of a seed: 200 in any seven days that follow each other.</summary>
    public static int EventsOf(int seed)
    {
        int day = seed % WeekDays;
        return ((day + 1) * WeekEvents / WeekDays) - (day * WeekEvents / WeekDays);
    }

    /// <summary>True in the hours of sleep.</summary>
    public static bool IsAsleep(int second)
    {
        int hour = second % DaySeconds / 3600;
        return hour is < WakeHour or >= BedHour;
    }

    private void PlanTemperature(int seed, int count)
    {
        int gap = _seconds / Math.Max(1, count);
        for (int i = 0; i < count; i++)
        {
            (int condition, double from, double to) = Thermal[(seed + i) % Thermal.Length];
            double level = Between(from, to);
            int ramp = (int)(Math.Abs(level - NormalCelsius) / WarmingPerSecond);
            int length = (2 * ramp) + FeverSeconds;
            int start = (i * gap) + _random.Next(60, Math.Max(61, gap - length - 60));
            _fevers.Add(new LifeEpisode(start, start + length, LifeKind.Event, condition, level, ramp));
        }
    }

    private void PlanFinger(int seed, int eventCount, IReadOnlyList<double> recordingSeconds)
    {
        int events = 0, recordings = 0;
        Add(LifeKind.Rest, 60);
        while (_now < _seconds)
        {
            // Each is due at its share of the day.
            if (events < eventCount && _now >= (long)_seconds * (events + 0.3) / (eventCount + 1))
            {
                PlantEvent(Optical[(seed + events++) % Optical.Length]);
            }
            else if (recordings < recordingSeconds.Count
                && _now >= (long)_seconds * (recordings + 0.8) / (recordingSeconds.Count + 1))
            {
                Add(LifeKind.FingerOff, _random.Next(5, 20));
                Add(LifeKind.Recording, (int)recordingSeconds[recordings], recording: recordings++);
                Add(LifeKind.FingerOff, _random.Next(5, 20));
            }
            else
            {
                AddOrdinary();
            }
        }

        if (events < eventCount || recordings < recordingSeconds.Count)
        {
            throw new InvalidOperationException("the day is too short for what is planted");
        }
    }

    private void PlantEvent((int Condition, double From, double To) kind)
    {
        Add(LifeKind.Rest, RestBeforeEvent);
        double level = Between(kind.From, kind.To);
        bool isSaturation = AlarmRules.VitalOf(kind.Condition) == Vital.SpO2;
        int ramp = isSaturation ? (int)((NormalSpO2 - level) / Between(FallMin, FallMax)) : _random.Next(5, 40);
        int length = (2 * ramp) + _random.Next(60, 180);
        _episodes.Add(new LifeEpisode(_now, _now + length, LifeKind.Event, kind.Condition, level, ramp));
        _now += length;
        Add(LifeKind.Rest, RestAfterEvent);
    }

    private void AddOrdinary()
    {
        bool isAsleep = IsAsleep(_now);
        int dice = _random.Next(100);
        if (isAsleep)
        {
            (LifeKind kind, int least, int most) = dice switch
            {
                < 50 => (LifeKind.Rest, 300, 1800),
                < 75 => (LifeKind.Movement, 5, 60),
                < 78 => (LifeKind.FingerOff, 20, 600),
                < 84 => (LifeKind.Cold, 300, 1200),
                < 90 => (LifeKind.Ectopics, 120, 900),
                _ => (LifeKind.Dips, 300, 1200),
            };
            Add(kind, _random.Next(least, most));
        }
        else
        {
            (LifeKind kind, int least, int most) = dice switch
            {
                < 40 => (LifeKind.Rest, 60, 900),
                < 70 => (LifeKind.Movement, 10, 300),
                < 80 => (LifeKind.FingerOff, 20, 1200),
                < 86 => (LifeKind.Cold, 300, 1800),
                < 90 => (LifeKind.Ectopics, 120, 900),
                < 95 => (LifeKind.Lamp, 120, 900),
                _ => (LifeKind.Exertion, 120, 600),
            };
            Add(kind, _random.Next(least, most));
        }
    }

    private void Add(LifeKind kind, int length, int recording = -1)
    {
        _episodes.Add(new LifeEpisode(
            _now, _now + length, kind, Level: _random.NextDouble(), RecordingIndex: recording));
        _now += length;
    }

    private double Between(double low, double high) => low + ((high - low) * _random.NextDouble());
}
