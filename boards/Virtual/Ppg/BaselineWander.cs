// Slow change of the light's level: pressure of the clip, posture, temperature.

namespace Pulsegate.Virtual.Ppg;

/// <summary>Wander, about -0.5 to 0.5: slow waves of 0.02 to 0.35 Hz, the slower the higher.</summary>
internal sealed class BaselineWander
{
    private const int Waves = 5;
    private const double LowestHz = 0.02;
    private const double HighestHz = 0.35;
    private readonly double[] _hertz = new double[Waves];
    private readonly double[] _phases = new double[Waves];
    private readonly double[] _heights = new double[Waves];

    /// <summary>Draws the waves.</summary>
    public BaselineWander(Random random)
    {
        double sum = 0;
        for (int i = 0; i < Waves; i++)
        {
            _hertz[i] = LowestHz * Math.Pow(HighestHz / LowestHz, (i + random.NextDouble()) / Waves);
            _phases[i] = 2 * Math.PI * random.NextDouble();
            _heights[i] = 1 / Math.Sqrt(_hertz[i]);
            sum += _heights[i] * _heights[i];
        }

        // Together a standard deviation of 0.25.
        double scale = 0.25 / Math.Sqrt(sum / 2);
        for (int i = 0; i < Waves; i++)
        {
            _heights[i] *= scale;
        }
    }

    /// <summary>Wander at a moment.</summary>
    public double At(double seconds)
    {
        double sum = 0;
        for (int i = 0; i < Waves; i++)
        {
            sum += _heights[i] * Math.Sin((2 * Math.PI * _hertz[i] * seconds) + _phases[i]);
        }

        return sum;
    }
}
