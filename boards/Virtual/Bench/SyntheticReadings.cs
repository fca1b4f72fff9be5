// Seeded vitals as a resting person's look after the gateway's averaging: slow wander plus second-to-second
// noise, in stored integers.

using Pulsegate.Vitals;

namespace Pulsegate.Virtual.Bench;

/// <summary>One reading a second, for ever; the same for the same seed.</summary>
/// <param name="seed">Seed.</param>
public sealed class SyntheticReadings(int seed)
{
    private readonly Random _random = new(seed);
    private readonly double _phase = seed % 7;
    private long _second;

    /// <summary>Fills the next second's reading, all values valid.</summary>
    public void Next(Reading reading)
    {
        double t = _second++;
        reading.MonotonicMs = 5000 + (1000 * (long)t);
        reading.AfterDiscontinuity = false;
        double breathing = Math.Sin((t * 2 * Math.PI / 4.2) + _phase);
        reading.Set(Vital.SpO2, Round(972 + (4 * Math.Sin(t / 47)) + Noise(1.5)), ReadingStatus.Uncalibrated);
        reading.Set(Vital.PulseRate, Round(724 + (25 * Math.Sin(t / 31)) + (12 * breathing) + Noise(4)),
            ReadingStatus.Valid);
        reading.Set(Vital.PerfusionIndex, Round(148 + (15 * Math.Sin(t / 23)) + Noise(2.5)),
            ReadingStatus.Valid);
        reading.Set(Vital.Quality, Math.Min(100, Round(93 + Noise(2.5))), ReadingStatus.Valid);
        reading.Set(Vital.Temperature, Round(3652 + (4 * Math.Sin(t / 150)) + Noise(0.8)),
            ReadingStatus.Valid);
    }

    private double Noise(double standardDeviation)
        => standardDeviation * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()))
            * Math.Cos(2 * Math.PI * _random.NextDouble());

    private static int Round(double value) => (int)Math.Round(value);
}
