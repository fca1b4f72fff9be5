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
    private readonly Random _random;
    private readonly PulseTrain _pulse;
    private readonly BaselineWander _wander;
    private readonly MotionBursts _bursts;
    private readonly MotionNoise _motion;
    private double _dropoutUntil;
    private double _dropoutDrawnAt;

    /// <summary>Creates a resting finger.</summary>
    /// <param name="seed">Seed of all that is random.</param>
    public SyntheticPpgSource(int seed)
    {
        _random = new Random(seed);
        _motion = new MotionNoise(new Random(seed ^ 0x5EED));
        _wander = new BaselineWander(new Random(seed ^ 0x3A7D));
        _bursts = new MotionBursts(new Random(seed ^ 0x1B57));
        _pulse = new PulseTrain(this, _random, new Random(seed ^ 0x0EC7));
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
    /// Share of beats, 0 to 1, that are followed by an early one (60 % of the interval, less filled) and a
    /// pause that makes up for it; 1 is bigeminy.
    /// </summary>
    public double EctopicShare { get; set; }

    /// <summary>Mayer waves, 0.1 Hz, in the baseline as a share of the pulse; a quarter of it is in the
    /// pulse's height.</summary>
    public double MayerShare { get; set; }

    /// <summary>Slow wander of the baseline, 0.02 to 0.35 Hz, peak to peak, as a share of the
    /// pulse.</summary>
    public double WanderShare { get; set; }

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

    /// <summary>Second harmonic of periodic motion, as a share of the first: a shake is no sine.</summary>
    public double MotionHarmonic { get; set; }

    /// <summary>By how much of itself, 0 to 1, the frequency of periodic motion drifts within 20 s.</summary>
    public double MotionDrift { get; set; }

    /// <summary>Ratio of red to infrared of the motion (venous blood and contact: near 1).</summary>
    public double MotionRatio { get; set; } = 1;

    /// <summary>By how much of itself the motion's ratio wanders, 0 to 1, slowly; real motion has no one
    /// ratio.</summary>
    public double MotionRatioWander { get; set; }

    /// <summary>By how much the motion in red lags that in infrared, ms: they see different depths.</summary>
    public double MotionLagMs { get; set; }

    /// <summary>Usual length of a burst of motion, s; 0 for motion without pauses.</summary>
    public double MotionBurstSeconds { get; set; }

    /// <summary>Usual length of the rest between bursts, s.</summary>
    public double MotionPauseSeconds { get; set; } = 10;

    /// <summary>Share of the time, 0 to 1, that contact is lost for 0.1 to 1 s.</summary>
    public double DropoutShare { get; set; }

    /// <summary>False when nothing is on the sensor.</summary>
    public bool IsFingerOn { get; set; } = true;

    /// <summary>Ambient light that the chip's cancellation leaves, pA.</summary>
    public int AmbientPicoamperes { get; set; }

    /// <summary>
    /// Lamp flicker that the chip's cancellation leaves, peak, pA: at twice <see cref="MainsHz"/>, so that it
    /// comes out at an alias of whatever rate the chip samples at.
    /// </summary>
    public int FlickerPicoamperes { get; set; }

    /// <summary>Frequency of the mains, Hz: 50 or 60, and a little beside it.</summary>
    public double MainsHz { get; set; } = 50;

    /// <summary>
    /// Factor on both channels, 0.1 (thick, dark) to 10 (thin, firmly clipped): what comes back per
    /// milliampere of LED current. A change is a step in light; 2 and more clip at the sensor's usual
    /// settings.
    /// </summary>
    public double LightScale { get; set; } = 1;

    /// <summary>
    /// Factor on red alone: skin takes more of it the darker it is, and LEDs differ. A change is a step in
    /// light.
    /// </summary>
    public double RedScale { get; set; } = 1;

    /// <summary>Onsets of all pulses so far, seconds.</summary>
    public IReadOnlyList<double> BeatTimesSeconds => _pulse.Onsets;

    /// <inheritdoc/>
    public void Sample(long timeMicroseconds, int[] light)
    {
        double time = timeMicroseconds / 1e6;
        _pulse.Advance(time);
        double lamp = FlickerPicoamperes == 0 ? 0 : 1 + Math.Cos(4 * Math.PI * MainsHz * time);
        light[PpgLight.Ambient] = AmbientPicoamperes + (int)(FlickerPicoamperes * lamp / 2);
        double redNoise = PulseTrain.Gauss(_random) * NoisePpm / 1e6;
        double infraredNoise = PulseTrain.Gauss(_random) * NoisePpm / 1e6;
        if (!IsFingerOn || HasLostContact(time))
        {
            light[PpgLight.Red] = (int)(2000 + (20 * redNoise));
            light[PpgLight.Infrared] = (int)(2000 + (20 * infraredNoise));
            return;
        }

        double perfusion = PerfusionPercent / 100;
        double ratio = RatioOfSpO2(SpO2);
        double blood = _pulse.At(time) - 0.5 + (_pulse.Breath(time) * BreathingShare / 2);
        blood += MayerShare == 0 ? 0 : _pulse.Mayer(time) * MayerShare / 2;
        double moving = MotionShare == 0 ? 0
            : MotionShare * _bursts.At(time, MotionBurstSeconds, MotionPauseSeconds);
        double motion = moving == 0 ? 0 : MotionAt(time) * moving;
        double redMotion = MotionLagMs == 0 ? motion
            : MotionAt(time - (MotionLagMs / 1000)) * moving;
        redMotion *= MotionRatio * (1 + (MotionRatioWander * MotionNoise.Slow(time)));
        double level = WanderShare == 0 ? 1 : 1 - (perfusion * WanderShare * _wander.At(time));
        light[PpgLight.Infrared] =
            Light(InfraredLight * level, 1 - (perfusion * (blood + motion)) + infraredNoise);
        light[PpgLight.Red] =
            Light(RedLight * RedScale * level, 1 - (perfusion * ((ratio * blood) + redMotion)) + redNoise);
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

    private double MotionAt(double time) => _motion.At(time, MotionHz, MotionHarmonic, MotionDrift);

    private int Light(double level, double share) =>
        (int)(level * LightScale * Math.Clamp(share, 0, 3));

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
}
