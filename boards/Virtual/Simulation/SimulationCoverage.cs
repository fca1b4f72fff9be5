namespace Pulsegate.Virtual.Simulation;

/// <summary>How often each was met.</summary>
public sealed class SimulationCoverage
{
    private readonly long[] _counts = new long[Enum.GetValues<Met>().Length];

    /// <summary>How often.</summary>
    public long this[Met met] => _counts[(int)met];

    /// <summary>Counts one or more.</summary>
    public void Add(Met met, long count = 1) => _counts[(int)met] += count;

    /// <summary>Adds another run's.</summary>
    public void Add(SimulationCoverage other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            _counts[i] += other._counts[i];
        }
    }
}
