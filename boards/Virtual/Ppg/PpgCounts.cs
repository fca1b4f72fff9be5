// Light as the sensor would count it at its usual settings, for methods and benches that take counts and not
// a chip.

using Iot.Device.Max3010x.Emulator;

namespace Pulsegate.Virtual.Ppg;

/// <summary>Counts of a whole signal: 6.4 mA, 4 096 nA full scale, 18 bits, 400 conversions a second
/// averaged.</summary>
public sealed class PpgCounts
{
    /// <summary>Largest count of 18 bits.</summary>
    internal const int FullScale = 262_143;

    /// <summary>Light of one count, pA per mA of LED current.</summary>
    internal const double LightPerCount = PicoampsPerCount / LedMilliamps;

    private const int ConversionRateHz = 400;
    private const double LedMilliamps = 6.4;
    private const double PicoampsPerCount = 15.625;

    private PpgCounts(int count)
    {
        Red = new int[count];
        Infrared = new int[count];
    }

    /// <summary>Red counts.</summary>
    public int[] Red { get; }

    /// <summary>Infrared counts.</summary>
    public int[] Infrared { get; }

    /// <summary>Counts a light for a time.</summary>
    /// <param name="light">The light.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="sampleRateHz">Samples a second: 400 or a divisor of it.</param>
    public static PpgCounts Of(IPpgSource light, int seconds, int sampleRateHz)
    {
        var counts = new PpgCounts(seconds * sampleRateHz);
        int averaged = ConversionRateHz / sampleRateHz;
        int[] values = new int[PpgLight.Count];
        for (int i = 0; i < counts.Red.Length; i++)
        {
            int red = 0;
            int infrared = 0;
            for (int k = 0; k < averaged; k++)
            {
                // A conversion ends one period after the last.
                light.Sample((((long)i * averaged) + k + 1) * (1_000_000 / ConversionRateHz), values);
                red += Count(values[PpgLight.Red], values[PpgLight.Ambient]);
                infrared += Count(values[PpgLight.Infrared], values[PpgLight.Ambient]);
            }

            counts.Red[i] = red / averaged;
            counts.Infrared[i] = infrared / averaged;
        }

        return counts;
    }

    private static int Count(int light, int ambient)
        => (int)Math.Clamp(((light * LedMilliamps) + ambient) / PicoampsPerCount, 0, FullScale);
}
