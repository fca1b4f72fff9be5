// One optical channel: steady level and pulsatile part. Running sums and power-of-two averages: no
// multiplication, no drift, no limit cycle.

namespace Pulsegate.Signal;

/// <summary>
/// Splits raw counts into level and pulse, 0.3 to 4 Hz (half power) at 50 samples a second. Two moving
/// averages of four samples bound it above (linear phase, delay <see cref="DelayMs"/>), two exponential
/// averages of 1.28 s and 0.64 s below.
/// </summary>
public sealed class BandPass
{
    /// <summary>Delay of a pulse's shape through both moving averages, ms.</summary>
    public const int DelayMs = 60;

    /// <summary>Units of the pulsatile output in one ADC count.</summary>
    public const int UnitsPerCount = 64;

    private const int LevelShift = 6;      // time constant 64 samples
    private const int BaselineShift = 5;   // time constant 32 samples
    private int _raw1;
    private int _raw2;
    private int _raw3;
    private int _level;                    // four samples, Q8
    private int _baseline;
    private int _pulse1;
    private int _pulse2;
    private int _pulse3;
    private int _age;                      // samples since the restart, up to 2^LevelShift

    /// <summary>Steady level, ADC counts.</summary>
    public int LevelCounts
    {
        get { return _level >> 10; }
    }

    /// <summary>A swing as a share of a level.</summary>
    /// <param name="units">The swing, filter units.</param>
    /// <param name="levelCounts">The level, ADC counts.</param>
    /// <returns>0.01 %; 0 when there is no level.</returns>
    public static int ToCentiPercent(int units, int levelCounts)
    {
        return FixedPoint.Divide(units * 10_000L, (long)levelCounts * UnitsPerCount);
    }

    /// <summary>
    /// A quarter of the level in one go is no pulse: the finger moved, or the light changed.
    /// </summary>
    /// <param name="counts">The newest raw counts.</param>
    public bool IsStep(int counts)
    {
        int level = LevelCounts;
        int change = counts - level;
        int quarter = level >> 2;
        return change > quarter || change < -quarter;
    }

    /// <summary>Forgets the past: the next sample is taken as the level.</summary>
    public void Restart()
    {
        _age = 0;
    }

    /// <summary>Filters a block.</summary>
    /// <param name="counts">Raw counts, 0 to 262 143.</param>
    /// <param name="pulse">Receives the pulsatile part in 1/64 count, falling as blood volume rises, as the
    /// counts do.</param>
    /// <param name="count">Samples in the block, at most the length of both.</param>
    public void Process(int[] counts, int[] pulse, int count)
    {
        if (count > 0 && _age == 0)
        {
            _raw1 = _raw2 = _raw3 = counts[0];
            _level = counts[0] << 10;
            _baseline = _pulse1 = _pulse2 = _pulse3 = 0;
        }

        int raw1 = _raw1, raw2 = _raw2, raw3 = _raw3, level = _level, baseline = _baseline;
        int pulse1 = _pulse1, pulse2 = _pulse2, pulse3 = _pulse3, age = _age;
        int levelShift = LevelShift, baselineShift = BaselineShift;
        for (int i = 0; i < count; i++)
        {
            if (age < 1 << LevelShift)
            {
                age++;
                levelShift = SettlingShift(age, LevelShift);
                baselineShift = SettlingShift(age, BaselineShift);
            }

            int raw = counts[i];
            int sum = (raw + raw1 + raw2 + raw3) << 8;
            raw3 = raw2;
            raw2 = raw1;
            raw1 = raw;
            level += (sum - level) >> levelShift;
            int alternating = (sum - level) >> 2;
            baseline += (alternating - baseline) >> baselineShift;
            alternating -= baseline;
            pulse[i] = (alternating + pulse1 + pulse2 + pulse3) >> 4;
            pulse3 = pulse2;
            pulse2 = pulse1;
            pulse1 = alternating;
        }

        _raw1 = raw1;
        _raw2 = raw2;
        _raw3 = raw3;
        _level = level;
        _baseline = baseline;
        _pulse1 = pulse1;
        _pulse2 = pulse2;
        _pulse3 = pulse3;
        _age = age;
    }

    // After a restart the averages begin as plain means of what has been seen, so that they settle in one
    // pulse instead of five time constants.
    private static int SettlingShift(int age, int final)
    {
        int shift = 1;
        while (shift < final && age >= 2 << shift)
        {
            shift++;
        }

        return shift;
    }
}
