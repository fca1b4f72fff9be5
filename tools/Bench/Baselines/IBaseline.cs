namespace Pulsegate.Bench.Baselines;

/// <summary>A published method at 25 samples a second, fed a second at a time.</summary>
public interface IBaseline
{
    /// <summary>Pulse rate as shown after the last second, 0.1 /min; 0 when none is.</summary>
    int RateDeci { get; }

    /// <summary>Ratio of ratios, thousandths; 0 when there is none.</summary>
    int RatioMilli { get; }

    /// <summary>Beats reported with the last second; 0 for a method that finds none.</summary>
    int BeatCount { get; }

    /// <summary>How long before the end of the last second a reported beat was, samples.</summary>
    int BeatAgeSamples(int index);

    /// <summary>Takes one second: 25 pairs of counts from an offset on.</summary>
    void Process(int[] red, int[] infrared, int offset);
}
