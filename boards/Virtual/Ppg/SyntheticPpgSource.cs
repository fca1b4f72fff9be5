// A finger that does not exist, with known truth. It stands in for the recording that nobody can license: raw
// red and infrared with a clinical oxygen reference. It proves arithmetic and robustness, not accuracy on
// people.

using Iot.Device.Max3010x.Emulator;

namespace Pulsegate.Virtual.Ppg;

/// <summary>
/// Seeded two-channel light. Same seed, same settings and same moments give the same light. Settings may
/// change while it runs; the pulse follows with the next beat, all else at once.
/// </summary>
public sealed class SyntheticPpgSource : IPpgSource
{
    private const double RedLight = 300_000;          // pA per mA of LED current
    private const double InfraredLight = 340_000;
    private const int OverlapBeats = 4;               // pulses that still contribute at 240 /min
    private readonly Random _random;
    private readonly List<double> _beats = new(4096);   // onsets, s; room for most of an hour, so that benches see no growth
    private readonly double[] _onsets = new double[OverlapBeats];
    private readonly double[] _stretches = new double[OverlapBeats];
    private readonly double[] _heights = new double[OverlapBeats];
    private readonly MotionNoise _motion;
    private double _nextBeat;
    private int _newest;
    private double _dropoutUntil;
    private double _dropoutDrawnAt;

    /// <summary>Creates a resting finger.</summary>
    /// <param name="seed">Seed of all that is random.</param>
    public SyntheticPpgSource(int seed)
    {
        _random = new Random(seed);
        _motion = new MotionNoise(new Random(seed ^ 0x5EED));
        Array.Fill(_onsets, double.NegativeInfinity);
        Array.Fill(_stretches, 1);
        _nextBeat = _random.NextDouble() * 0.5;
    }

    /// <summary>Pulse rate, per minute, 20 to 300.</summary>
    public double PulseRate { get; set; } = 72;

    /// <summary>True arterial saturation, percent.</summary>
    public double SpO2 { get; set; } = 97;

    /// <summary>
    /// The optics: ratio of ratios at a saturation. Falls as saturation rises. Default: the inverse of the
    /// maker's published curve.
    /// </summary>
    public Func<double, double> RatioOfSpO2 { get; set; } = InverseOfPublished;

    /// <summary>Infrared pulse, peak to peak, percent of the level; 0.05 to 20.</summary>
    public double PerfusionPercent { get; set; } = 2;

    /// <summary>Breaths per minute.</summary>
    public double BreathingRate { get; set; } = 14;

    /// <summary>
    /// Breathing in the baseline, as a share of the pulse; a quarter of it is in the pulse's height.
    /// </summary>
    public double BreathingShare { get; set; } = 0.3;

    /// <summary>Breathing in the rate (sinus arrhythmia), percent.</summary>
    public double ArrhythmiaPercent { get; set; } = 3;

    /// <summary>
    /// Random change of each interval (atrial fibrillation: about 20), percent, standard deviation.
    /// </summary>
    public double IrregularityPercent { get; set; } = 0.5;

    /// <summary>
    /// Sensor and converter noise, parts per million of the level, standard deviation of one 400 Hz sample.
    /// </summary>
    public double NoisePpm { get; set; } = 60;

    /// <summary>
    /// Motion, peak to peak, as a share of the pulse: common to both channels, with a ratio of its own.
    /// </summary>
    public double MotionShare { get; set; }

    /// <summary>Frequency of periodic motion, Hz; 0 gives broadband motion, 0.5 to 5 Hz.</summary>
    public double MotionHz { get; set; }

    /// <summary>Ratio of red to infrared of the motion (venous blood and contact: near 1).</summary>
    public double MotionRatio { get; set; } = 1;

    /// <summary>Share of the time, 0 to 1, that contact is lost for 0.1 to 1 s.</summary>
    public double DropoutShare { get; set; }

    /// <summary>False when nothing is on the sensor.</summary>
    public bool IsFingerOn { get; set; } = true;

    /// <summary>Ambient light that the chip's cancellation leaves, pA.</summary>
    public int AmbientPicoamperes { get; set; }

    /// <summary>Onsets of all pulses so far, seconds.</summary>
    public IReadOnlyList<double> BeatTimesSeconds => _beats;

    /// <inheritdoc/>
    public void Sample(long timeMicroseconds, int[] light)
    {
        double time = timeMicroseconds / 1e6;
        while (_nextBeat <= time)
        {
            Beat(_nextBeat);
        }

        light[PpgLight.Ambient] = AmbientPicoamperes;
        double redNoise = Gauss() * NoisePpm / 1e6;
        double infraredNoise = Gauss() * NoisePpm / 1e6;
        if (!IsFingerOn || HasLostContact(time))
        {
            light[PpgLight.Red] = (int)(2000 + (20 * redNoise));
            light[PpgLight.Infrared] = (int)(2000 + (20 * infraredNoise));
            return;
        }

        double perfusion = PerfusionPercent / 100;
        double ratio = RatioOfSpO2(SpO2);
        double breath = Math.Sin(2 * Math.PI * BreathingRate / 60 * time);
        double blood = Pulse(time) - 0.5 + (breath * BreathingShare / 2);
        double motion = MotionShare == 0 ? 0 : _motion.At(time, MotionHz) * MotionShare;
        light[PpgLight.Infrared] = Light(InfraredLight, 1 - (perfusion * (blood + motion)) + infraredNoise);
        light[PpgLight.Red] =
            Light(RedLight, 1 - (perfusion * ((ratio * blood) + (MotionRatio * motion))) + redNoise);
    }

    /// <summary>
    /// Ratio of ratios at which the published curve SpO2 = -45.060 R² + 30.354 R + 94.845 gives a
    /// saturation; its falling branch.
    /// </summary>
    public static double InverseOfPublished(double spO2)
    {
        double root = Math.Max(0, (30.354 * 30.354) + (4 * 45.060 * (94.845 - spO2)));
        return (30.354 + Math.Sqrt(root)) / (2 * 45.060);
    }

    private static int Light(double level, double share) => (int)(level * Math.Clamp(share, 0, 3));

    private void Beat(double onset)
    {
        double breath = Math.Sin(2 * Math.PI * BreathingRate / 60 * onset);
        double rate = Math.Clamp(PulseRate, 20, 300) * (1 + (breath * ArrhythmiaPercent / 100));
        double interval = 60 / rate * Math.Max(0.45, 1 + (Gauss() * IrregularityPercent / 100));
        double previous = onset - _onsets[_newest];
        _newest = (_newest + 1) % OverlapBeats;
        _onsets[_newest] = onset;
        _stretches[_newest] = Math.Clamp(Math.Sqrt(interval / 0.8), 0.5, 1.5);

        // A short pause fills the heart less: the pulse after it is smaller.
        double filling = Math.Clamp(previous * rate / 60, 0.5, 1.2);
        _heights[_newest] = filling * (1 + (breath * BreathingShare / 4));
        _beats.Add(onset);
        _nextBeat = onset + interval;
    }

    // Height of the blood volume, about 0 to 1: a systolic and a smaller, later diastolic wave for each of
    // the last beats.
    private double Pulse(double time)
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

    private static double Wave(double time, double peak, double rise, double fall)
    {
        double x = (time - peak) / (time < peak ? rise : fall);
        return Math.Exp(-0.5 * x * x);
    }

    private bool HasLostContact(double time)
    {
        if (DropoutShare > 0 && time >= _dropoutDrawnAt)
        {
            _dropoutDrawnAt = time + 0.1;
            if (_random.NextDouble() < DropoutShare * 0.18)   // 0.1 s steps, 0.55 s each on average
            {
                _dropoutUntil = time + 0.1 + (0.9 * _random.NextDouble());
            }
        }

        return time < _dropoutUntil;
    }

    private double Gauss()
    {
        double u = 1 - _random.NextDouble();
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * _random.NextDouble());
    }
}
