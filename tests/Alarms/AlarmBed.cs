// Engine and annunciator that live a drawn life, second by second.

using Pulsegate.Alarms;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Alarms;

/// <summary>One bed.</summary>
internal sealed class AlarmBed
{
    private readonly LifeStretch[] _life;
    private readonly AlarmChanges _changes = new();
    private readonly Annunciator _annunciator;
    private readonly List<AlarmChange> _taken = [];
    private int _index;
    private int _second;
    private long _nowMs;

    public AlarmBed(LifeStretch[] life)
    {
        _life = life;
        Engine = new AlarmEngine(new AlarmLimits(), _changes);
        _annunciator = new Annunciator(Engine, _changes);
    }

    public AlarmEngine Engine { get; }

    public AlarmSignal Signal => _annunciator.Signal;

    public Reading Reading { get; } = new();

    /// <summary>Buttons of this second.</summary>
    public int Pressed { get; private set; }

    /// <summary>What has changed in this second.</summary>
    public IReadOnlyList<AlarmChange> Changes => _taken;

    /// <summary>Changes that were pushed out.</summary>
    public int Lost => _changes.LostCount;

    /// <summary>Lives a second; false when life is over.</summary>
    public bool Step()
    {
        if (_index == _life.Length)
        {
            return false;
        }

        LifeStretch now = _life[_index];
        Pressed = _second == 0 ? now.Buttons : 0;
        int noise = _second % 2 == 0 ? now.Noise : -now.Noise;
        _nowMs += 1000;
        Reading.MonotonicMs = _nowMs;
        Set(Vital.SpO2, now.SpO2 + noise, now.Status);
        Set(Vital.PulseRate, now.Pulse - noise, now.Status);
        Set(Vital.PerfusionIndex, 200, now.Status);
        Set(Vital.Quality, 95, now.Status);
        Reading.Set(Vital.Temperature, now.Temperature + noise, ReadingStatus.Valid);
        Engine.Update(Reading, now.UnitConditions);
        _annunciator.Update(Pressed, _nowMs);
        _taken.Clear();
        for (var change = new AlarmChange(); _changes.TryTake(change); change = new AlarmChange())
        {
            _taken.Add(change);
        }

        bool isOver = ++_second >= now.Seconds;
        _index += isOver ? 1 : 0;
        _second = isOver ? 0 : _second;
        return true;
    }

    private void Set(int vital, int value, ReadingStatus status)
    {
        if (status is ReadingStatus.Valid or ReadingStatus.Uncalibrated)
        {
            Reading.Set(vital, value, status);
        }
        else if (status == ReadingStatus.Stale)
        {
            Reading.SetStale(vital, value, 3000);
        }
        else
        {
            Reading.SetAbsent(vital, status);
        }
    }
}
