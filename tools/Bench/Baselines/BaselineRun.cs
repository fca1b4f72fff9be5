// A baseline over a whole signal, in the plain types that the room of the instruction counter shares.

namespace Pulsegate.Bench.Baselines;

/// <summary>Runs a method.</summary>
public static class BaselineRun
{
    /// <summary>Samples a second of the methods.</summary>
    public const int SampleRateHz = 25;

    /// <summary>Runs a method over counts.</summary>
    /// <param name="method">"RD117" or "RF".</param>
    /// <param name="red">Red counts, 25 a second.</param>
    /// <param name="infrared">Infrared counts, as many.</param>
    /// <param name="ratesDeci">Filled: the rate shown after each second, 0.1 /min; 0 when none is.</param>
    /// <param name="beats">Filled: indexes of the samples that are beats; what does not fit is left
    /// out.</param>
    /// <returns>How many beats there are.</returns>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static int Run(string method, int[] red, int[] infrared, int[] ratesDeci, int[] beats)
    {
        IBaseline baseline = method switch
        {
            "RD117" => new Rd117(),
            "RF" => new Rf(),
            _ => throw new ArgumentException($"there is no baseline {method}"),
        };
        int found = 0;
        for (int second = 0; second < ratesDeci.Length; second++)
        {
            baseline.Process(red, infrared, second * SampleRateHz);
            ratesDeci[second] = baseline.RateDeci;
            for (int i = 0; i < baseline.BeatCount && found < beats.Length; i++)
            {
                beats[found++] = ((second + 1) * SampleRateHz) - baseline.BeatAgeSamples(i);
            }
        }

        return found;
    }
}
