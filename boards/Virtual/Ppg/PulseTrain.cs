// The heart of the synthetic finger: when each beat comes, how high its pulse is, and the blood volume that
// results.

namespace Pulsegate.Virtual.Ppg;

/// <summary>Beats one after another, and the volume of the last few of them.</summary>
internal sealed class PulseTrain
{
    private const int OverlapBeats = 4;               // pulses that still contribute at 240 /min
    private const double MayerHz = 0.1;
    private const double EctopicCoupling = 0.6;       // an early beat comes after this share of the interval
    private readonly SyntheticPpgSource _finger;
    private readonly Random _random;
    private readonly Random _ectopics;
    private readonly double _mayerPhase;

    // Room for most of an hour, so that benches see no growth.
    private readonly List<double> _beats = new(4096);
    private readonly double[] _onsets = new double[OverlapBeats];
    private readonly double[] _stretches = new double[OverlapBeats];
    private readonly double[] _heights = new double[OverlapBeats];
    private double _nextBeat;
    private double _pause;
    private double _breathingRate;
    private double _breathOffset;                     // of the phase, so that a new rate goes on from it
    private int _newest;

    /// <summary>A train that follows the settings of a finger.</summary>
    /// <param name="finger">Whose settings are read at each beat.</param>
    /// <param name="random">Rhythm; shared with the finger's noise.</param>
    /// <param name="ectopics">Early beats and phases: a stream of its own, so that a finger without them
    /// stays what it was.</param>
    public PulseTrain(SyntheticPpgSource finger, Random random, Random ectopics)
    {
        _finger = finger;
        _random = random;
        _ectopics = ectopics;
        _mayerPhase = 2 * Math.PI * ectopics.NextDouble();
        Array.Fill(_onsets, double.NegativeInfinity);
        Array.Fill(_stretches, 1);
        _nextBeat = random.NextDouble() * 0.5;
    }

    /// <summary>Onsets so far, seconds.</summary>
    public IReadOnlyList<double> Onsets => _beats;

    /// <summary>Makes the beats up to a moment.</summary>
    public void Advance(double time)
    {
        while (_nextBeat <= time)
        {
            Beat(_nextBeat);
        }
    }

    /// <summary>Blood volume, about 0 to 1: a systolic and a smaller, later diastolic wave for each of the
    /// last beats.</summary>
    public double At(double time)
    {
        double sum = 0;
        for (int i = 0; i < OverlapBeats; i++)
        {
            double t = (time - _onsets[i]) / _stretches[i];
            if (t is > 0 and < 2)
            {
                sum += _heights[i] * (Wave(t, 0.17, 0.07, 0.14) + (0.4 * Wave(t, 0.42, 0.09, 0.16)));
            }
        }

        return sum;
    }

    /// <summary>Mayer wave, -1 to 1: vessels that tighten and relax, once in 10 s.</summary>
    public double Mayer(double time) => Math.Sin((2 * Math.PI * MayerHz * time) + _mayerPhase);

    /// <summary>Breathing, -1 to 1: a breath in progress is finished at the new rate when the rate
    /// changes.</summary>
    public double Breath(double time)
    {
        double rate = _finger.BreathingRate;
        if (rate != _breathingRate)
        {
            _breathOffset += _breathingRate == 0 ? 0 : 2 * Math.PI * (_breathingRate - rate) / 60 * time;
            _breathingRate = rate;
        }

        return Math.Sin((2 * Math.PI * rate / 60 * time) + _breathOffset);
    }

    /// <summary>A normally distributed number, standard deviation 1.</summary>
    public static double Gauss(Random random)
    {
        double u = 1 - random.NextDouble();
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private void Beat(double onset)
    {
        double breath = Breath(onset);
        double sway = breath * _finger.ArrhythmiaPercent / 100;
        double rate = Math.Clamp(_finger.PulseRate, 20, 300) * (1 + sway);
        double jitter = Gauss(_random) * _finger.IrregularityPercent / 100;
        double interval = Early(60 / rate * Math.Max(0.45, 1 + jitter));
        double previous = onset - _onsets[_newest];
        _newest = (_newest + 1) % OverlapBeats;
        _onsets[_newest] = onset;
        _stretches[_newest] = Math.Clamp(Math.Sqrt(interval / 0.8), 0.5, 1.5);

        // A short pause fills the heart less: the pulse after it is smaller.
        double filling = Math.Clamp(previous * rate / 60, 0.5, 1.2);
        double height = 1 + (((breath * _finger.BreathingShare) + (Mayer(onset) * _finger.MayerShare)) / 4);
        _heights[_newest] = filling * height;
        _beats.Add(onset);
        _nextBeat = onset + interval;
    }

    // A ventricular extrasystole: early, and the pause after it makes up for it.
    private double Early(double interval)
    {
        if (_pause > 0)
        {
            interval = _pause;
            _pause = 0;
            return interval;
        }

        if (_finger.EctopicShare <= 0 || _ectopics.NextDouble() >= _finger.EctopicShare)
        {
            return interval;
        }

        double early = interval * EctopicCoupling;
        _pause = (2 * interval) - early;
        return early;
    }

    private static double Wave(double time, double peak, double rise, double fall)
    {
        double x = (time - peak) / (time < peak ? rise : fall);
        return Math.Exp(-0.5 * x * x);
    }
}
