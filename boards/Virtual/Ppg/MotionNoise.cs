// Movement of the finger as light sees it.

namespace Pulsegate.Virtual.Ppg;

/// <summary>Motion, about -0.5 to 0.5: a wave with wandering phase and height, or a sum of many.</summary>
internal sealed class MotionNoise
{
    private const int Waves = 8;
    private const double DriftHz = 0.05;
    private readonly double[] _hertz = new double[Waves];
    private readonly double[] _phases = new double[Waves];

    /// <summary>Draws the broadband waves, 0.5 to 5 Hz.</summary>
    public MotionNoise(Random random)
    {
        for (int i = 0; i < Waves; i++)
        {
            _hertz[i] = 0.5 + (4.5 * random.NextDouble());
            _phases[i] = 2 * Math.PI * random.NextDouble();
        }
    }

    /// <summary>Motion at a moment.</summary>
    /// <param name="seconds">The moment.</param>
    /// <param name="hertz">Frequency of periodic motion; 0 for broadband.</param>
    /// <param name="harmonic">Second harmonic of periodic motion, as a share of the first.</param>
    /// <param name="drift">By how much of itself its frequency drifts up and down, over 20 s.</param>
    public double At(double seconds, double hertz, double harmonic, double drift)
    {
        if (hertz > 0)
        {
            double wander = 0.6 * Math.Sin((2 * Math.PI * 0.11 * seconds) + _phases[0]);
            // The phase is the integral of the frequency.
            wander += drift * hertz / DriftHz * Math.Sin((2 * Math.PI * DriftHz * seconds) + _phases[3]);
            double height = 0.5 + (0.15 * Math.Sin((2 * Math.PI * 0.07 * seconds) + _phases[1]));
            double phase = (2 * Math.PI * hertz * seconds) + wander + _phases[2];
            return height * (Math.Sin(phase) + (harmonic * Math.Sin((2 * phase) + _phases[4])));
        }

        double sum = 0;
        for (int i = 0; i < Waves; i++)
        {
            double height = Math.Sin((2 * Math.PI * 0.05 * (i + 1) * seconds) + _phases[Waves - 1 - i]);
            sum += height * Math.Sin((2 * Math.PI * _hertz[i] * seconds) + _phases[i]);
        }

        return sum / 4;
    }

    /// <summary>How the hand's hold drifts while it moves, -1 to 1, over 3 to 11 s.</summary>
    public static double Slow(double seconds)
        => 0.5 * (Math.Sin(2 * Math.PI * 0.09 * seconds) + Math.Sin(2 * Math.PI * 0.31 * seconds));
}
